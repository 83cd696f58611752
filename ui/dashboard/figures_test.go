package dashboard

import (
	"errors"
	"strings"
	"testing"
	"time"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/chart"
	"exotel-monitor/ui/text"
	"exotel-monitor/ui/uitest/sample"
)

// summary is a made-up day: all calls in one hour, each with details.
func summary(hour int, c metrics.Counts) *metrics.Summary {
	s := &metrics.Summary{Counts: c, WithDetails: c.Total() - c[metrics.Live]}
	s.Hours[hour] = c
	s.Outcomes[metrics.NotOver] = c[metrics.Live]
	s.Outcomes[metrics.OutcomeOther] = c[metrics.Other]
	s.Outcomes[metrics.RangOut] = c.Unanswered()
	s.Outcomes[metrics.Talked] = c[metrics.Answered]
	return s
}

// day is a snapshot of the given figures over one day.
func day(d metrics.Date, s *metrics.Summary) *refresh.Snapshot {
	return &refresh.Snapshot{
		Summary: s, Period: metrics.Period{From: d, To: d}, Complete: true,
		Now: sample.Now, AsOf: sample.Now.Add(-3 * time.Second),
	}
}

// upTo marks a snapshot whose live calls may be over.
func upTo(s *refresh.Snapshot) *refresh.Snapshot {
	s.LiveOutdated = true
	return s
}

// CardTexts are the texts of the five cards.
func cardTexts(s *refresh.Snapshot, f text.Format) []cardText {
	sum := s.Summary
	return []cardText{
		callsText(s, f), answerRateText(sum, f), durationText(sum, f), peakText(sum, f), missedText(sum, f),
	}
}

