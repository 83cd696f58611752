package ui

import (
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
	"exotel-monitor/ui/uitest/sample"
)

func TestSampleDayToTheDigit(t *testing.T) {
	r := sampleRig(t)
	hours := [24]int{12, 8, 3, 2, 5, 18, 45, 89, 112, 134, 145, 152, 128, 98, 87, 65, 54, 42, 28, 12, 5, 2, 1, 0}
	for i, b := range chartIn(r.Top()).Data.Bars {
		if want := r.format.CallCount(hours[i]); !strings.HasSuffix(b.Name, " · "+want) || b.Open {
			t.Errorf("bar %d: %s, open %v; want %s", i, b.Name, b.Open, want)
		}
	}
	r.Says("Answered 976")
	want := "Thu 19 Nov 2026 · account time zone IST (UTC+5:30)\n" +
		"Calls: 1,247 (usual not known yet · all day · 0 live)\n" +
		"Answer rate: 78.3% (usual not known yet · 976 of 1,247 ended · 71.9% spoke to a person)\n" +
		"Avg duration: 2m 14s (usual not known yet · across 976 answered calls · talk time 1m 52s across 897)\n" +
		"Peak hour: 11:00 (usual not known yet · 11:00–12:00 · 152 calls)\n" +
		"Missed: 271 (usual not known yet · 189 no answer · 52 busy · 30 failed)\n" +
		"To call back: 48 (reached nobody · 7 tried again)\n" +
		"Final · fetched 14:22:32 · next at 14:23:33"
	if got := r.dashboard.Text(); got != want {
		t.Errorf("as text:\n%s\nwant\n%s", got, want)
	}
}

// TestADayThatWasReadBeforeItsEndIsNotAllDay: a refresh that is paused over midnight
// leaves the evening's figures.
func TestADayThatWasReadBeforeItsEndIsNotAllDay(t *testing.T) {
	r := sampleRig(t)
	s := r.dashboard.Shown
	s.AsOf = s.Period.To.In(s.Now.Location()).Add(18*time.Hour + 30*time.Minute)
	if got := r.format.Span(&s); got != "until 18:30" {
		t.Errorf("got %q", got)
	}
}

func TestManyDays(t *testing.T) {
	r := opened(t, rigOptions{account: exoteltest.Options{CallsPerDay: 60, Seed: 3}}, metrics.Last30Days)
	list := chartIn(r.Top()).Data.Bars
	if len(list) != 30 || list[0].Label != "22 Oct" || !strings.HasPrefix(list[0].Name, "Thu 22 Oct 2026 · ") {
		t.Fatalf("%d bars, first %+v", len(list), list[0])
	}
	for i, b := range list {
		if today := i == 29; b.Open != today {
			t.Errorf("bar %d open: %v", i, b.Open)
		}
	}
	if total := drawnCalls(r.Top()); r.Figure("Calls") != r.format.Count(total) {
		t.Errorf("bars hold %d calls of %s", total, r.Figure("Calls"))
	}
	if said := r.onBar(0); !strings.Contains(said, list[0].Name+". ") || !strings.Contains(said, " answered") {
		t.Errorf("read out: %q", said)
	}
	if got := r.Under("Calls"); !strings.HasPrefix(got, "30 days · ") {
		t.Error(got)
	}
	if got := r.Under("Peak hour"); !strings.Contains(got, " calls a day on 30 days with calls") {
		t.Error(got)
	}
	quiet := opened(t, rigOptions{calls: []exotel.Call{{Sid: "1", Status: "completed", Created: sample.Now.AddDate(0, 0, -3), Ended: sample.Now.AddDate(0, 0, -3)}}}, metrics.Last7Days)
	if got := quiet.Under("Peak hour"); got != "14:00–15:00 · 1 call on 1 day with calls" {
		t.Error(got)
	}
}

func TestCopiedFiguresSayTheirFilters(t *testing.T) {
	r := sampleRig(t)
	r.ChooseFrom("All statuses", "Busy")
	r.until("busy calls", r.answered)
	if lines := strings.Split(r.dashboard.Text(), "\n"); lines[1] != "Only: busy" {
		t.Errorf("copied: %q", lines)
	}
}
