package refresh

import (
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// pages serves an account whose list has the rows of today on these pages, whatever
// their order. Its other days are empty.
func pages(clock *clock, total int, pages ...[]string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", clock.now.UTC().Format(http.TimeFormat))
		n, next := 0, "null"
		if _, err := fmt.Sscan(r.URL.Query().Get("After"), &n); err != nil && !strings.Contains(r.URL.Query().Get("DateCreated"), today.String()) {
			fmt.Fprint(w, `{"Metadata":{"Total":0,"NextPageUri":null},"Calls":[]}`)
			return
		}
		if n+1 < len(pages) {
			next = fmt.Sprintf(`"/v1/Accounts/acme1/Calls.json?After=%d"`, n+1)
		}
		fmt.Fprintf(w, `{"Metadata":{"Total":%d,"NextPageUri":%s},"Calls":[%s]}`, total, next, strings.Join(pages[n], ","))
	})
}

// TestOfACallThatComesTwiceTheNewerStateCounts: rows repeat at the borders of pages,
// and a call may have ended between the two.
func TestOfACallThatComesTwiceTheNewerStateCounts(t *testing.T) {
	const (
		other = `{"Sid":"other","DateCreated":"2026-11-20 11:00:00","DateUpdated":"2026-11-20 11:30:00","Status":"busy","EndTime":"2026-11-20 11:01:00"}`
		live  = `{"Sid":"twice","DateCreated":"2026-11-20 11:50:00","DateUpdated":"2026-11-20 11:50:05","Status":"in-progress"}`
		over  = `{"Sid":"twice","DateCreated":"2026-11-20 11:50:00","DateUpdated":"2026-11-20 11:58:00","Status":"no-answer","EndTime":"2026-11-20 11:51:00"}`
	)
	for name, list := range map[string][][]string{
		"newer on a later page":    {{other, live}, {over}},
		"newer on an earlier page": {{over}, {live, other}},
		"newer later on a page":    {{other, live, over}},
		"newer earlier on a page":  {{over, other, live}},
	} {
		t.Run(name, func(t *testing.T) {
			clock := &clock{noon}
			fetcher := storing(t, clientOf(t, clock, pages(clock, 2, list...)))
			first := summary(t, mustLoad(t, fetcher, oneDay(today), 0), all)
			equal(t, "when it is read", first.Counts, metrics.Counts{metrics.Busy: 1, metrics.NoAnswer: 1})
		})
	}
	for name, list := range map[string][][]string{
		"newer later on a page":   {{other, live, over}},
		"newer earlier on a page": {{over, other, live}},
	} {
		t.Run("caught up on, "+name, func(t *testing.T) {
			clock := &clock{noon}
			fetcher := storing(t, clientOf(t, clock, pages(clock, 2, list...)))
			mustPut(t, fetcher.store, today, noon.Add(-time.Minute), exotel.Call{
				Sid: "other", Created: at(today, 11, 0), Ended: at(today, 11, 1), Updated: at(today, 11, 30), Status: "busy", Duration: exotel.Unknown,
			})
			next := summary(t, mustLoad(t, fetcher, oneDay(today), 0), all)
			equal(t, "when it is added", next.Counts, metrics.Counts{metrics.Busy: 1, metrics.NoAnswer: 1})
		})
	}
}

func TestARowWithoutAnyTimeIsUnreadable(t *testing.T) {
	const (
		good    = `{"Sid":"good","DateCreated":"2026-11-20 11:00:00","Status":"busy","EndTime":"2026-11-20 11:01:00"}`
		started = `{"Sid":"started","DateCreated":null,"StartTime":"2026-11-20 10:00:00","Status":"busy","EndTime":"2026-11-20 11:01:00"}`
		never   = `{"Sid":"never","DateCreated":null,"StartTime":"soon","Status":"completed","EndTime":"2026-11-20 11:01:00"}`
	)
	clock := &clock{noon}
	fetcher := storing(t, clientOf(t, clock, pages(clock, 3, []string{good, never, started})))
	for range 3 {
		view := mustLoad(t, fetcher, oneDay(today), 0)
		s := summary(t, view, all)
		equal(t, "calls", s.Calls(), 2)
		equal(t, "at eleven", s.Hours[11].Total(), 1)
		equal(t, "at the time of its start", s.Hours[10].Total(), 1)
		equal(t, "unreadable", view.Tally().Unreadable, 1)
		equal(t, "complete", view.Complete(), true)
		clock.now = clock.now.Add(time.Minute)
	}
}

