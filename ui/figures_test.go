package ui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/dbfile"
	refresh "exotel-monitor/metrics/sync"
)

// tally makes counts in the order of metrics.AllStatuses.
func tally(n ...int) metrics.Counts {
	var c metrics.Counts
	copy(c[:], n)
	return c
}

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
		Now: testNow, AsOf: testNow.Add(-3 * time.Second),
	}
}

// upTo marks a snapshot whose live calls may be over.
func upTo(s *refresh.Snapshot) *refresh.Snapshot {
	s.LiveUpTo = true
	return s
}

func today() metrics.Date { return metrics.DateOf(testNow) }

// cardTexts are the texts of the five cards.
func cardTexts(s *refresh.Snapshot, g metrics.Grouping) []cardText {
	sum := s.Summary
	return []cardText{
		callsText(s, g), answerRateText(sum, g), durationText(sum, g), peakText(sum, g), missedText(sum, g),
	}
}

func TestFigures(t *testing.T) {
	long := summary(11, tally(1_24_000, 3_00_000, 0, 0, 500, 7, 60))
	long.Duration = metrics.Mean{Sum: 4000 * 1_24_000, N: 1_24_000}
	unsettled := summary(9, tally(90, 10))
	unsettled.WithDetails = 94
	unsettled.Duration = metrics.Mean{Sum: 10 * 134, N: 10}
	tie := summary(9, tally(2))
	tie.Hours[11], tie.Hours[17] = tally(1, 1), tally(0, 2)
	tie.Counts = tally(3, 3)
	for _, tt := range []struct {
		name string
		shot *refresh.Snapshot
		g    metrics.Grouping
		want []cardText
	}{
		{"no calls", day(sampleDat, summary(0, tally())), metrics.Thousands, []cardText{
			{"0", "all day · 0 live"}, {"—", "no ended calls"}, {"—", "no answered calls"}, {"—", "no calls"}, {"—", "no ended calls"},
		}},
		{"live only", day(today(), summary(14, tally(0, 0, 0, 0, 0, 2))), metrics.Thousands, []cardText{
			{"2", "so far, until 14:22 · 2 live"}, {"—", "no ended calls"}, {"—", "no answered calls"}, {"14:00", "14:00–15:00 · 2 calls"}, {"—", "no ended calls"},
		}},
		{"live ones that may be over", upTo(day(today(), summary(14, tally(0, 0, 0, 0, 0, 1865)))), metrics.Thousands, []cardText{
			{"1,865", "so far, until 14:22 · up to 1,865 live"}, {"—", "no ended calls"}, {"—", "no answered calls"}, {"14:00", "14:00–15:00 · 1,865 calls"}, {"—", "no ended calls"},
		}},
		{"many live ones that are not over", day(today(), summary(14, tally(0, 0, 0, 0, 0, 1865))), metrics.Thousands, []cardText{
			{"1,865", "so far, until 14:22 · 1,865 live"}, {"—", "no ended calls"}, {"—", "no answered calls"}, {"14:00", "14:00–15:00 · 1,865 calls"}, {"—", "no ended calls"},
		}},
		{"none of those that may be over is chosen", upTo(day(today(), summary(14, tally(0, 1)))), metrics.Thousands, []cardText{
			{"1", "so far, until 14:22 · 0 live"}, {"0%", "0 of 1 ended · 0% spoke to a person"}, {"—", "no answered calls"}, {"14:00", "14:00–15:00 · 1 call"}, {"1", "1 no answer · 0 busy · 0 failed"},
		}},
		{"one call", day(today(), summary(14, tally(1))), metrics.Thousands, []cardText{
			{"1", "so far, until 14:22 · 0 live"}, {"100%", "1 of 1 ended · 100% spoke to a person"}, {"—", "no durations yet"},
			{"14:00", "14:00–15:00 · 1 call"}, {"0", "0 no answer · 0 busy · 0 failed"},
		}},
		{"few calls have no decimals, rounded once", day(sampleDat, summary(10, tally(46, 47))), metrics.Thousands, []cardText{
			{"93", "all day · 0 live"}, {"49%", "46 of 93 ended · 49% spoke to a person"}, {"—", "no durations yet"},
			{"10:00", "10:00–11:00 · 93 calls"}, {"47", "47 no answer · 0 busy · 0 failed"},
		}},
		{"99 and 100", day(sampleDat, summary(10, tally(99, 1))), metrics.Thousands, []cardText{
			{"100", "all day · 0 live"}, {"99.0%", "99 of 100 ended · 99.0% spoke to a person"}, {"—", "no durations yet"},
			{"10:00", "10:00–11:00 · 100 calls"}, {"1", "1 no answer · 0 busy · 0 failed"},
		}},
		{"nothing answered", day(sampleDat, summary(10, tally(0, 2, 1))), metrics.Thousands, []cardText{
			{"3", "all day · 0 live"}, {"0%", "0 of 3 ended · 0% spoke to a person"}, {"—", "no answered calls"},
			{"10:00", "10:00–11:00 · 3 calls"}, {"3", "2 no answer · 1 busy · 0 failed"},
		}},
		{"details are missing", day(sampleDat, unsettled), metrics.Thousands, []cardText{
			{"100", "all day · 0 live"}, {"90.0%", "90 of 100 ended · spoke to a person: — (details for 94)"}, {"2m 14s", "across 10 answered calls"},
			{"09:00", "09:00–10:00 · 100 calls"}, {"10", "10 no answer · 0 busy · 0 failed"},
		}},
		{"a tie", day(sampleDat, tie), metrics.Thousands, []cardText{
			{"6", "all day · 0 live"}, {"50%", "3 of 6 ended · 100% of 2 spoke to a person"}, {"—", "no durations yet"},
			{"09:00", "09:00–10:00 · 2 calls · also 11:00, 17:00"}, {"3", "3 no answer · 0 busy · 0 failed"},
		}},
		{"Indian grouping and every part", day(sampleDat, long), metrics.Indian, []cardText{
			{"4,24,567", "all day · 7 live · 60 with other statuses"}, {"29.2%", "1,24,000 of 4,24,500 ended · 29.2% spoke to a person"},
			{"1h 6m 40s", "across 1,24,000 answered calls"}, {"11:00", "11:00–12:00 · 4,24,567 calls"},
			{"3,00,500", "3,00,000 no answer · 0 busy · 0 failed · 500 cancelled"},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) { compareCards(t, cardTexts(tt.shot, tt.g), tt.want) })
	}
}

