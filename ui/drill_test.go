package ui

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
)

// nopCloser is a file in memory.
type nopCloser struct{ bytes.Buffer }

func (*nopCloser) Close() error { return nil }

// listed waits for the calls that the screen lists and returns how many there are.
func (r *rig) listed() int {
	r.T.Helper()
	r.until("the calls", func() bool { return r.calls != nil && !strings.Contains(r.Texts(), "Loading…") })
	n := -1
	if said := countedCalls.FindStringSubmatch(r.Texts()); said != nil {
		n, _ = strconv.Atoi(strings.ReplaceAll(said[1], ",", ""))
	}
	return n
}

// countedCalls finds how many calls the screen says that it lists.
var countedCalls = regexp.MustCompile(`(?m)^([0-9,]+) calls?$`)

// TestEveryFigureListsItsCalls: for each card and bar, with filters and without, as many
// calls are listed as the figure counts.
func TestEveryFigureListsItsCalls(t *testing.T) {
	r := opened(t, rigOptions{account: exoteltest.Options{CallsPerDay: 300, Seed: 5}}, metrics.Yesterday)
	for name, filter := range map[string]func(){
		"all": func() {}, "inbound": func() { r.ChooseFrom("All directions", "Inbound") },
		"busy": func() { r.ChooseFrom("All statuses", "Busy") }, "part of a number": func() { r.Fill("Search by number", "98000") },
	} {
		r.showDashboard()
		r.window.Canvas().Unfocus()
		r.Enter("x")
		filter()
		r.until("the figures", r.answered)
		s := r.dashboard.Shown.Summary
		peak, _ := s.PeakHour()
		want := []int{s.Calls(), s.Counts[metrics.Answered], s.Counts[metrics.Answered], peak.Calls, s.Counts.Unanswered()}
		for i, card := range []string{"Calls", "Answer rate", "Avg duration", "Peak hour", "Missed"} {
			r.showDashboard()
			r.TapCard(card)
			if got := r.listed(); got != want[i] {
				t.Errorf("%s: %s counts %d calls, and %d are listed", name, card, want[i], got)
			}
		}
		r.showDashboard()
		callers := r.Figure("To call back")
		if r.TapCard("To call back"); callers == "0" {
			if r.calls != nil {
				t.Errorf("%s: calls are listed of nobody", name)
			}
		} else if n := r.listed(); !r.Shows("of "+callers+" caller") || n == 0 {
			t.Errorf("%s: %s callers are not those of\n%s", name, callers, r.Texts())
		}
		for hour, counts := range s.Hours {
			r.showDashboard()
			r.onBar(hour)
			r.Press(fyne.KeyReturn)
			if got := r.listed(); got != counts.Total() {
				t.Errorf("%s: bar %d counts %d calls, and %d are listed", name, hour, counts.Total(), got)
			}
		}
	}
}

func TestCallsAreReachedAndLeftByKeyboard(t *testing.T) {
	r := sampleRig(t)
	r.Control(fyne.Key2)
	if n := r.listed(); n != 1247 {
		t.Errorf("%d calls are listed", n)
	}
	r.until("a call in detail", func() bool { return r.calls.Copied() != "" })
	r.Press(fyne.KeyEnd)
	r.until("the last page", func() bool { return !strings.Contains(r.Texts(), "…\n") })
	r.Control(fyne.KeyC)
	if got := r.app.Clipboard().Content(); got == "" || got != r.calls.Copied() {
		t.Errorf("copied %q", got)
	}
	r.Press(fyne.KeyEscape)
	if !r.onDashboard {
		t.Error("Escape does not lead back")
	}
}

// TestExportedCallsAreThoseOfTheScreen compares sums of the file with the figures.
func TestExportedCallsAreThoseOfTheScreen(t *testing.T) {
	r := sampleRig(t)
	s := r.dashboard.Shown
	var file nopCloser
	r.exportCallsTo(&file, s.Query, r.dashboard.About())
	r.until("the file", func() bool { return r.Shows("Saved 1,247 calls.") })
	rows, head := readCalls(t, file.String())
	statuses := map[string]int{}
	talk := 0
	for _, row := range rows {
		statuses[row["status"]]++
		if row["outcome"] == "spoke" && row["talk seconds"] != "" {
			var n int
			fmt.Sscan(row["talk seconds"], &n)
			talk += n
		}
	}
	if len(rows) != s.Summary.Calls() || statuses["completed"] != s.Summary.Counts[metrics.Answered] || statuses["busy"] != s.Summary.Counts[metrics.Busy] || talk != s.Summary.Talk.Sum {
		t.Errorf("%d rows, %v, %d seconds of talk; the screen has %+v", len(rows), statuses, talk, s.Summary.Counts)
	}
	if head["rows"] != "1247" || !strings.Contains(head["calls"], "Thu 19 Nov 2026") || head["time zone"] != "Asia/Kolkata" {
		t.Errorf("the head says %q", head)
	}
}

// readCalls reads a file of exported calls: its rows by their headings, and what stands
// above them.
func readCalls(t *testing.T, text string) (rows []map[string]string, head map[string]string) {
	t.Helper()
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\uFEFF")))
	reader.FieldsPerRecord = -1
	all, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	head = map[string]string{}
	var names []string
	for _, fields := range all {
		switch {
		case names != nil:
			row := map[string]string{}
			for i, field := range fields {
				row[names[i]] = field
			}
			rows = append(rows, row)
		case fields[0] == "created":
			names = fields
		case len(fields) > 1:
			head[fields[0]] = fields[1]
		}
	}
	return rows, head
}
