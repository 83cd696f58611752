package calls

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/ui/text"
	"exotel-monitor/ui/uitest"
	"exotel-monitor/ui/uitest/sample"
)

// rig is the screen in a window, with an owner that writes down what it is asked for.
type rig struct {
	*Screen
	*uitest.Driver
	counts   []func(int, error)
	pages    []calls.Query
	answers  []func([]calls.Call, error)
	callers  []func(Caller, error)
	exported []calls.Query
	copied   string
	opened   string
}

func newRig(t *testing.T, variant fyne.ThemeVariant) *rig {
	t.Helper()
	return newRigIn(t, variant, text.Format{Zone: exotel.India})
}

func newRigIn(t *testing.T, variant fyne.ThemeVariant, format text.Format) *rig {
	t.Helper()
	uitest.UseTheme(t, variant)
	r := &rig{}
	r.Screen = New(format, Actions{
		Count: func(_ calls.Query, then func(int, error)) { r.counts = append(r.counts, then) },
		Page: func(q calls.Query, then func([]calls.Call, error)) {
			r.pages, r.answers = append(r.pages, q), append(r.answers, then)
		},
		Caller: func(_ string, then func(Caller, error)) { r.callers = append(r.callers, then) },
		Export: func(q calls.Query) { r.exported = append(r.exported, q) },
		Copy:   func(what string) { r.copied = what },
		Open:   func(address string) { r.opened = address },
		Name: func(line string) string {
			return map[string]string{"08047112201": "Support main", "02248900102": "Sales west"}[line]
		},
	})
	r.Driver = uitest.Show(t, r.Screen.View)
	return r
}

// show shows these calls, and answers what the screen asks for.
func (r *rig) show(list []calls.Call) {
	today := metrics.Date{Year: 2026, Month: time.November, Day: 20}
	r.Set(calls.Query{Period: metrics.Period{From: today, To: today}, Now: sample.Now}, "Fri 20 Nov 2026")
	r.Window.Canvas().Focus(r.List)
	r.counts[len(r.counts)-1](len(list), nil)
	for i, q := range r.pages {
		r.answers[i](list[min(q.Skip, len(list)):min(q.Skip+q.Limit, len(list))], nil)
	}
	r.Settle()
}

// sampleCalls are calls of every kind, the newest first.
func sampleCalls() (list []calls.Call) {
	at := sample.Now
	add := func(direction, from, to, line, status string, outcome metrics.Outcome, duration int, details *exotel.Details) {
		at = at.Add(-97 * time.Second)
		list = append(list, calls.Call{
			Call: exotel.Call{
				Sid: fmt.Sprint("call", len(list)), Created: at, Direction: direction, From: from, To: to, ExoPhone: line,
				Status: status, Duration: duration, Price: "0.70", Details: details,
			},
			Outcome: outcome,
		})
	}
	spoke := func(seconds int) *exotel.Details {
		return &exotel.Details{Conversation: seconds, Leg1Status: "completed", Leg2Status: "completed", Legs: []exotel.Leg{{ID: 1, OnCall: seconds + 12}, {ID: 2, OnCall: seconds}}}
	}
	const in, out, support, sales = exotel.DirectionInbound, exotel.DirectionOutboundDial, "08047112201", "02248900102"
	add(in, "07395311298", "09700000471", support, "completed", metrics.RangOut, 32,
		&exotel.Details{Conversation: 0, Leg1Status: "completed", Leg2Status: "no-answer", Legs: []exotel.Leg{{ID: 1, OnCall: 32}, {ID: 2, OnCall: exotel.Unknown}}})
	add(in, "09008041120", "09700000221", sales, "completed", metrics.Talked, 140, spoke(112))
	add(in, "09845022071", support, support, "completed", metrics.MenuOnly, 18, &exotel.Details{Leg1Status: "completed"})
	add(out, "09700000471", "08105277310", support, "completed", metrics.Talked, 271, spoke(247))
	add(in, "09900164413", "sip:agent17", support, "busy", metrics.LineBusy, 2, nil)
	add(out, "09700000221", "07395311298", sales, "no-answer", metrics.RangOut, 41, nil)
	add(in, "07022490017", "09700000471", sales, "failed", metrics.NotConnected, 0, nil)
	add(in, "08861230045", "09700000471", support, "in-progress", metrics.NotOver, exotel.Unknown, nil)
	return list
}

