package dashboard

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/pattern"
	"exotel-monitor/ui/chart"
	"exotel-monitor/ui/text"
	"exotel-monitor/ui/uitest/sample"
)

// usualDay is what is usual on a day with calls from 08:00 to 20:00.
func usualDay() pattern.Usual {
	u := pattern.Usual{
		Weekday: time.Thursday, Weeks: 8,
		Calls: pattern.Band{Low: 100, Middle: 120, High: 140, Known: true}, Missed: pattern.Band{Low: 10, Middle: 20, High: 30, Known: true},
		Answered: pattern.Band{Low: 0.8, Middle: 0.85, High: 0.9, Known: true}, Duration: pattern.Band{Low: 90, Middle: 100, High: 110, Known: true},
	}
	for hour := 8; hour < 20; hour++ {
		u.Hours[hour] = pattern.Band{Low: 5, Middle: 10, High: 15, Known: true}
	}
	u.Hours[11].Middle = 20
	return u
}

func TestUsualIsSaidOfEachCard(t *testing.T) {
	sum := summary(9, sample.Tally(60, 40))
	sum.Duration = metrics.Mean{Sum: 60 * 100, N: 60}
	shown := *day(sample.Day, sum)
	for _, tt := range []struct {
		name   string
		change func(*pattern.Usual)
		want   []string
	}{
		{"outside and inside", func(*pattern.Usual) {},
			[]string{"usual 100–140", "usual 80%–90% · −25 pts!", "usual 1m 30s–1m 50s", "usual 11:00–12:00", "usual 10–30 · +20!"}},
		{"unknown share", func(u *pattern.Usual) { u.Answered = pattern.Band{} },
			[]string{"usual 100–140", "", "usual 1m 30s–1m 50s", "usual 11:00–12:00", "usual 10–30 · +20!"}},
		{"under four weeks", func(u *pattern.Usual) { *u = pattern.Usual{Weeks: 3} }, slices.Repeat([]string{"usual not known yet"}, 5)},
		{"no week stored", func(u *pattern.Usual) { *u = pattern.Usual{} }, slices.Repeat([]string{"usual not known yet"}, 5)},
	} {
		d := &Screen{Shown: shown, usual: usualDay(), format: text.Format{Zone: exotel.India}}
		tt.change(&d.usual)
		var got []string
		for _, u := range d.usualTexts() {
			words := u.words
			if u.different {
				words += "!"
			}
			got = append(got, words)
		}
		if !slices.Equal(got, append(tt.want, "")) { // nothing is usual of whom to call back
			t.Errorf("%s:\ngot  %q\nwant %q", tt.name, got, tt.want)
		}
	}
}

// TestIncompleteFiguresDoNotDiffer: calls that were not loaded are no quiet day.
func TestIncompleteFiguresDoNotDiffer(t *testing.T) {
	d := &Screen{Shown: *day(sample.Day, summary(9, sample.Tally(1, 1))), usual: usualDay(), format: text.Format{Zone: exotel.India}}
	d.Shown.Complete = false
	if got, want := d.usualTexts()[cardCalls], (usualText{words: "usual 100–140"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestUsualOfOtherCallsIsNotShown: an answer that comes after the filters were changed.
func TestUsualOfOtherCallsIsNotShown(t *testing.T) {
	d := &Screen{Shown: *day(sample.Day, summary(9, sample.Tally(60, 40))), usual: usualDay(), format: text.Format{Zone: exotel.India}}
	d.usualOf = calls.Query{Text: "98000"}
	if got := d.usualTexts()[0].words; got != "" {
		t.Errorf("it says %q", got)
	}
	d.usualOf = calls.Query{Now: sample.Now} // the same calls, later
	if got := d.usualTexts()[0].words; got != "usual 100–140" {
		t.Errorf("it says %q", got)
	}
	d.Shown.Period.From = d.Shown.Period.To.Add(-6)
	if got := d.usualTexts()[0].words; got != "" {
		t.Errorf("of seven days it says %q", got)
	}
}

// TestHoursThatNeverHaveCallsAreLeftOut, but not those that have some today.
func TestHoursThatNeverHaveCallsAreLeftOut(t *testing.T) {
	bars := func(hour int) []chart.Bar {
		list := make([]chart.Bar, 24)
		for i := range list {
			list[i].Label = fmt.Sprint(i)
		}
		list[hour].Parts[0] = 1
		return list
	}
	for _, tt := range []struct {
		usual       pattern.Usual
		hour        int
		first, bars int
	}{
		{usualDay(), 9, 8, 12},
		{usualDay(), 3, 3, 17},
		{usualDay(), 23, 8, 16},
		{pattern.Usual{Weeks: 3}, 9, 0, 24},
		{pattern.Usual{Weeks: 8}, 9, 9, 1},
	} {
		shown, first := withUsual(bars(tt.hour), tt.usual)
		if first != tt.first || len(shown) != tt.bars || shown[0].Label != fmt.Sprint(first) {
			t.Errorf("a call at %d: %d bars from %d, want %d from %d", tt.hour, len(shown), first, tt.bars, tt.first)
		}
	}
	shown, first := withUsual(bars(9), usualDay())
	if shown[11-first].Usual != 20 {
		t.Errorf("usual at 11 is %v", shown[11-first].Usual)
	}
}
