package dashboard

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/text"
	"exotel-monitor/ui/uitest"
	"exotel-monitor/ui/uitest/sample"
)

// tableRig is the table of a dashboard in a window.
type tableRig struct {
	*Screen
	*uitest.Driver
	asked  []bool // for agents
	chosen []refresh.Choice
	listed []calls.Query
}

func newTableRig(t *testing.T) *tableRig {
	t.Helper()
	uitest.UseTheme(t, theme.VariantLight)
	r := &tableRig{}
	r.Screen = New(text.Format{Zone: exotel.India}, Actions{
		Choose: func(c refresh.Choice) { r.chosen = append(r.chosen, c) },
		Calls:  func(q calls.Query, _ string) { r.listed = append(r.listed, q) },
		Parts:  func(agents bool) { r.asked = append(r.asked, agents) },
	})
	r.Screen.ApplyHealth(sample.HealthAt(heartbeat.Warning), false, false)
	r.Shown = *day(sample.Day, summary(9, sample.Tally(60, 40)))
	r.Driver = uitest.Show(t, r.table.view)
	r.Resize(600, 300)
	return r
}

func part(address string, answered, missed int) calls.Part {
	p := calls.Part{Address: address, Counts: sample.Tally(answered, missed), Days: []int{1, 5, 2}}
	p.Outcomes[metrics.Talked], p.Outcomes[metrics.RangOut] = answered, missed
	return p
}

func TestLinesHaveTheirNamesFiguresAndHealth(t *testing.T) {
	r := newTableRig(t)
	r.ApplyParts([]calls.Part{part("08047112201", 300, 112), part("02248900102", 10, 9), part("", 1, 0)}, false, calls.Unreached{}, r.Shown.Query)
	r.Settle()
	for _, want := range []string{"Support main\n080 4711 2201\n412\n72.8%\n112", "Sales west\n022 4890 0102\n19\n—\n9", "None"} {
		if !strings.Contains(r.Texts(), want) {
			t.Errorf("it does not say %q, but\n%s", want, r.Texts())
		}
	}
	r.Picture("table_lines")
}

func TestALineThatIsChosenFiltersEverything(t *testing.T) {
	r := newTableRig(t)
	r.ApplyParts([]calls.Part{part("08047112201", 300, 112), part("02248900102", 10, 9)}, false, calls.Unreached{}, r.Shown.Query)
	r.Window.Canvas().Focus(r.table.rows)
	r.Press(fyne.KeyDown, fyne.KeyReturn)
	if len(r.chosen) != 1 || r.chosen[0].Filter.ExoPhone != "02248900102" {
		t.Errorf("chosen: %+v", r.chosen)
	}
}

func TestAnAgentThatIsChosenListsItsCalls(t *testing.T) {
	r := newTableRig(t)
	r.Tap("Agents")
	if len(r.asked) != 1 || !r.asked[0] {
		t.Fatalf("asked for agents: %v", r.asked)
	}
	r.ApplyParts([]calls.Part{part("08047112201", 1, 1)}, false, calls.Unreached{}, r.Shown.Query) // comes too late
	if r.table.rows.Count() != 0 {
		t.Error("lines are shown as agents")
	}
	r.ApplyParts([]calls.Part{part("09700000471", 30, 2)}, true, calls.Unreached{}, r.Shown.Query)
	r.Settle()
	r.Says("By agent", "097000 00471")
	r.Window.Canvas().Focus(r.table.rows)
	r.Press(fyne.KeyReturn)
	if len(r.listed) != 1 || r.listed[0].Agents[0] != "09700000471" {
		t.Errorf("listed: %+v", r.listed)
	}
}
