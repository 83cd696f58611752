package dashboard

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/theme"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
	"exotel-monitor/ui/uitest"
	"exotel-monitor/ui/uitest/sample"
)

// shownScreen is a dashboard in a window of its own.
type shownScreen struct {
	*Screen
	*uitest.Driver
}

// showScreen shows a whole day of 1,247 calls, which is returned, too.
func showScreen(t *testing.T) (*shownScreen, refresh.Snapshot) {
	t.Helper()
	uitest.UseTheme(t, theme.VariantLight)
	s := New(text.Format{Zone: exotel.India}, Actions{Choose: func(refresh.Choice) {}})
	whole := *day(sample.Day, summary(11, sample.Tally(976, 189, 52, 30)))
	whole.Interval, whole.LastSuccess = time.Minute, sample.Now
	whole.AsOf = sample.Now.Add(-time.Second)
	whole.Tally = refresh.Tally{Received: 1247, Announced: 1247}
	whole.Data.Stored, whole.Data.Saved = 1247, 1247
	return &shownScreen{s, uitest.Show(t, s.View)}, whole
}

// TestNoticePrecedence lists what is said when more than one thing is wrong.
func TestNoticePrecedence(t *testing.T) {
	r, whole := showScreen(t)
	part := refresh.Tally{Received: 1240, Announced: 1247, Missing: 7, DaysMissing: 1}
	full := fmt.Errorf("2026-11-06: %w", sample.ErrDiskFull)
	days := func(t refresh.Tally) func(*refresh.Snapshot) {
		return func(s *refresh.Snapshot) {
			s.Period.From, s.Complete, s.Tally = s.Period.To.Add(-29), false, t
		}
	}
	for _, tt := range []struct {
		name   string
		change func(*refresh.Snapshot)
		skew   time.Duration
		want   string
	}{
		{"all well", func(*refresh.Snapshot) {}, 0, ""},
		{"loading", func(s *refresh.Snapshot) { s.Loading = true }, 0, ""},
		{"clock", func(*refresh.Snapshot) {}, -200 * time.Second, "▲ Clock: This computer's clock is 3 min fast."},
		{"unreadable", func(s *refresh.Snapshot) { s.Tally.Unreadable = 1 }, time.Hour, "▲ Unreadable rows: 1 row from Exotel couldn't be read"},
		{"one failure", func(s *refresh.Snapshot) { s.Err, s.Failures = sample.Unreachable, 1 }, time.Hour, "▲ Refresh failed: Exotel could not be reached"},
		{"and loading again", func(s *refresh.Snapshot) { s.Err, s.Failures, s.Loading = sample.Unreachable, 1, true }, 0, "▲ Refresh failed: Exotel could not be reached"},
		{"three failures", func(s *refresh.Snapshot) { s.Err, s.Failures, s.Loading = sample.Unreachable, 3, true }, 0, "▲ Out of date: Last updated 14:22:32. Exotel could not"},
		{"too old", func(s *refresh.Snapshot) { s.AsOf = s.AsOf.AddDate(0, 0, -1) }, 0, "▲ Out of date: Last updated 19 Nov 14:22:32."},
		{"incomplete and old", func(s *refresh.Snapshot) { s.Complete, s.Failures, s.Tally, s.Err = false, 3, part, sample.Unreachable }, 0,
			"◆ Incomplete: Only 1,240 of 1,247 calls loaded. Figures are incomplete. 1 day is missing. Exotel could not"},
		{"incomplete and loading on", func(s *refresh.Snapshot) { s.Complete, s.Loading, s.Tally = false, true, part }, 0,
			"Loading: 1,240 of 1,247 calls so far."},
		{"days on their way", func(s *refresh.Snapshot) {
			days(refresh.Tally{Received: 9, Missing: 3, DaysMissing: 5})(s)
			s.Loading, s.PartialDays = true, map[metrics.Date]bool{}
			for i := range 7 { // of two of them a part is here
				s.PartialDays[s.Period.From.Add(i)] = true
			}
		}, 0,
			"Loading: 23 of 30 days so far."},
		{"days missing", days(refresh.Tally{Received: 9, DaysMissing: 4}), 0, "◆ Incomplete: 4 days are missing."},
		{"a day that was over only later", days(refresh.Tally{Received: 9, DaysCut: 1}), 0, "◆ Incomplete: 1 day is cut short: it was downloaded before the day ended."},
		{"some for good", days(refresh.Tally{Received: 9, DaysMissing: 4, DaysGone: 1}), 0, "◆ Incomplete: 4 days are missing. 1 of them is no longer available from Exotel."},
		{"all for good", days(refresh.Tally{Received: 9, DaysMissing: 3, DaysGone: 3}), 0, "▲ Incomplete: 3 days are missing and no longer available from Exotel."},
		{"for good and loading", func(s *refresh.Snapshot) {
			days(refresh.Tally{Received: 9, DaysMissing: 1, DaysGone: 1})(s)
			s.Loading = true
		}, 0,
			"▲ Incomplete: 1 day is missing and no longer available from Exotel."},
		{"for good and not reached", func(s *refresh.Snapshot) {
			days(refresh.Tally{Received: 9, DaysMissing: 3, DaysGone: 3})(s)
			s.Err = sample.Unreachable
		}, 0, "◆ Incomplete: 3 days are missing and no longer available from Exotel. Exotel could not"},
		{"not kept", func(s *refresh.Snapshot) { s.SaveErr, s.Tally.Unreadable = full, 1 }, time.Hour, "▲ Not saved: The disk is full; free some space. 6 Nov isn't saved."},
		{"not kept, and shown", func(s *refresh.Snapshot) { s.SaveErr, s.Data.Saved = full, s.Data.Stored-1 }, 0,
			"▲ Not saved: The disk is full; free some space. 6 Nov isn't saved. 1 of these calls isn't saved to disk."},
		{"Exotel has forgotten the day", func(s *refresh.Snapshot) {
			*s = refresh.Snapshot{Choice: s.Choice, Now: s.Now, Period: metrics.Period{From: sample.Date(time.May, 20), To: sample.Date(time.May, 20)}}
		}, 0, "▲ Missing: This day wasn't saved and is no longer available from Exotel."},
		{"Exotel has forgotten the days", func(s *refresh.Snapshot) {
			*s = refresh.Snapshot{Choice: s.Choice, Now: s.Now, Period: metrics.Period{From: sample.Date(time.May, 1), To: sample.Date(time.May, 20)}}
		}, 0, "▲ Missing: These days weren't saved and are no longer available from Exotel."},
		{"Exotel still has the day", func(s *refresh.Snapshot) {
			*s = refresh.Snapshot{Choice: s.Choice, Now: s.Now, Period: metrics.Period{From: sample.Date(time.May, 21), To: sample.Date(time.May, 21)}}
		}, 0, ""},
		{"not kept and not refreshed", func(s *refresh.Snapshot) { s.SaveErr, s.Err, s.Failures = full, sample.Unreachable, 1 }, 0, "▲ Refresh failed: "},
		{"refused and incomplete", func(s *refresh.Snapshot) { s.Err, s.Complete, s.Tally = sample.Refused, false, part }, 0,
			"◆ Not connected: Exotel refused the API key or token (HTTP 401)"},
		{"nothing known", func(s *refresh.Snapshot) {
			s.Summary, s.Err, s.Failures, s.AsOf = nil, sample.Unreachable, 5, time.Time{}
		}, 0, "◆ Not loaded: Exotel could not"},
		{"nothing known, loading again", func(s *refresh.Snapshot) {
			s.Summary, s.Err, s.Failures, s.AsOf, s.Loading = nil, sample.Unreachable, 5, time.Time{}, true
		}, 0, "◆ Not loaded: Exotel could not"},
		{"canceled", func(s *refresh.Snapshot) { s.Err = refresh.ErrCanceled }, 0, "▲ Cancelled: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := whole
			tt.change(&s)
			r.Apply(s, tt.skew, time.Time{})
			got := r.notice.Text()
			if (tt.want == "") != (got == "") || !strings.HasPrefix(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
			doubtful := s.Summary == nil || !s.Complete || s.Stale()
			if gray := r.cards[0].figure.Color == kit.ColorMuted; gray != doubtful {
				t.Errorf("gray figures: %v, doubtful: %v", gray, doubtful)
			}
			if doubtful && s.Summary != nil && !strings.Contains(r.Screen.Text(), got) {
				t.Error("the copied text does not say so")
			}
			if !s.Complete && s.Summary != nil && !r.Shows("Figures are incomplete") && !r.Shows("so far") && !r.Shows("missing") && !r.Shows("cut short") {
				t.Error("a part is shown as the whole")
			}
			goesOn := strings.HasPrefix(tt.want, "◆ Incomplete")
			if goesOn != r.CanTap("Continue") {
				t.Errorf("to go on is offered: %v", !goesOn)
			}
		})
	}
}

