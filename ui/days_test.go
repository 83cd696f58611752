package ui

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/uitest/sample"
)

func TestABarOfAWeekShowsItsDays(t *testing.T) {
	r := sampleRig(t)
	s := sample.DaysUntilToday(sample.DateOf(2025, time.November, 3))
	s.Complete, s.Tally = true, refresh.Tally{Received: s.Period.Days(), Announced: s.Period.Days()}
	r.dashboard.Filters.Mark(s.Choice)
	r.dashboard.Apply(*s, 0, time.Time{})
	r.picture("weeks_light", fyne.NewSize(1280, 800))
	if said := r.onBar(1); !r.Shows("Calls by week") || !strings.Contains(said, "Week of Mon 10 Nov 2025 · 7 calls. 7 answered") {
		t.Errorf("read out: %q", said)
	}
	r.Press(fyne.KeyReturn)
	if got := r.dashboard.Filters.Choice.Custom; got != (metrics.Period{From: sample.DateOf(2025, time.November, 10), To: sample.DateOf(2025, time.November, 16)}) {
		t.Errorf("chosen: %v", got)
	}
}