// TestAFailureOfADayThatIsListedShortDoesNotStay: a day of which Exotel lists less than
// it announces is asked for every six hours only, and a failure then is not the answer
// until the next time.
func TestAFailureOfADayThatIsListedShortDoesNotStay(t *testing.T) {
	account, client, clock := sampleAccount(t)
	fetcher := storing(t, client)
	account.SetFaults(exoteltest.Faults{StopAfterRows: 150})
	if _, err := fetcher.Load(t.Context(), oneDay(yesterday), 0, nil); err == nil {
		t.Fatal("a day that is listed short is taken for whole")
	}
	clock.now = clock.now.Add(askShortAgain + time.Minute)
	account.SetFaults(exoteltest.Faults{FailStatus: 403})
	if _, err := fetcher.Load(t.Context(), oneDay(yesterday), 0, nil); err == nil {
		t.Fatal("nobody is told of the refusal")
	}
	account.SetFaults(exoteltest.Faults{})
	view := mustLoad(t, fetcher, oneDay(yesterday), 0)
	equal(t, "calls", summary(t, view, all).Calls(), 1247)
	equal(t, "complete", view.Complete(), true)
}

// TestNoCallIsLiveTwoMinutesAfterItsEnd: at any size of account, with a number of
// requests that its size explains.
func TestNoCallIsLiveTwoMinutesAfterItsEnd(t *testing.T) {
	for _, test := range []struct{ perDay, most int }{{300, 2}, {5_000, 2}, {50_000, 8}} {
		t.Run(fmt.Sprint(test.perDay), func(t *testing.T) {
			account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: test.perDay})
			clock.now = lateMorning
			fetcher := storing(t, client)
			mustLoad(t, fetcher, oneDay(today), 0)
			most := 0
			for range 20 {
				clock.now = clock.now.Add(time.Minute)
				var view *View
				if n := requests(account, func() { view = mustLoad(t, fetcher, oneDay(today), 0) }); n > test.most {
					t.Errorf("%s: %d requests", clock.now.Format("15:04"), n)
				}
				// What the account had running two minutes ago.
				now := clock.now
				clock.now = now.Add(-2 * time.Minute)
				running := map[string]bool{}
				for _, call := range account.Calls(today.In(exotel.India), clock.now.Add(time.Second)) {
					running[call.Sid] = metrics.Classify(&call).Phase == metrics.Running
				}
				clock.now = now
				over, live := 0, summary(t, view, all).Counts[metrics.Live]
				for call, err := range fetcher.store.Calls(t.Context(), calls.Query{Period: oneDay(today), Now: now, Statuses: []metrics.Status{metrics.Live}}) {
					if err != nil {
						t.Fatal(err)
					}
					if was, listed := running[call.Sid]; listed && !was {
						over++
					}
				}
				most = max(most, live)
				if over > 0 {
					t.Errorf("%s: %d of %d live calls were over two minutes ago", now.Format("15:04"), over, live)
				}
			}
			equal(t, "more live calls than a request takes", most > exotel.MaxSids, test.perDay == 50_000)
		})
	}
}

