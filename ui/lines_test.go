package ui

import (
	"slices"
	"testing"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/kit"
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
	menu := r.dashboard.Filters.Phones
	if got := menu.Options[1].Text; got != "01140000003" {
		t.Fatalf("offered without a list: %q", got)
	}
	r.until("health to fail", func() bool { return r.watched.Health.Trouble != nil })
	r.account.SetFaults(exoteltest.Faults{})
	r.refreshAll()
	r.until("the names", func() bool { return menu.Options[1].Text == "Support main · +918040000001" })
	if got := len(menu.Options); got != 7 {
		t.Errorf("%d lines in the menu: %+v", got, menu.Options)
	}
}

// TestALineThatHasTwoNamesIsOneLine: its calls name it by SID, by 0… and by +91….
func TestALineThatHasTwoNamesIsOneLine(t *testing.T) {
	const spelled = "Returns · +918040000007"
	o := rigOptions{
		calls:    append(exoteltest.SampleDay(sample.Day.In(sample.Now.Location()), nil), exoteltest.SpellingRows(sample.Day.In(sample.Now.Location()), nil)...),
		start:    func(r *rig) { r.account.SetPhone(exoteltest.ReturnsLine) },
		settings: func(s *config.Settings) { s.Health.PullMinutes = 5 },
	}
	lines := func(r *rig) (texts []string) {
		for _, option := range r.dashboard.Filters.Phones.Options {
			texts = append(texts, option.Text)
		}
		return texts
	}
	calls := func(r *rig) string { return r.dashboard.Cards[0].Figure.Text }

	t.Run("where the list is there first", func(t *testing.T) {
		r := opened(t, o, metrics.Yesterday)
		r.until("the names", func() bool { return slices.Contains(lines(r), spelled) })
		if got := lines(r); len(got) != 8 {
			t.Errorf("the menu has %d lines: %q", len(got), got)
		}
		r.dashboard.Filters.Phones.OnChoose("8040000007")
		r.until("all calls of the line", func() bool { return calls(r) == "6" })
	})
	t.Run("where it comes later", func(t *testing.T) {
		o.faults = exoteltest.Faults{FailStatus: 403, Only: "IncomingPhoneNumbers"}
		r := opened(t, o, metrics.Yesterday)
		r.dashboard.Filters.Phones.OnChoose("8040000007")
		r.until("the calls by number", func() bool { return calls(r) == "5" })
		r.dashboard.Filters.Phones.OnChoose("exo5b221ee9")
		r.until("the call by SID", func() bool { return calls(r) == "1" })
		r.until("health to fail", func() bool { return r.watched.Health.Trouble != nil })
		r.account.SetFaults(exoteltest.Faults{})
		r.refreshAll()
		r.until("all calls of the line", func() bool { return calls(r) == "6" })
		if got := lines(r); len(got) != 8 || !slices.Contains(got, spelled) {
			t.Errorf("the menu has %d lines: %q", len(got), got)
		}
		if chip := r.dashboard.Filters.Phones.Chip.Text; chip != spelled {
			t.Errorf("chosen: %q", chip)
		}
		if only := r.dashboard.Filters.FilterText(r.dashboard.Filters.Choice.Filter); only != "Only: Returns" {
			t.Error(only)
		}
	})
}

func TestOtherDirectionIsOfferedWhenThereAreSuchCalls(t *testing.T) {
	day := sample.Day.In(sample.Now.Location())
	r := opened(t, rigOptions{calls: append(exoteltest.SampleDay(day, nil), exoteltest.OddDirections(day, nil)...)}, metrics.Yesterday)
	f := r.dashboard.Filters
	offered := func() bool {
		return slices.Contains(f.Directions.Options, kit.Option{Text: "Other direction", Value: metrics.DirectionOther})
	}
	if !offered() {
		t.Fatalf("offered: %+v", f.Directions.Options)
	}
	sum := 0
	for _, option := range f.Directions.Options[1:] {
		f.Directions.OnChoose(option.Value)
		r.until(option.Text, func() bool { return r.dashboard.Shown.Choice.Filter.Direction == option.Value })
		sum += r.dashboard.Shown.Summary.Calls()
	}
	if total := 1249; sum != total || r.dashboard.Cards[0].Figure.Text != "2" {
		t.Errorf("the directions add up to %d of %d; %s in the last", sum, total, r.dashboard.Cards[0].Figure.Text)
	}
	if only := f.FilterText(f.Choice.Filter); f.Directions.Chip.Text != "Other direction" || only != "Only: other direction" {
		t.Errorf("%q, %q", f.Directions.Chip.Text, only)
	}
	// It stays as long as it is chosen, on a day without such calls.
	f.ChooseRange(metrics.Today)
	r.idle()
	if !offered() || f.Directions.Chip.Text != "Other direction" {
		t.Errorf("chosen: %q of %+v", f.Directions.Chip.Text, f.Directions.Options)
	}
	f.Directions.OnChoose(exotel.DirectionInbound)
	r.until("inbound", func() bool { return r.dashboard.Shown.Choice.Filter.Direction == exotel.DirectionInbound })
	if offered() {
		t.Error("offered on a day without such calls")
	}
}
