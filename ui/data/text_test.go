package data

import (
	"errors"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
	"exotel-monitor/ui/uitest/sample"
)

// TestFillWords lists every state of the storing.
func TestFillWords(t *testing.T) {
	filling := func(change func(*refresh.FillState)) account.Stored {
		f := sample.Filling()
		change(&f)
		return account.Stored{Filling: f}
	}
	still := func(f *refresh.FillState) { f.Reading, f.Progress, f.Remaining = metrics.Date{}, refresh.Progress{}, 0 }
	for _, tt := range []struct {
		name   string
		stored account.Stored
		none   string
		keep   int
		want   fillText // without its look and share
	}{
		{"the demo", filling(func(*refresh.FillState) {}), "Nothing is kept of it.", 0,
			fillText{word: "Not saved", main: "Nothing is kept of it."}},
		{"no store", account.Stored{Unkept: errors.New("another copy has this account; use that one")}, "", 0,
			fillText{word: "Not saved", main: "Another copy has this account; use that one.", detail: "Showing what could be read. New calls won't be saved."}},
		{"not known yet", account.Stored{}, "", 0, fillText{word: "Reading from disk", main: "Checking saved calls…"}},
		{"under way", filling(func(*refresh.FillState) {}), "", 0, fillText{word: "Downloading",
			main: "112 of 183 days · 6,12,300 calls · about 1 h 20 min left", detail: "Downloading Wed 29 Jul 2026: 1,200 of 5,400 calls", bar: true, pause: true}},
		{"the first page of a day", filling(func(f *refresh.FillState) { f.Progress, f.Remaining = refresh.Progress{}, 0 }), "", 0, fillText{word: "Downloading",
			main: "112 of 183 days · 6,12,300 calls", detail: "Downloading Wed 29 Jul 2026…", bar: true, pause: true}},
		{"paused", filling(func(f *refresh.FillState) { still(f); f.Paused, f.ShortDays = true, 2 }), "", 0, fillText{word: "Paused",
			main: "112 of 183 days · 6,12,300 calls", detail: "Days you open are still saved.", bar: true, resume: true}},
		{"failed", filling(func(f *refresh.FillState) {
			still(f)
			f.Err, f.RetryAt = errors.New("the disk is full"), sample.Now.Add(4*time.Minute)
		}), "", 0, fillText{word: "Stopped",
			main: "112 of 183 days · 6,12,300 calls", detail: "Couldn't save one day. The disk is full. Next try at 14:26:33.", bar: true, pause: true, again: true}},
		{"a short day, others under way", filling(func(f *refresh.FillState) { f.ShortDays, f.Remaining = 1, 30*time.Second }), "", 0, fillText{word: "Downloading",
			main:   "112 of 183 days · 6,12,300 calls · less than a minute left",
			detail: "For 1 day Exotel lists fewer calls than its own total; will retry. Downloading Wed 29 Jul 2026: 1,200 of 5,400 calls", bar: true, pause: true}},
		{"only short days left", filling(func(f *refresh.FillState) { still(f); f.ShortDays, f.Days = 2, 181 }), "", 0, fillText{word: "Waiting",
			main:   "181 of 183 days · 6,12,300 calls",
			detail: "For 2 days Exotel lists fewer calls than its own total; will retry.", bar: true, pause: true, again: true}},
		{"today and older days are stored, too", filling(func(f *refresh.FillState) { f.AllCalls = 700000 }), "", 0, fillText{word: "Downloading",
			main:   "112 of 183 days · 6,12,300 calls · about 1 h 20 min left · 7,00,000 calls in total",
			detail: "Downloading Wed 29 Jul 2026: 1,200 of 5,400 calls", bar: true, pause: true}},
		{"done", account.Stored{Filling: sample.DoneFilling()}, "", 0, fillText{word: "Up to date",
			main: "Everything Exotel still has is saved: 21 May 2026 – 19 Nov 2026 · 9,98,400 calls", detail: "The oldest saved day is 2 Mar 2026.", bar: true}},
		{"done, and kept for three months", filling(func(f *refresh.FillState) {
			*f = sample.DoneFilling()
			f.From, f.Oldest = sample.Date(time.August, 20), sample.Date(time.August, 20)
		}), "", 3, fillText{word: "Up to date", main: "All days you keep are saved: 20 Aug 2026 – 19 Nov 2026 · 9,98,400 calls", bar: true}},
		{"done and paused", filling(func(f *refresh.FillState) { *f = sample.DoneFilling(); f.Paused, f.Oldest = true, f.From }), "", 0, fillText{word: "Up to date",
			main: "Everything Exotel still has is saved: 21 May 2026 – 19 Nov 2026 · 9,98,400 calls", detail: "Paused. Only days you open are saved.", bar: true, resume: true}},
		{"done, and yesterday read once more", filling(func(f *refresh.FillState) { *f = sample.DoneFilling(); f.Reading, f.Oldest = f.To, f.From }), "", 0, fillText{word: "Up to date",
			main: "Everything Exotel still has is saved: 21 May 2026 – 19 Nov 2026 · 9,98,400 calls", detail: "Downloading Thu 19 Nov 2026…", bar: true, pause: true}},
	} {
		got := fillWords(tt.stored, tt.none, tt.keep, text.Format{Zone: exotel.India, Grouping: metrics.Indian}, sample.Now)
		if wantShare := float32(tt.stored.Filling.Days) / float32(max(tt.stored.Filling.Total, 1)); got.bar && got.share != wantShare {
			t.Errorf("%s: the bar is at %v, want %v", tt.name, got.share, wantShare)
		}
		if got.look == (kit.Look{}) {
			t.Errorf("%s: no shape", tt.name)
		}
		got.look, got.share = kit.Look{}, 0
		if got != tt.want {
			t.Errorf("%s:\n%+v, want\n%+v", tt.name, got, tt.want)
		}
	}
}