func TestFigures(t *testing.T) {
	long := summary(11, sample.Tally(1_24_000, 3_00_000, 0, 0, 500, 7, 60))
	long.Duration = metrics.Mean{Sum: 4000 * 1_24_000, N: 1_24_000}
	unsettled := summary(9, sample.Tally(90, 10))
	unsettled.WithDetails = 94
	unsettled.Duration = metrics.Mean{Sum: 10 * 134, N: 10}
	tie := summary(9, sample.Tally(2))
	tie.Hours[11], tie.Hours[17] = sample.Tally(1, 1), sample.Tally(0, 2)
	tie.Counts = sample.Tally(3, 3)
	for _, tt := range []struct {
		name string
		shot *refresh.Snapshot
		g    metrics.Grouping
		want []cardText
	}{
		{"no calls", day(sample.Day, summary(0, sample.Tally())), metrics.Thousands, []cardText{
			{"0", "all day · 0 live"}, {"—", "no ended calls"}, {"—", "no answered calls"}, {"—", "no calls"}, {"—", "no ended calls"},
		}},
		{"live only", day(sample.Today(), summary(14, sample.Tally(0, 0, 0, 0, 0, 2))), metrics.Thousands, []cardText{
			{"2", "so far, until 14:22 · 2 live"}, {"—", "no ended calls"}, {"—", "no answered calls"}, {"14:00", "14:00–15:00 · 2 calls"}, {"—", "no ended calls"},
		}},
		{"live ones that may be over", upTo(day(sample.Today(), summary(14, sample.Tally(0, 0, 0, 0, 0, 1865)))), metrics.Thousands, []cardText{
			{"1,865", "so far, until 14:22 · up to 1,865 live"}, {"—", "no ended calls"}, {"—", "no answered calls"}, {"14:00", "14:00–15:00 · 1,865 calls"}, {"—", "no ended calls"},
		}},
		{"many live ones that are not over", day(sample.Today(), summary(14, sample.Tally(0, 0, 0, 0, 0, 1865))), metrics.Thousands, []cardText{
			{"1,865", "so far, until 14:22 · 1,865 live"}, {"—", "no ended calls"}, {"—", "no answered calls"}, {"14:00", "14:00–15:00 · 1,865 calls"}, {"—", "no ended calls"},
		}},
		{"none of those that may be over is chosen", upTo(day(sample.Today(), summary(14, sample.Tally(0, 1)))), metrics.Thousands, []cardText{
			{"1", "so far, until 14:22 · 0 live"}, {"0%", "0 of 1 ended · 0% spoke to a person"}, {"—", "no answered calls"}, {"14:00", "14:00–15:00 · 1 call"}, {"1", "1 no answer · 0 busy · 0 failed"},
		}},
		{"one call", day(sample.Today(), summary(14, sample.Tally(1))), metrics.Thousands, []cardText{
			{"1", "so far, until 14:22 · 0 live"}, {"100%", "1 of 1 ended · 100% spoke to a person"}, {"—", "no durations yet"},
			{"14:00", "14:00–15:00 · 1 call"}, {"0", "0 no answer · 0 busy · 0 failed"},
		}},
		{"few calls have no decimals, rounded once", day(sample.Day, summary(10, sample.Tally(46, 47))), metrics.Thousands, []cardText{
			{"93", "all day · 0 live"}, {"49%", "46 of 93 ended · 49% spoke to a person"}, {"—", "no durations yet"},
			{"10:00", "10:00–11:00 · 93 calls"}, {"47", "47 no answer · 0 busy · 0 failed"},
		}},
		{"99 and 100", day(sample.Day, summary(10, sample.Tally(99, 1))), metrics.Thousands, []cardText{
			{"100", "all day · 0 live"}, {"99.0%", "99 of 100 ended · 99.0% spoke to a person"}, {"—", "no durations yet"},
			{"10:00", "10:00–11:00 · 100 calls"}, {"1", "1 no answer · 0 busy · 0 failed"},
		}},
		{"nothing answered", day(sample.Day, summary(10, sample.Tally(0, 2, 1))), metrics.Thousands, []cardText{
			{"3", "all day · 0 live"}, {"0%", "0 of 3 ended · 0% spoke to a person"}, {"—", "no answered calls"},
			{"10:00", "10:00–11:00 · 3 calls"}, {"3", "2 no answer · 1 busy · 0 failed"},
		}},
		{"details are missing", day(sample.Day, unsettled), metrics.Thousands, []cardText{
			{"100", "all day · 0 live"}, {"90.0%", "90 of 100 ended · spoke to a person: — (details for 94)"}, {"2m 14s", "across 10 answered calls"},
			{"09:00", "09:00–10:00 · 100 calls"}, {"10", "10 no answer · 0 busy · 0 failed"},
		}},
		{"a tie", day(sample.Day, tie), metrics.Thousands, []cardText{
			{"6", "all day · 0 live"}, {"50%", "3 of 6 ended · 100% of 2 spoke to a person"}, {"—", "no durations yet"},
			{"09:00", "09:00–10:00 · 2 calls · also 11:00, 17:00"}, {"3", "3 no answer · 0 busy · 0 failed"},
		}},
		{"Indian grouping and every part", day(sample.Day, long), metrics.Indian, []cardText{
			{"4,24,567", "all day · 7 live · 60 with other statuses"}, {"29.2%", "1,24,000 of 4,24,500 ended · 29.2% spoke to a person"},
			{"1h 6m 40s", "across 1,24,000 answered calls"}, {"11:00", "11:00–12:00 · 4,24,567 calls"},
			{"3,00,500", "3,00,000 no answer · 0 busy · 0 failed · 500 cancelled"},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) { compareCards(t, cardTexts(tt.shot, text.Format{Grouping: tt.g}), tt.want) })
	}
}

func compareCards(t *testing.T, got, want []cardText) {
	t.Helper()
	for i := range want {
		plainSub := strings.ReplaceAll(got[i].sub, text.NoBreak, " ")
		if got[i].figure != want[i].figure || plainSub != want[i].sub {
			t.Errorf("%s: %q, %q, want %q, %q", cardDefinitions()[i].name, got[i].figure, plainSub, want[i].figure, want[i].sub)
		}
	}
}

// TestHoursSinceTheLastReadingAreOpen: of the one in which it was, only a part is known.
func TestHoursSinceTheLastReadingAreOpen(t *testing.T) {
	s := *day(sample.Day, summary(9, sample.Tally(5)))
	day := s.Period.To.In(s.Now.Location())
	s.AsOf, s.Now = day.Add(10*time.Hour+30*time.Minute), day.Add(12*time.Hour+5*time.Minute)
	for hour, b := range hourBars(&s, text.Format{}) {
		if want := hour >= 10 && hour <= 12; b.Open != want {
			t.Errorf("%02d:00 open: %v", hour, b.Open)
		}
	}
}

func TestHoursFollowTheClock(t *testing.T) {
	tie := summary(9, sample.Tally(2))
	tie.Hours[14] = sample.Tally(2)
	s := day(sample.Day, tie)
	for _, tt := range []struct {
		f                        text.Format
		figure, sub, label, name string
	}{
		{text.Format{}, "09:00", "09:00–10:00 · 2 calls · also 14:00", "14", "14:00–15:00 · 2 calls"},
		{text.Format{Clock12: true}, "9:00 am", "9:00 am–10:00 am · 2 calls · also 2:00 pm", "2 pm", "2:00 pm–3:00 pm · 2 calls"},
	} {
		if got := peakText(tie, tt.f); got.figure != tt.figure || got.sub != tt.sub {
			t.Errorf("peak %+v", got)
		}
		if got := hourBars(s, tt.f)[14]; got.Label != tt.label || got.Name != tt.name {
			t.Errorf("bar %+v", got)
		}
	}
}