func TestCallsThatAreNotKeptAreSpokenOf(t *testing.T) {
	r, s := showScreen(t)
	for kept, want := range map[int]bool{1247: false, 1246: true} {
		s.SaveErr, s.Data.Stored, s.Data.Saved = sample.ErrDiskFull, 1247, kept
		r.Apply(s, 0, time.Time{})
		if got := r.Shows("1 of these calls isn't saved to disk."); got != want {
			t.Errorf("%d of 1247 kept: it says so: %v", kept, got)
		}
	}
}

func TestChartIsDrawnForNewFiguresOnly(t *testing.T) {
	r, s := showScreen(t)
	r.Apply(s, 0, time.Time{})
	before := r.chart.Data.Version
	for _, change := range []func(){
		func() { s.Loading = true }, func() { s.Progress = refresh.Progress{Received: 1, Announced: 2} }, func() { s.Loading = false },
	} {
		change()
		r.Apply(s, 0, time.Time{})
	}
	if got := r.chart.Data.Version; got != before {
		t.Errorf("drawn %d times for the same bars", got-before)
	}
	s.Complete = false
	if r.Apply(s, 0, time.Time{}); r.chart.Data.Version == before {
		t.Error("not drawn for hatched bars")
	}
}

func TestDaysThatAreStillToComeAreSaidOfAllThatIsStored(t *testing.T) {
	r, all := showScreen(t)
	all.Choice = refresh.Choice{Range: metrics.AllStored}
	r.Filters.Mark(all.Choice)
	r.Apply(all, 0, time.Time{})
	for _, tt := range []struct {
		change func(*refresh.FillState)
		want   string
		action string
	}{
		{func(*refresh.FillState) {}, "Downloading: 71 earlier days still to download.", ""},
		{func(f *refresh.FillState) { f.Days = f.Total - 1 }, "Downloading: 1 earlier day still to download.", ""},
		{func(f *refresh.FillState) { f.Paused = true }, "Paused: 71 earlier days still to download.", "Continue"},
		{func(f *refresh.FillState) { f.Err = sample.ErrDiskFull }, "▲ Stopped: 71 earlier days still to download. The disk is full; free some space.", "Try again"},
		{func(f *refresh.FillState) { *f = sample.DoneFilling() }, "", ""},
	} {
		f := sample.Filling()
		tt.change(&f)
		r.ApplyStored(account.Stored{Filling: f})
		if got := r.notice.Text(); got != tt.want || tt.action != "" && !r.CanTap(tt.action) {
			t.Errorf("%q among %q, want %q with %q", got, r.Chips(), tt.want, tt.action)
		}
	}
	r.Filters.Mark(refresh.Choice{})
	today := all
	today.Choice = refresh.Choice{}
	r.Apply(today, 0, time.Time{})
	r.ApplyStored(account.Stored{Filling: sample.Filling()})
	if got := r.notice.Text(); got != "" {
		t.Errorf("of today it says %q", got)
	}
}
