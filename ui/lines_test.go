package ui

import (
	"slices"
	"strings"
	"testing"

	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/uitest/sample"
)

// TestExoPhonesGetTheirNamesAfterAFailedStart, without a restart: what health asks for
// serves the menu, too.
func TestExoPhonesGetTheirNamesAfterAFailedStart(t *testing.T) {
	r := opened(t, rigOptions{
		calls:    exoteltest.SampleDay(sample.Day.In(sample.Now.Location()), nil),
		faults:   exoteltest.Faults{FailStatus: 403, Only: "IncomingPhoneNumbers"},
		settings: func(s *config.Settings) { s.Health.PullMinutes = 5 },
	}, metrics.Yesterday)
	if got := r.Lines("All ExoPhones"); got[1] != "01140000003" {
		t.Fatalf("offered without a list: %q", got)
	}
	r.until("health to fail", func() bool { return r.watched.Health.PollErr != nil })
	r.account.SetFaults(exoteltest.Faults{})
	r.refreshAll()
	r.until("the names", func() bool { return len(r.directory.ExoPhones()) > 0 })
	if got := r.Lines("All ExoPhones"); len(got) != 7 || got[1] != "Support main · +918040000001" {
		t.Errorf("the menu has %d lines: %q", len(got), got)
	}
}

// TestALineThatHasTwoNamesIsOneLine: its calls name it by SID, by 0… and by +91….
func TestALineThatHasTwoNamesIsOneLine(t *testing.T) {
	const spelled, all = "Returns · +918040000007", "All ExoPhones"
	o := rigOptions{
		calls:    append(exoteltest.SampleDay(sample.Day.In(sample.Now.Location()), nil), exoteltest.SpellingRows(sample.Day.In(sample.Now.Location()), nil)...),
		start:    func(r *rig) { r.account.SetPhone(exoteltest.ReturnsLine) },
		settings: func(s *config.Settings) { s.Health.PullMinutes = 5 },
	}

	t.Run("where the list is there first", func(t *testing.T) {
		r := opened(t, o, metrics.Yesterday)
		r.until("the names", func() bool { return len(r.directory.ExoPhones()) > 0 })
		if got := r.Lines(all); len(got) != 8 {
			t.Errorf("the menu has %d lines: %q", len(got), got)
		}
		r.ChooseFrom(all, spelled)
		r.until("all calls of the line", func() bool { return r.Figure("Calls") == "6" })
	})
	t.Run("where it comes later", func(t *testing.T) {
		o.faults = exoteltest.Faults{FailStatus: 403, Only: "IncomingPhoneNumbers"}
		r := opened(t, o, metrics.Yesterday)
		const number, sid = "08040000007", "exo5b221ee9"
		r.ChooseFrom(all, number)
		r.until("the calls by number", func() bool { return r.Figure("Calls") == "5" })
		r.ChooseFrom(number, sid)
		r.until("the call by SID", func() bool { return r.Figure("Calls") == "1" })
		r.until("health to fail", func() bool { return r.watched.Health.PollErr != nil })
		r.account.SetFaults(exoteltest.Faults{})
		r.refreshAll()
		r.until("all calls of the line", func() bool { return r.Figure("Calls") == "6" })
		if got := r.Lines(spelled); len(got) != 8 || !slices.Contains(got, spelled) {
			t.Errorf("the menu has %d lines: %q", len(got), got)
		}
		if only := r.dashboard.About(); !strings.HasSuffix(only, " · Only: Returns") {
			t.Error(only)
		}
	})
}

func TestOtherDirectionIsOfferedWhenThereAreSuchCalls(t *testing.T) {
	day := sample.Day.In(sample.Now.Location())
	r := opened(t, rigOptions{calls: append(exoteltest.SampleDay(day, nil), exoteltest.OddDirections(day, nil)...)}, metrics.Yesterday)
	const all, other = "All directions", "Other direction"
	lines := r.Lines(all)
	if !slices.Contains(lines, other) {
		t.Fatalf("offered: %q", lines)
	}
	sum, chip := 0, all
	for _, line := range lines[1:] {
		r.ChooseFrom(chip, line)
		r.until(line, r.answered)
		sum, chip = sum+r.dashboard.Shown.Summary.Calls(), line
	}
	if total := 1249; sum != total || r.Figure("Calls") != "2" {
		t.Errorf("the directions add up to %d of %d; %s in the last", sum, total, r.Figure("Calls"))
	}
	if only := r.dashboard.About(); chip != other || !strings.HasSuffix(only, " · Only: other direction") {
		t.Errorf("%q, %q", chip, only)
	}
	// It stays as long as it is chosen, on a day without such calls.
	r.Tap("Today")
	r.idle()
	if got := r.Lines(other); !slices.Contains(got, other) {
		t.Errorf("offered: %q", got)
	}
	r.ChooseFrom(other, "Inbound")
	r.until("inbound", r.answered)
	if slices.Contains(r.Lines("Inbound"), other) {
		t.Error("offered on a day without such calls")
	}
}