func TestCallsGolden(t *testing.T) {
	for name, variant := range uitest.Variants {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, variant)
			list := sampleCalls()
			r.show(list)
			r.callers[0](Caller{Calls: 6, Spoke: 2, Missed: 4, First: sample.Now.AddDate(0, 0, -17), Recent: list[:6]}, nil)
			r.Picture("calls_" + name)
		})
	}
	t.Run("narrow", func(t *testing.T) {
		r := newRig(t, theme.VariantLight)
		r.show(sampleCalls())
		r.Resize(740, 900)
		r.Picture("calls_narrow")
	})
}

func TestACallIsToldInFull(t *testing.T) {
	r := newRig(t, theme.VariantLight)
	list := sampleCalls()
	r.show(list)
	for i, want := range []string{
		"nobody picked up|Exotel says “completed”: the menu picked up, but no agent did.|0:32 on the line|no-answer",
		"spoke|1:52 on the line",
		"hung up in menu|Exotel says “completed”: the menu picked up, and the caller hung up there.",
		"spoke|4:07 on the line",
		"busy|Exotel sent no legs for this call.",
	} {
		r.List.Select(i)
		r.Settle()
		for _, part := range strings.Split(want, "|") {
			if !strings.Contains(strings.ToLower(r.Texts()), strings.ToLower(part)) {
				t.Errorf("call %d: it does not say %q, but\n%s", i, part, r.Texts())
			}
		}
	}
	r.List.Select(0)
	r.Tap("Copy")
	r.Tap("Call…")
	if r.copied != "07395311298" || r.opened != "tel:07395311298" {
		t.Errorf("copied %q, opened %q", r.copied, r.opened)
	}
}

func TestCallsAreSortedByTheirHeadings(t *testing.T) {
	r := newRig(t, theme.VariantLight)
	r.show(sampleCalls())
	for _, tt := range []struct {
		tap  string
		want calls.Order
	}{
		{"Talk", calls.Order{By: calls.Talk}},
		{"Talk ▾", calls.Order{By: calls.Talk, Ascending: true}},
		{"Caller", calls.Order{By: calls.Caller, Ascending: true}},
		{"Time", calls.Order{By: calls.Created}},
	} {
		r.Tap(tt.tap)
		r.counts[len(r.counts)-1](len(sampleCalls()), nil)
		if q := r.pages[len(r.pages)-1]; q.Order != tt.want || q.Skip != 0 {
			t.Errorf("%q: asked for %+v", tt.tap, q.Order)
		}
	}
}

func TestALateAnswerIsNotShown(t *testing.T) {
	r := newRig(t, theme.VariantLight)
	r.Set(calls.Query{}, "yesterday")
	r.Set(calls.Query{}, "today")
	r.counts[0](500, nil)
	if r.List.Count() != 0 {
		t.Error("the calls of an older query are shown")
	}
	r.counts[1](2, nil)
	r.Says("2 calls", "today")
}

func TestAFailureIsSaidAndTriedAgain(t *testing.T) {
	r := newRig(t, theme.VariantLight)
	r.Set(calls.Query{}, "today")
	r.counts[0](0, errors.New("the disk is gone"))
	r.Settle()
	r.Says("Calls not loaded", "The disk is gone.")
	r.Tap("Try again")
	r.counts[1](3, nil)
	r.Settle()
	r.SaysNot("The disk is gone.")
	r.Says("3 calls")
}

// TestOnlyThePagesInSightAreAskedFor, also in the middle of a million.
func TestOnlyThePagesInSightAreAskedFor(t *testing.T) {
	r := newRig(t, theme.VariantLight)
	r.Set(calls.Query{}, "all")
	r.counts[0](1_000_000, nil)
	r.List.Select(500_000)
	r.List.Select(999_999)
	var skips []int
	for _, q := range r.pages {
		skips = append(skips, q.Skip)
	}
	if want := fmt.Sprint([]int{0, 499_900, 500_000, 999_900}); fmt.Sprint(skips) != want {
		t.Errorf("asked for the pages after %v, want %s", skips, want)
	}
}

func TestTheSelectionStaysWhenCallsAreRefreshed(t *testing.T) {
	r := newRig(t, theme.VariantLight)
	r.show(sampleCalls())
	r.Press(fyne.KeyDown, fyne.KeyDown)
	r.Refresh(sample.Now.Add(time.Minute))
	r.counts[len(r.counts)-1](9, nil)
	if r.List.Selected() != 2 {
		t.Errorf("row %d is selected", r.List.Selected())
	}
	r.Says("Hung up in menu")
}

func TestCallsFollowTheClockAndHideNumbers(t *testing.T) {
	r := newRigIn(t, theme.VariantLight, text.Format{Zone: exotel.India, Clock12: true, HideNumbers: true})
	r.show(sampleCalls())
	r.Says("2:20:56 pm", "•••••")
	r.SaysNot("073953 11298")
}
