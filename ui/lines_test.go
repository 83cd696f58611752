package ui

import (
	"slices"
	"testing"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
	"exotel-monitor/ui/config"
)

// TestExoPhonesGetTheirNamesAfterAFailedStart, without a restart: what health asks for
// serves the menu, too.
func TestExoPhonesGetTheirNamesAfterAFailedStart(t *testing.T) {
	r := opened(t, rigOptions{
		calls:    exoteltest.SampleDay(sampleDat.In(testNow.Location()), nil),
		faults:   exoteltest.Faults{FailStatus: 403, Only: "IncomingPhoneNumbers"},
		settings: func(s *config.Settings) { s.Health.PullMinutes = 5 },
	}, metrics.Yesterday)
	menu := r.dashboard.filters.phones
	if got := menu.options[1].text; got != "01140000003" {
		t.Fatalf("offered without a list: %q", got)
	}
	r.until("health to fail", func() bool { return r.watched.Health.Trouble != nil })
	r.account.SetFaults(exoteltest.Faults{})
	r.refreshAll()
	r.until("the names", func() bool { return menu.options[1].text == "Support main · +918040000001" })
	if got := len(menu.options); got != 7 {
		t.Errorf("%d lines in the menu: %+v", got, menu.options)
	}
}

// TestALineThatHasTwoNamesIsOneLine: its calls name it by SID, by 0… and by +91….
func TestALineThatHasTwoNamesIsOneLine(t *testing.T) {
	const spelled = "Returns · +918040000007"
	o := rigOptions{
		calls:    append(exoteltest.SampleDay(sampleDat.In(testNow.Location()), nil), exoteltest.SpellingRows(sampleDat.In(testNow.Location()), nil)...),
		start:    func(r *rig) { r.account.SetPhone(exoteltest.ReturnsLine) },
		settings: func(s *config.Settings) { s.Health.PullMinutes = 5 },
	}
	lines := func(r *rig) (texts []string) {
		for _, option := range r.dashboard.filters.phones.options {
			texts = append(texts, option.text)
		}
		return texts
	}
	calls := func(r *rig) string { return r.dashboard.cards[0].figure.text }

	t.Run("where the list is there first", func(t *testing.T) {
		r := opened(t, o, metrics.Yesterday)
		r.until("the names", func() bool { return slices.Contains(lines(r), spelled) })
		if got := lines(r); len(got) != 8 {
			t.Errorf("the menu has %d lines: %q", len(got), got)
		}
		r.dashboard.filters.phones.onChoose("8040000007")
		r.until("all calls of the line", func() bool { return calls(r) == "6" })
	})
	t.Run("where it comes later", func(t *testing.T) {
		o.faults = exoteltest.Faults{FailStatus: 403, Only: "IncomingPhoneNumbers"}
		r := opened(t, o, metrics.Yesterday)
		r.dashboard.filters.phones.onChoose("8040000007")
		r.until("the calls by number", func() bool { return calls(r) == "5" })
		r.dashboard.filters.phones.onChoose("exo5b221ee9")
		r.until("the call by SID", func() bool { return calls(r) == "1" })
		r.until("health to fail", func() bool { return r.watched.Health.Trouble != nil })
		r.account.SetFaults(exoteltest.Faults{})
		r.refreshAll()
		r.until("all calls of the line", func() bool { return calls(r) == "6" })
		if got := lines(r); len(got) != 8 || !slices.Contains(got, spelled) {
			t.Errorf("the menu has %d lines: %q", len(got), got)
		}
		if chip := r.dashboard.filters.phones.chip.text; chip != spelled {
			t.Errorf("chosen: %q", chip)
		}
		if only := r.dashboard.filters.filterText(r.dashboard.filters.choice.Filter); only != "Only: Returns" {
			t.Error(only)
		}
	})
}

func TestOtherDirectionIsOfferedWhenThereAreSuchCalls(t *testing.T) {
	day := sampleDat.In(testNow.Location())
	r := opened(t, rigOptions{calls: append(exoteltest.SampleDay(day, nil), exoteltest.OddDirections(day, nil)...)}, metrics.Yesterday)
	f := r.dashboard.filters
	offered := func() bool {
		return slices.Contains(f.directions.options, menuOption{"Other direction", metrics.DirectionOther})
	}
	if !offered() {
		t.Fatalf("offered: %+v", f.directions.options)
	}
	sum := 0
	for _, option := range f.directions.options[1:] {
		f.directions.onChoose(option.value)
		r.until(option.text, func() bool { return r.dashboard.shown.Choice.Filter.Direction == option.value })
		sum += r.dashboard.shown.Summary.Calls()
	}
	if total := 1249; sum != total || r.dashboard.cards[0].figure.text != "2" {
		t.Errorf("the directions add up to %d of %d; %s in the last", sum, total, r.dashboard.cards[0].figure.text)
	}
	if only := f.filterText(f.choice.Filter); f.directions.chip.text != "Other direction" || only != "Only: other direction" {
		t.Errorf("%q, %q", f.directions.chip.text, only)
	}
	// It stays as long as it is chosen, on a day without such calls.
	f.chooseRange(metrics.Today)
	r.idle()
	if !offered() || f.directions.chip.text != "Other direction" {
		t.Errorf("chosen: %q of %+v", f.directions.chip.text, f.directions.options)
	}
	f.directions.onChoose(exotel.DirectionInbound)
	r.until("inbound", func() bool { return r.dashboard.shown.Choice.Filter.Direction == exotel.DirectionInbound })
	if offered() {
		t.Error("offered on a day without such calls")
	}
}