// TestLegendAddsUpToTheCards: of calls that Missed includes none hides among others.
func TestLegendAddsUpToTheCards(t *testing.T) {
	for _, tt := range []struct {
		counts metrics.Counts
		want   string
	}{
		{sample.Tally(7, 6, 5, 4), "Answered 7|No answer 6|Busy 5|Failed 4|"},
		{sample.Tally(7, 6, 5, 4, 28, 0, 16), "Answered 7|No answer 6|Busy 5|Failed 4|Cancelled 28 · Other 16"},
		{sample.Tally(0, 0, 0, 0, 0, 2), "Answered 0|No answer 0|Busy 0|Failed 0|Live 2"},
		{sample.Tally(7, 6, 5, 4, 3, 2, 1), "Answered 7|No answer 6|Busy 5|Failed 4|Cancelled 3 · Live 2 · Other 1"},
	} {
		texts := legendTexts(&metrics.Summary{Counts: tt.counts}, text.Format{})
		if got := strings.Join(texts[:], "|"); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
	texts := legendTexts(nil, text.Format{})
	if got := strings.Join(texts[:], "|"); got != "Answered —|No answer —|Busy —|Failed —|" {
		t.Errorf("without figures: %q", got)
	}
}

// TestEachFigureNamesHowManyCallsItIsOver: talk time and average duration are over
// different calls, and so either can be the longer one.
func TestEachFigureNamesHowManyCallsItIsOver(t *testing.T) {
	sum := summary(11, sample.Tally(12, 3, 0, 0, 0, 0, 2))
	sum.Duration, sum.Talk = metrics.Mean{Sum: 60 * 12, N: 12}, metrics.Mean{Sum: 90 * 5, N: 5}
	sum.Outcomes[metrics.Talked], sum.Outcomes[metrics.OutcomeUnknown] = 5, 9
	sum.Period = metrics.Period{From: sample.Day.Add(-1), To: sample.Day}
	sum.Outcomes[metrics.OutcomeOther] = 0 // Exotel gave two no status, and their legs tell
	compareCards(t, cardTexts(day(sample.Day, sum), text.Format{}), []cardText{
		{"17", "all day · 0 live · 2 with other statuses"},
		{"80%", "12 of 15 ended · 63% of 8 spoke to a person"},
		{"1m 0s", "across 12 answered calls · talk time 1m 30s across 5"},
		{"11:00", "11:00–12:00 · 17 calls on 1 day with calls"},
		{"3", "3 no answer · 0 busy · 0 failed"},
	})
}

// TestStackAddsUp: whatever the statuses, the parts of a bar are its calls.
func TestStackAddsUp(t *testing.T) {
	counts := sample.Tally(7, 6, 5, 4, 3, 2, 1)
	if got := callsOf(chart.Bar{Parts: stack(counts)}); got != counts.Total() {
		t.Errorf("%d of %d", got, counts.Total())
	}
	if got := stack(counts); got != [chart.Outcomes]int{7, 6, 5, 4, 6} {
		t.Error(got)
	}
}

func TestCallsWithoutAKnownEndAreNamedApart(t *testing.T) {
	sum := summary(9, sample.Tally(90, 10, 0, 0, 0, 1, 5))
	sum.Outcomes[metrics.EndUnknown], sum.Outcomes[metrics.OutcomeOther] = 3, 2
	got := callsText(day(sample.Day, sum), text.Format{})
	compareCards(t, []cardText{got}, []cardText{{"106", "all day · 1 live · 3 end not known · 2 with other statuses"}})
}

func TestReadOut(t *testing.T) {
	for _, tt := range []struct {
		counts metrics.Counts
		want   []string
	}{
		{sample.Tally(), []string{"0 answered", "0 no answer · 0 busy · 0 failed"}},
		{sample.Tally(0, 0, 0, 0, 0, 3), []string{"0 answered", "0 no answer · 0 busy · 0 failed", "3 live"}},
		{sample.Tally(0, 0, 0, 0, 0, 0, 2), []string{"0 answered", "0 no answer · 0 busy · 0 failed", "2 with other statuses"}},
		{sample.Tally(119, 23, 6, 4), []string{"119 answered · 78.3%", "23 no answer · 6 busy · 4 failed"}},
		{sample.Tally(1, 0, 0, 0, 2, 1, 1), []string{"1 answered · 33%", "0 no answer · 0 busy · 0 failed · 2 cancelled", "1 live · 1 with another status"}},
	} {
		got := strings.ReplaceAll(strings.Join(readOutText(tt.counts, text.Format{}), "|"), text.NoBreak, " ")
		if got != strings.Join(tt.want, "|") {
			t.Errorf("%v: %q, want %q", tt.counts, got, tt.want)
		}
	}
}

func TestPeriodText(t *testing.T) {
	const tail = " · account time zone IST (UTC+5:30)"
	for _, tt := range []struct {
		from, to metrics.Date
		want     string
	}{
		{sample.Today(), sample.Today(), "Fri 20 Nov 2026" + tail},
		{sample.Day, sample.Day, "Thu 19 Nov 2026" + tail},
		{sample.Day, sample.Today(), "Thu 19 Nov – Fri 20 Nov 2026" + tail},
		{metrics.Date{Year: 2025, Month: time.November, Day: 20}, sample.Today(), "Thu 20 Nov 2025 – Fri 20 Nov 2026" + tail},
	} {
		s := &refresh.Snapshot{Period: metrics.Period{From: tt.from, To: tt.to}, Now: sample.Now}
		if got := text.Period(s); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

func TestStateText(t *testing.T) {
	at := func(d time.Duration) time.Time { return sample.Now.Add(d) }
	some := summary(1, sample.Tally(1))
	whole := refresh.Tally{Received: 1240, Announced: 1247, Missing: 7, Unreadable: 2}
	filtered, month := refresh.Choice{Filter: metrics.Filter{ExoPhone: "8040000001"}}, metrics.Period{From: sample.Today().Add(-29), To: sample.Today()}
	for _, tt := range []struct {
		shot refresh.Snapshot
		wait time.Time
		want string
	}{
		{refresh.Snapshot{Loading: true}, time.Time{}, "loading…"},
		{refresh.Snapshot{Loading: true, Progress: refresh.Progress{Received: 1200, Announced: 12470}}, time.Time{}, "loading 1,200 of 12,470"},
		{refresh.Snapshot{Loading: true}, at(90 * time.Second), "Exotel asked us to wait 91 s"},
		{refresh.Snapshot{Loading: true}, at(time.Hour), "Exotel asked us to wait until " + at(time.Hour).Format("15:04")},
		{refresh.Snapshot{Loading: true}, at(-time.Second), "loading…"},
		{refresh.Snapshot{Summary: some, AsOf: at(-time.Minute), Next: at(time.Minute), Tally: whole}, time.Time{},
			"Updated 14:21:33 (1 min ago) · next at 14:23:33 · 1,238 of 1,247 loaded"},
		{refresh.Snapshot{Summary: some, AsOf: at(-time.Hour * 20), Paused: true, Tally: whole}, time.Time{},
			"Updated 19 Nov 18:22:33 (20 h ago) · paused · 1,238 of 1,247 loaded"},
		{refresh.Snapshot{Summary: some, AsOf: at(-time.Hour * 72), Settled: true}, time.Time{}, "Final · fetched 17 Nov 14:22:33"},
		{refresh.Snapshot{Summary: some, AsOf: sample.Now.AddDate(-1, 0, 0), Settled: true}, time.Time{}, "Final · fetched 20 Nov 2025 14:22:33"},
		{refresh.Snapshot{Summary: some, AsOf: at(-time.Minute), Choice: filtered, Tally: refresh.Tally{Received: 1246, Announced: 1246}}, time.Time{}, "Updated 14:21:33 (1 min ago)"},
		{refresh.Snapshot{Summary: some, AsOf: at(-time.Minute), Choice: filtered, Tally: whole}, time.Time{},
			"Updated 14:21:33 (1 min ago) · 1,238 of 1,247 loaded, before filters"},
		{refresh.Snapshot{Loading: true, Period: month, Progress: refresh.Progress{Received: 1200, Announced: 1300}}, time.Time{}, "loading, 1,200 calls so far"},
		{refresh.Snapshot{Err: errors.New("x"), Next: at(time.Minute)}, time.Time{}, "Last refresh failed · next at 14:23:33"},
		{refresh.Snapshot{Err: refresh.ErrCanceled, LastSuccess: at(-time.Minute)}, time.Time{}, "Last refresh cancelled"},
	} {
		if got := stateText(&tt.shot, text.Format{}, sample.Now, tt.wait); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