// TestFillStatesDifferByShapeOrWord: colour is never all.
func TestFillStatesDifferByShapeOrWord(t *testing.T) {
	seen := map[string]kit.Look{}
	for _, stored := range []account.Stored{{Filling: sample.Filling()}, {Filling: sample.DoneFilling()}, {Unkept: errors.New("full")}, {}} {
		text := fillWords(stored, "", 0, text.Format{Zone: exotel.India, Grouping: metrics.Indian}, sample.Now)
		if before, again := seen[text.word]; again {
			t.Errorf("%q stands for %v and %v", text.word, before, text.look)
		}
		seen[text.word] = text.look
	}
}

func TestTimeLeftIsNoMoreExactThanItIsKnown(t *testing.T) {
	for left, want := range map[time.Duration]string{
		59 * time.Second: "less than a minute left", 90 * time.Second: "about 1 min left", 59 * time.Minute: "about 59 min left",
		61 * time.Minute: "about 1 h left", 83 * time.Minute: "about 1 h 20 min left", 26 * time.Hour: "about 26 h left", 72 * time.Hour: "about 3 days left",
	} {
		if got := leftText(left); got != want {
			t.Errorf("%v: %q, want %q", left, got, want)
		}
	}
}

func TestFactsOfTheRange(t *testing.T) {
	whole := refresh.Snapshot{
		Period: metrics.Period{From: sample.Date(time.November, 20), To: sample.Date(time.November, 20)},
		Now:    sample.Now, AsOf: sample.Now.Add(-2 * time.Minute), Summary: &metrics.Summary{}, Complete: true, Interval: time.Minute,
		Data:  refresh.Data{Stored: 1247, Saved: 1247, WithDetails: 1200, Provisional: 12},
		Tally: refresh.Tally{Received: 1247, Announced: 1247},
	}
	const stored, announced, missing, synced, provisional, details, unreadable, unkept = 0, 1, 2, 3, 4, 5, 6, 7
	for _, tt := range []struct {
		name   string
		change func(*refresh.Snapshot)
		none   string
		at     int
		figure string
		about  string // a part of it
		bad    bool
	}{
		{"stored", func(*refresh.Snapshot) {}, "", stored, "1,247", "Calls and legs held here", false},
		{"announced", func(s *refresh.Snapshot) { s.Tally.Announced = 123456 }, "", announced, "1,23,456", "own count for these days", false},
		{"nothing missing", func(*refresh.Snapshot) {}, "", missing, "0", "Nothing is missing.", false},
		{"calls missing", func(s *refresh.Snapshot) { s.Tally.Missing = 7 }, "", missing, "7 calls", "not received", true},
		{"days missing", func(s *refresh.Snapshot) { s.Tally.DaysMissing = 1 }, "", missing, "1 day", "No data for these days yet.", true},
		{"calls and days missing", func(s *refresh.Snapshot) { s.Tally.Missing, s.Tally.DaysMissing, s.Tally.DaysGone = 7, 3, 1 }, "", missing, "7 calls · 3 days", "1 is no longer available", true},
		{"days cut", func(s *refresh.Snapshot) { s.Tally.DaysCut = 2 }, "", missing, "the ends of 2 days", "downloaded before the days ended", true},
		{"days gone", func(s *refresh.Snapshot) { s.Tally.DaysMissing, s.Tally.DaysGone = 3, 3 }, "", missing, "3 days", "They are no longer available from Exotel.", true},
		{"synced", func(*refresh.Snapshot) {}, "", synced, "14:20:33 · 2 min ago", "refresh of this day", false},
		{"days synced", func(s *refresh.Snapshot) { s.Period.From = s.Period.To.Add(-6) }, "", synced, "14:20:33 · 2 min ago", "can still change", false},
		{"stale", func(s *refresh.Snapshot) { s.AsOf = s.AsOf.Add(-time.Hour) }, "", synced, "13:20:33 · 1 h ago", "refresh of this day", true},
		{"settled", func(s *refresh.Snapshot) { s.Settled = true }, "", synced, "14:20:33", "These days are final", false},
		{"never synced", func(s *refresh.Snapshot) { s.AsOf = time.Time{} }, "", synced, "—", "No complete days yet", false},
		{"provisional", func(*refresh.Snapshot) {}, "", provisional, "12", "Live or just ended", false},
		{"details", func(*refresh.Snapshot) {}, "", details, "1,200 · 96.2%", "two people talked", false},
		{"no calls, so no share", func(s *refresh.Snapshot) { s.Data = refresh.Data{} }, "", details, "0", "two people talked", false},
		{"readable", func(*refresh.Snapshot) {}, "", unreadable, "0", "Not counted", false},
		{"unreadable", func(s *refresh.Snapshot) { s.Tally.Unreadable = 2 }, "", unreadable, "2", "Not counted", true},
		{"all on the disk", func(*refresh.Snapshot) {}, "", unkept, "0", "In memory only", false},
		{"not all on the disk", func(s *refresh.Snapshot) { s.Data.Saved = 1200 }, "", unkept, "47", "In memory only", true},
		{"the disk is full", func(s *refresh.Snapshot) { s.Data.Saved, s.SaveErr = 1200, errors.New("the disk is full") }, "", unkept, "47", "The disk is full.", true},
		{"nothing is to be kept", func(s *refresh.Snapshot) { s.Data.Saved = 0 }, "It is the demo.", unkept, "1,247", "It is the demo.", false},
	} {
		s := whole
		tt.change(&s)
		got := factsOf(&s, tt.none, text.Format{Zone: exotel.India, Grouping: metrics.Indian}, sample.Now)[tt.at]
		if got.figure != tt.figure || !strings.Contains(got.about, tt.about) || got.bad != tt.bad {
			t.Errorf("%s: %+v", tt.name, got)
		}
	}
	for i, fact := range factsOf(&whole, "", text.Format{Zone: exotel.India, Grouping: metrics.Indian}, sample.Now) {
		if fact.about == "" || rangeFactNames()[i] == "" {
			t.Errorf("figure %d has no meaning: %+v", i, fact)
		}
	}
}

func TestMonthsAreListedNewestFirst(t *testing.T) {
	months := []refresh.Month{
		{First: sample.Date(time.September, 1), Days: 9, Total: 11, Calls: 1}, {First: sample.Date(time.October, 1), Days: 31, Total: 31, Calls: 171300}, {First: sample.Date(time.November, 1), Calls: 12},
	}
	want := []monthText{
		{"November 2026", "today only", "12 calls", ""}, {"October 2026", "31 of 31 days", "1,71,300 calls", "complete"}, {"September 2026", "9 of 11 days", "1 call", "2 to go"},
	}
	got := monthTexts(months, text.Format{Zone: exotel.India, Grouping: metrics.Indian}, sample.Now)
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %+v, want %+v", got[i], want[i])
		}
	}
}

func TestSizesOnTheDisk(t *testing.T) {
	for bytes, want := range map[int64]string{0: "0 bytes", 999: "999 bytes", 1500: "1.5 kB", 52_340_000: "52.3 MB", 312_000_000: "312 MB", 4_000_000_000: "4.0 GB"} {
		if got := diskText(bytes); got != want {
			t.Errorf("%d: %q, want %q", bytes, got, want)
		}
	}
}