// TestADayOfWhichTheStoreLostCallsIsFetchedAgain: by the load that finds it, which
// is said in the log. Until then the day is not shown as whole.
func TestADayOfWhichTheStoreLostCallsIsFetchedAgain(t *testing.T) {
	account, client, _ := sampleAccount(t)
	path := filepath.Join(t.TempDir(), "calls.db")
	fetcher, end := kept(t, client, path)
	mustLoad(t, fetcher, oneDay(yesterday), 0)
	end()
	spoil(t, path, "DELETE FROM figures; DELETE FROM call WHERE id % 7 = 3")
	store, _ := openStore(t, path, client.Zone())
	var log strings.Builder
	fetcher = NewFetcher(client, store, Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	known := fetcher.LoadStored(t.Context(), oneDay(yesterday))
	equal(t, "complete before it is fetched", known.Complete(), false)
	equal(t, "settled before it is fetched", known.Settled(), false)
	var view *View
	equal(t, "requests", requests(account, func() { view = mustLoad(t, fetcher, oneDay(yesterday), 0) }), 13)
	equal(t, "calls", summary(t, view, all).Calls(), 1247)
	equal(t, "complete", view.Complete(), true)
	if !strings.Contains(log.String(), "damaged") {
		t.Errorf("the log says %q", log.String())
	}
	mustHold(t, fetcher, account, oneDay(yesterday))
}

// TestADamagedDayIsFetchedByTheLoadThatFindsIt: without a look at it before.
func TestADamagedDayIsFetchedByTheLoadThatFindsIt(t *testing.T) {
	_, client, _ := sampleAccount(t)
	path := filepath.Join(t.TempDir(), "calls.db")
	fetcher, end := kept(t, client, path)
	mustLoad(t, fetcher, oneDay(yesterday), 0)
	end()
	spoil(t, path, "DELETE FROM figures; DELETE FROM call WHERE id % 7 = 3")
	fetcher, _ = kept(t, client, path)
	view := mustLoad(t, fetcher, oneDay(yesterday), 0)
	equal(t, "calls", summary(t, view, all).Calls(), 1247)
	equal(t, "complete", view.Complete(), true)
}

// TestACallWithoutACreationTimeThatEveryDayListsIsOne: it is of the day of its start.
func TestACallWithoutACreationTimeThatEveryDayListsIsOne(t *testing.T) {
	clock := &clock{noon}
	fetcher := storing(t, clientOf(t, clock, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"Metadata":{"Total":1},"Calls":[{"Sid":"a","Status":"completed","DateCreated":null,"StartTime":"%s 10:00:00"}]}`, yesterday)
	})))
	s := summary(t, mustLoad(t, fetcher, metrics.Period{From: yesterday.Add(-2), To: today}, 0), all)
	equal(t, "calls", s.Calls(), 1)
	equal(t, "calls of yesterday", s.Days[2].Counts.Total(), 1)
}

func TestDaysThatTheDiskDidNotTakeAreStoredLater(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 40})
	fetcher, disk := breaking(t, client)
	disk.broken = true
	failures := 0
	fillUntil(t, fetcher, FillerOptions{}, func(filler *Filler, f FillState) bool {
		if f.Err != nil {
			equal(t, "days that count as stored", f.Days, 0)
			if failures++; failures == 3 {
				disk.broken = false
			}
			filler.Wake()
		}
		return f.Done()
	})
	mustHold(t, fetcher, account, sixMonths())
	mustHold(t, NewFetcher(client, disk, Options{}), account, sixMonths())
}

// TestFarFewerCallsThanAreStoredAreBelievedTheSecondTime: a list that is empty, or has
// lost more than half of a day, may be a fault of Exotel's.
func TestFarFewerCallsThanAreStoredAreBelievedTheSecondTime(t *testing.T) {
	rows := func(n int) string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf(`{"Sid":"call%d","DateCreated":"2026-11-19 11:%02d:00","DateUpdated":"2026-11-19 11:59:00","Status":"busy","StartTime":"2026-11-19 11:00:00","EndTime":"2026-11-19 11:01:00"}`, i, i))
		}
		return fmt.Sprintf(`{"Metadata":{"Total":%d,"NextPageUri":null},"Calls":[%s]}`, n, strings.Join(list, ","))
	}
	type step struct {
		minutes, listed int
		want            int // calls that are stored then
		whole           bool
	}
	for _, test := range []struct {
		name   string
		stored int
		steps  []step
	}{
		{"none", 50, []step{{0, 0, 50, false}, {1, 0, 50, false}, {5, 0, 0, true}}},
		{"none of few", 3, []step{{0, 0, 3, false}, {5, 0, 0, true}}},
		{"less than half", 50, []step{{0, 24, 50, false}, {5, 24, 24, true}}},
		{"half", 50, []step{{0, 25, 25, true}}},
		{"less than half of few", 19, []step{{0, 1, 1, true}}},
		{"none, and then all", 50, []step{{0, 0, 50, false}, {6, 50, 50, true}}},
		{"none, later still", 50, []step{{0, 0, 50, false}, {600, 0, 0, true}}},
		{"none of none", 0, []step{{0, 0, 0, true}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			clock := &clock{at(today, 0, 30)}
			listed := test.stored
			f := storing(t, clientOf(t, clock, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Date", clock.now.UTC().Format(http.TimeFormat))
				n := listed
				if !strings.Contains(r.URL.Query().Get("DateCreated"), "2026-11-19 00:00:00") {
					n = 0
				}
				fmt.Fprint(w, rows(n))
			})))
			mustLoad(t, f, oneDay(yesterday), 0)
			begin := at(today, 2, 0)
			for _, step := range test.steps {
				clock.now, listed = begin.Add(time.Duration(step.minutes)*time.Minute), step.listed
				view, err := f.Load(t.Context(), oneDay(yesterday), 0, nil)
				equal(t, fmt.Sprintf("after %d minutes: believed", step.minutes), err == nil, step.whole)
				equal(t, fmt.Sprintf("after %d minutes: calls", step.minutes), summary(t, view, all).Calls(), step.want)
				equal(t, fmt.Sprintf("after %d minutes: settled", step.minutes), view.Settled(), step.whole)
			}
		})
	}
}

// TestADayThatIsDoubtedHidesNoOther: the others of a period are read all the same, and
// a list that is well again is taken.
func TestADayThatIsDoubtedHidesNoOther(t *testing.T) {
	account, client, clock := newAccount(t, exoteltest.Options{CallsPerDay: 300})
	empty := false
	faulty := clientOf(t, clock, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if empty && strings.Contains(r.URL.Query().Get("DateCreated"), yesterday.String()+" 00:00:00") {
			fmt.Fprint(w, `{"Metadata":{"Total":0,"NextPageUri":null},"Calls":{}}`)
			return
		}
		account.ServeHTTP(w, r)
	}))
	f := storing(t, faulty)
	clock.now = at(today, 0, 30)
	mustLoad(t, f, oneDay(yesterday), 0)
	clock.now, empty = at(today, 2, 0), true
	p := metrics.Period{From: today.Add(-6), To: today}
	view, err := f.Load(t.Context(), p, 0, nil)
	if err == nil {
		t.Error("nobody is told of the empty list")
	}
	equal(t, "whole", view.Complete(), true)
	equal(t, "calls", summary(t, view, all).Calls(), readWhole(t, client, p).Calls())
	clock.now, empty = at(today, 2, 10), false
	mustLoad(t, f, p, 0)
	equal(t, "settled", f.LoadStored(t.Context(), oneDay(yesterday)).Settled(), true)
}