func compareCards(t *testing.T, got, want []cardText) {
	t.Helper()
	for i := range want {
		plainSub := strings.ReplaceAll(got[i].sub, noBreak, " ")
		if got[i].figure != want[i].figure || plainSub != want[i].sub {
			t.Errorf("%s: %q, %q, want %q, %q", cardDefinitions()[i].name, got[i].figure, plainSub, want[i].figure, want[i].sub)
		}
	}
}

func TestSampleDayToTheDigit(t *testing.T) {
	r := sampleRig(t)
	s := &r.dashboard.shown
	compareCards(t, cardTexts(s, metrics.Thousands), []cardText{
		{"1,247", "all day · 0 live"},
		{"78.3%", "976 of 1,247 ended · 71.9% spoke to a person"},
		{"2m 14s", "across 976 answered calls · talk time 1m 52s across 897"},
		{"11:00", "11:00–12:00 · 152 calls"},
		{"271", "189 no answer · 52 busy · 30 failed"},
	})
	hours := [24]int{12, 8, 3, 2, 5, 18, 45, 89, 112, 134, 145, 152, 128, 98, 87, 65, 54, 42, 28, 12, 5, 2, 1, 0}
	for i, b := range r.dashboard.chart.data.Bars {
		if b.total() != hours[i] || b.Open {
			t.Errorf("bar %d: %d calls, open %v; want %d", i, b.total(), b.Open, hours[i])
		}
	}
	if got := r.dashboard.legend.entries[0].text; got != "Answered 976" {
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
	s := sampleRig(t).dashboard.shown
	s.AsOf = s.Period.To.In(s.Now.Location()).Add(18*time.Hour + 30*time.Minute)
	if got := spanText(&s); got != "until 18:30" {
		t.Errorf("got %q", got)
	}
}

// TestHoursSinceTheLastReadingAreOpen: of the one in which it was, only a part is known.
func TestHoursSinceTheLastReadingAreOpen(t *testing.T) {
	s := sampleRig(t).dashboard.shown
	day := s.Period.To.In(s.Now.Location())
	s.AsOf, s.Now = day.Add(10*time.Hour+30*time.Minute), day.Add(12*time.Hour+5*time.Minute)
	for hour, b := range hourBars(&s, metrics.Thousands) {
		if want := hour >= 10 && hour <= 12; b.Open != want {
			t.Errorf("%02d:00 open: %v", hour, b.Open)
		}
	}
}

func TestManyDays(t *testing.T) {
	r := opened(t, rigOptions{account: exoteltest.Options{CallsPerDay: 60, Seed: 3}}, metrics.Last30Days)
	s := &r.dashboard.shown
	sum := s.Summary
	list := bars(s, metrics.Thousands)
	if len(list) != 30 || list[0].Label != "22 Oct" || !strings.HasPrefix(list[0].Name, "Thu 22 Oct 2026 · ") {
		t.Fatalf("%d bars, first %+v", len(list), list[0])
	}
	total := 0
	for i, b := range list {
		total += b.total()
		if today := i == 29; b.Open != today {
			t.Errorf("bar %d open: %v", i, b.Open)
		}
	}
	if total != sum.Calls() {
		t.Errorf("bars hold %d calls of %d", total, sum.Calls())
	}
	if lines := r.dashboard.readOut(0); len(lines) < 2 || !strings.Contains(lines[0], " answered") {
		t.Errorf("read out: %q", lines)
	}
	if text := callsText(s, metrics.Thousands); !strings.HasPrefix(text.sub, "30 days · ") {
		t.Error(text)
	}
	if text := peakText(sum, metrics.Thousands); !strings.Contains(text.sub, " calls a day on 30 days with calls") {
		t.Error(text)
	}
	quiet := opened(t, rigOptions{calls: []exotel.Call{{Sid: "1", Status: "completed", Created: testNow.AddDate(0, 0, -3), Ended: testNow.AddDate(0, 0, -3)}}}, metrics.Last7Days)
	if text := peakText(quiet.dashboard.shown.Summary, metrics.Thousands); text.sub != "14:00–15:00 · 1 call on 1 day with calls" {
		t.Error(text)
	}
}

// TestLegendAddsUpToTheCards: of calls that Missed includes none hides among others.
func TestLegendAddsUpToTheCards(t *testing.T) {
	for _, tt := range []struct {
		counts metrics.Counts
		want   string
	}{
		{tally(7, 6, 5, 4), "Answered 7|No answer 6|Busy 5|Failed 4|"},
		{tally(7, 6, 5, 4, 28, 0, 16), "Answered 7|No answer 6|Busy 5|Failed 4|Cancelled 28 · Other 16"},
		{tally(0, 0, 0, 0, 0, 2), "Answered 0|No answer 0|Busy 0|Failed 0|Live 2"},
		{tally(7, 6, 5, 4, 3, 2, 1), "Answered 7|No answer 6|Busy 5|Failed 4|Cancelled 3 · Live 2 · Other 1"},
	} {
		texts := legendTexts(&metrics.Summary{Counts: tt.counts}, metrics.Thousands)
		if got := strings.Join(texts[:], "|"); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
	texts := legendTexts(nil, metrics.Thousands)
	if got := strings.Join(texts[:], "|"); got != "Answered —|No answer —|Busy —|Failed —|" {
		t.Errorf("without figures: %q", got)
	}
}

// TestEachFigureNamesHowManyCallsItIsOver: talk time and average duration are over
// different calls, and so either can be the longer one.
func TestEachFigureNamesHowManyCallsItIsOver(t *testing.T) {
	sum := summary(11, tally(12, 3, 0, 0, 0, 0, 2))
	sum.Duration, sum.Talk = metrics.Mean{Sum: 60 * 12, N: 12}, metrics.Mean{Sum: 90 * 5, N: 5}
	sum.Outcomes[metrics.Talked], sum.Outcomes[metrics.OutcomeUnknown] = 5, 9
	sum.Period = metrics.Period{From: sampleDat.Add(-1), To: sampleDat}
	sum.Outcomes[metrics.OutcomeOther] = 0 // Exotel gave two no status, and their legs tell
	compareCards(t, cardTexts(day(sampleDat, sum), metrics.Thousands), []cardText{
		{"17", "all day · 0 live · 2 with other statuses"},
		{"80%", "12 of 15 ended · 63% of 8 spoke to a person"},
		{"1m 0s", "across 12 answered calls · talk time 1m 30s across 5"},
		{"11:00", "11:00–12:00 · 17 calls on 1 day with calls"},
		{"3", "3 no answer · 0 busy · 0 failed"},
	})
}

// TestStackAddsUp: whatever the statuses, the parts of a bar are its calls.
func TestStackAddsUp(t *testing.T) {
	counts := tally(7, 6, 5, 4, 3, 2, 1)
	if got := (bar{Parts: stack(counts)}).total(); got != counts.Total() {
		t.Errorf("%d of %d", got, counts.Total())
	}
	if got := stack(counts); got != [outcomes]int{7, 6, 5, 4, 6} {
		t.Error(got)
	}
}

func TestCallsWithoutAKnownEndAreNamedApart(t *testing.T) {
	sum := summary(9, tally(90, 10, 0, 0, 0, 1, 5))
	sum.Outcomes[metrics.EndUnknown], sum.Outcomes[metrics.OutcomeOther] = 3, 2
	got := callsText(day(sampleDat, sum), metrics.Thousands)
	compareCards(t, []cardText{got}, []cardText{{"106", "all day · 1 live · 3 end not known · 2 with other statuses"}})
}

func TestReadOut(t *testing.T) {
	for _, tt := range []struct {
		counts metrics.Counts
		want   []string
	}{
		{tally(), []string{"0 answered", "0 no answer · 0 busy · 0 failed"}},
		{tally(0, 0, 0, 0, 0, 3), []string{"0 answered", "0 no answer · 0 busy · 0 failed", "3 live"}},
		{tally(0, 0, 0, 0, 0, 0, 2), []string{"0 answered", "0 no answer · 0 busy · 0 failed", "2 with other statuses"}},
		{tally(119, 23, 6, 4), []string{"119 answered · 78.3%", "23 no answer · 6 busy · 4 failed"}},
		{tally(1, 0, 0, 0, 2, 1, 1), []string{"1 answered · 33%", "0 no answer · 0 busy · 0 failed · 2 cancelled", "1 live · 1 with another status"}},
	} {
		got := strings.ReplaceAll(strings.Join(readOutText(tt.counts, metrics.Thousands), "|"), noBreak, " ")
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
		{today(), today(), "Fri 20 Nov 2026" + tail},
		{sampleDat, sampleDat, "Thu 19 Nov 2026" + tail},
		{sampleDat, today(), "Thu 19 Nov – Fri 20 Nov 2026" + tail},
		{metrics.Date{Year: 2025, Month: time.November, Day: 20}, today(), "Thu 20 Nov 2025 – Fri 20 Nov 2026" + tail},
	} {
		s := &refresh.Snapshot{Period: metrics.Period{From: tt.from, To: tt.to}, Now: testNow}
		if got := periodText(s); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

func TestStateText(t *testing.T) {
	at := func(d time.Duration) time.Time { return testNow.Add(d) }
	some := summary(1, tally(1))
	whole := refresh.Tally{Received: 1240, Announced: 1247, Missing: 7, Unreadable: 2}
	filtered, month := refresh.Choice{Filter: metrics.Filter{ExoPhone: "8040000001"}}, metrics.Period{From: today().Add(-29), To: today()}
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
		{refresh.Snapshot{Summary: some, AsOf: testNow.AddDate(-1, 0, 0), Settled: true}, time.Time{}, "Final · fetched 20 Nov 2025 14:22:33"},
		{refresh.Snapshot{Summary: some, AsOf: at(-time.Minute), Choice: filtered, Tally: refresh.Tally{Received: 1246, Announced: 1246}}, time.Time{}, "Updated 14:21:33 (1 min ago)"},
		{refresh.Snapshot{Summary: some, AsOf: at(-time.Minute), Choice: filtered, Tally: whole}, time.Time{},
			"Updated 14:21:33 (1 min ago) · 1,238 of 1,247 loaded, before filters"},
		{refresh.Snapshot{Loading: true, Period: month, Progress: refresh.Progress{Received: 1200, Announced: 1300}}, time.Time{}, "loading, 1,200 calls so far"},
		{refresh.Snapshot{Err: errors.New("x"), Next: at(time.Minute)}, time.Time{}, "Last refresh failed · next at 14:23:33"},
		{refresh.Snapshot{Err: refresh.ErrCanceled, LastSuccess: at(-time.Minute)}, time.Time{}, "Last refresh cancelled"},
	} {
		if got := stateText(&tt.shot, metrics.Thousands, testNow, tt.wait); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

// errDiskFull is what the calls' store says where the disk is full.
var errDiskFull = fmt.Errorf("calls could not be kept in /home/asha/calls.db: %w", dbfile.ErrFull)

func TestErrorText(t *testing.T) {
	partial := &exotel.IncompleteError{Tally: exotel.Tally{Received: 3, Announced: 5}}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{errors.New("the zone is wrong"), "The zone is wrong."},
		{partial, "Exotel's list ended before its own total."},
		{&exotel.IncompleteError{Err: refused}, refused.Reason() + " " + refused.Advice()},
		{fmt.Errorf("calls could not be kept in /home/asha/calls.db: %w", file.ErrInUse), "Another Exotel Monitor is using this account; use or quit that one."},
		{errDiskFull, "The disk is full; free some space."},
		{errors.Join(errors.New("day"), refused), refused.Reason() + " " + refused.Advice()},
	} {
		if got := errorText(tt.err); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.err, got, tt.want)
		}
	}
	if got := errorText(unreachable); !strings.HasPrefix(got, "Exotel could not be reached: ") || strings.Contains(got, "list calls") {
		t.Error(got)
	}
}

func TestCopiedFiguresSayTheirFilters(t *testing.T) {
	noAnswer := metrics.NoAnswer
	b := newFilterBar(func(refresh.Choice) {}, func() {})
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
		if got := b.filterText(tt.filter); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
	r := sampleRig(t)
	r.dashboard.filters.statuses.onChoose("busy")
	r.until("busy calls", func() bool { return r.dashboard.shown.Choice.Filter.Status != nil })
	if lines := strings.Split(r.dashboard.Text(), "\n"); lines[1] != "Only: busy" {
		t.Errorf("copied: %q", lines)
	}
}
