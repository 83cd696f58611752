package ui

import (
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/heartbeat"
	"exotel-monitor/metrics"
	refresh "exotel-monitor/metrics/sync"
	"exotel-monitor/ui/dashboard"
	"exotel-monitor/ui/text"
	"exotel-monitor/ui/uitest/sample"
)

func TestSampleDayToTheDigit(t *testing.T) {
	r := sampleRig(t)
	hours := [24]int{12, 8, 3, 2, 5, 18, 45, 89, 112, 134, 145, 152, 128, 98, 87, 65, 54, 42, 28, 12, 5, 2, 1, 0}
	for i, b := range r.dashboard.Chart.Data.Bars {
		if b.Total() != hours[i] || b.Open {
			t.Errorf("bar %d: %d calls, open %v; want %d", i, b.Total(), b.Open, hours[i])
		}
	}
	if got := r.dashboard.Legend.Entries[0].Text; got != "Answered 976" {
		t.Errorf("legend: %q", got)
	}
	want := "Thu 19 Nov 2026 · account time zone IST (UTC+5:30)\n" +
		"Calls: 1,247 (all day · 0 live)\n" +
		"Answer rate: 78.3% (976 of 1,247 ended · 71.9% spoke to a person)\n" +
		"Avg duration: 2m 14s (across 976 answered calls · talk time 1m 52s across 897)\n" +
		"Peak hour: 11:00 (11:00–12:00 · 152 calls)\n" +
		"Missed: 271 (189 no answer · 52 busy · 30 failed)\n" +
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
	s := &r.dashboard.Shown
	sum := s.Summary
	list := dashboard.Bars(s, text.Format{})
	if len(list) != 30 || list[0].Label != "22 Oct" || !strings.HasPrefix(list[0].Name, "Thu 22 Oct 2026 · ") {
		t.Fatalf("%d bars, first %+v", len(list), list[0])
	}
	total := 0
	for i, b := range list {
		total += b.Total()
		if today := i == 29; b.Open != today {
			t.Errorf("bar %d open: %v", i, b.Open)
		}
	}
	if total != sum.Calls() {
		t.Errorf("bars hold %d calls of %d", total, sum.Calls())
	}
	if lines := r.dashboard.ReadOut(0); len(lines) < 2 || !strings.Contains(lines[0], " answered") {
		t.Errorf("read out: %q", lines)
	}
	if text := dashboard.CallsText(s, text.Format{}); !strings.HasPrefix(text.Sub, "30 days · ") {
		t.Error(text)
	}
	if text := dashboard.PeakText(sum, text.Format{}); !strings.Contains(text.Sub, " calls a day on 30 days with calls") {
		t.Error(text)
	}
	quiet := opened(t, rigOptions{calls: []exotel.Call{{Sid: "1", Status: "completed", Created: sample.Now.AddDate(0, 0, -3), Ended: sample.Now.AddDate(0, 0, -3)}}}, metrics.Last7Days)
	if text := dashboard.PeakText(quiet.dashboard.Shown.Summary, text.Format{}); text.Sub != "14:00–15:00 · 1 call on 1 day with calls" {
		t.Error(text)
	}
}

func TestCopiedFiguresSayTheirFilters(t *testing.T) {
	noAnswer := metrics.NoAnswer
	b := dashboard.NewFilterBar(text.Format{}, func(refresh.Choice) {}, func() {})
	b.SetPhones(exotel.NewDirectory([]exotel.ExoPhone{{SID: "08040000001", Number: "+918040000001", Name: "Support main"}}), []string{"02248900102"}, heartbeat.Health{})
	for _, tt := range []struct {
		filter metrics.Filter
		want   string
	}{
		{metrics.Filter{}, ""},
		{metrics.Filter{Direction: exotel.DirectionInbound, ExoPhone: "8040000001", Status: &noAnswer, Text: "98000"},
			"Only: inbound · Support main · no answer · “98000”"},
		{metrics.Filter{ExoPhone: "2248900102"}, "Only: 02248900102"},
		{metrics.Filter{ExoPhone: "3340000005"}, "Only: 3340000005"},
	} {
		if got := b.FilterText(tt.filter); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
	r := sampleRig(t)
	r.dashboard.Filters.Statuses.OnChoose("busy")
	r.until("busy calls", func() bool { return r.dashboard.Shown.Choice.Filter.Status != nil })
	if lines := strings.Split(r.dashboard.Text(), "\n"); lines[1] != "Only: busy" {
		t.Errorf("copied: %q", lines)
	}
}
