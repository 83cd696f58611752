package storetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// putRules tests what Put promises about calls that are already stored.
func putRules(t *testing.T, open func(t *testing.T, zone *time.Location) calls.Store) {
	monday := date(2026, 11, 23)
	at := func(day metrics.Date, hour int) time.Time {
		return day.In(exotel.India).Add(time.Duration(hour) * time.Hour)
	}
	call := func(sid string, created time.Time) exotel.Call {
		return exotel.Call{
			Sid: sid, Created: created, Updated: created, Ended: created.Add(time.Minute), Direction: exotel.DirectionInbound,
			Status: exotel.StatusCompleted, Duration: 60, From: "09800000001", To: "sip:agent17", ExoPhone: "08040000010",
		}
	}
	put := func(t *testing.T, store calls.Store, b calls.Batch) (stored, added int) {
		t.Helper()
		b.UpdateDay = func(before *calls.Day, s, a int) *calls.Day {
			stored, added = s, a
			return &calls.Day{Date: b.Date, Announced: s, Received: s, ReadAt: at(b.Date, 9), Complete: b.Replace}
		}
		if err := store.Put(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		return stored, added
	}
	sids := func(t *testing.T, store calls.Store, day metrics.Date) (found []string) {
		t.Helper()
		q := calls.Query{Period: metrics.Period{From: day, To: day}, Now: at(day, 48), Order: calls.Order{Ascending: true}}
		for _, c := range list(t, store, q) {
			found = append(found, c.Sid)
		}
		return found
	}
	day := func(t *testing.T, store calls.Store, date metrics.Date) calls.Day {
		t.Helper()
		days, err := store.Days(t.Context(), metrics.Period{From: date, To: date})
		if err != nil || len(days) != 1 {
			t.Fatalf("%v: %d days, %v", date, len(days), err)
		}
		return days[0]
	}
	equal := func(t *testing.T, what string, got, want any) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", what, got, want)
		}
	}
	tests := map[string]func(t *testing.T, store calls.Store){
		"a page adds what is new and says how many": func(t *testing.T, store calls.Store) {
			put(t, store, calls.Batch{Date: monday, Calls: []exotel.Call{call("a", at(monday, 1)), call("b", at(monday, 2))}})
			stored, added := put(t, store, calls.Batch{Date: monday, Calls: []exotel.Call{call("b", at(monday, 2)), call("c", at(monday, 3))}})
			equal(t, "stored", stored, 3)
			equal(t, "added", added, 1)
			equal(t, "calls", sids(t, store, monday), []string{"a", "b", "c"})
		},
		"a whole day replaces the day and no other": func(t *testing.T, store calls.Store) {
			put(t, store, calls.Batch{Date: monday, Calls: []exotel.Call{call("a", at(monday, 1)), call("b", at(monday, 2))}})
			put(t, store, calls.Batch{Date: monday.Add(1), Calls: []exotel.Call{call("z", at(monday, 25))}})
			put(t, store, calls.Batch{Date: monday, Replace: true, Calls: []exotel.Call{call("b", at(monday, 2))}})
			equal(t, "calls", sids(t, store, monday), []string{"b"})
			equal(t, "of the next day", sids(t, store, monday.Add(1)), []string{"z"})
		},
		"an empty day is a day of which something is known": func(t *testing.T, store calls.Store) {
			put(t, store, calls.Batch{Date: monday, Replace: true})
			days, err := store.Days(t.Context(), metrics.Period{From: monday.Add(-1), To: monday.Add(1)})
			if err != nil || len(days) != 1 || !days[0].Complete || days[0].Date != monday || days[0].Stored != 0 || !days[0].ReadAt.Equal(at(monday, 9)) {
				t.Errorf("got %+v, %v", days, err)
			}
		},
		"a call moves with its creation time": func(t *testing.T, store calls.Store) {
			put(t, store, calls.Batch{Date: monday, Calls: []exotel.Call{call("a", at(monday, 1)), call("b", at(monday, 2))}})
			_, added := put(t, store, calls.Batch{Date: monday.Add(1), Calls: []exotel.Call{call("a", at(monday, 30))}})
			equal(t, "added", added, 0)
			equal(t, "calls of the day it was in", sids(t, store, monday), []string{"b"})
			equal(t, "calls of the day it is in", sids(t, store, monday.Add(1)), []string{"a"})
		},
		"a later page with an older state changes nothing": func(t *testing.T, store calls.Store) {
			over, ringing := call("a", at(monday, 1)), call("a", at(monday, 1))
			over.Updated = at(monday, 2)
			ringing.Status, ringing.Ended, ringing.Duration = exotel.StatusRinging, time.Time{}, exotel.Unknown
			put(t, store, calls.Batch{Date: monday, Calls: []exotel.Call{over, ringing}})
			put(t, store, calls.Batch{Date: monday, Calls: []exotel.Call{ringing}})
			for _, got := range list(t, store, calls.Query{Now: at(monday, 3)}) {
				equal(t, "status", got.Status, metrics.Answered)
				equal(t, "duration", got.Duration, 60)
			}
		},
		"a live call is none when it is old": func(t *testing.T, store calls.Store) {
			ringing := call("a", at(monday, 1))
			ringing.Status, ringing.Ended, ringing.Duration = exotel.StatusRinging, time.Time{}, exotel.Unknown
			put(t, store, calls.Batch{Date: monday, Calls: []exotel.Call{ringing}})
			for hour, want := range map[int]metrics.Status{2: metrics.Live, 12: metrics.Other} {
				buckets, err := store.Group(t.Context(), calls.Query{Now: at(monday, hour)}, calls.ByStatus)
				if err != nil || len(buckets) != 1 || buckets[0].Status != want {
					t.Errorf("at %d:00: got %+v, %v", hour, buckets, err)
				}
			}
		},
		"an open call remembers when Exotel was heard of it": func(t *testing.T, store calls.Store) {
			minute := func(n int) time.Time { return at(monday, 1).Add(time.Duration(n) * time.Minute) }
			for _, step := range []struct {
				what                 string
				status               string
				updated, heard, want time.Time
			}{
				{"not known", exotel.StatusRinging, minute(0), time.Time{}, time.Time{}},
				{"unchanged", exotel.StatusRinging, minute(0), minute(1), minute(1)},
				{"changed", exotel.StatusInProgress, minute(2), minute(3), minute(3)},
				{"unchanged since", exotel.StatusInProgress, minute(2), minute(200), minute(200)},
				{"unchanged, at a time that is not known", exotel.StatusInProgress, minute(2), time.Time{}, minute(200)},
				{"changed, at a time that is not known", exotel.StatusInProgress, minute(4), time.Time{}, minute(200)},
				{"an older state", exotel.StatusRinging, minute(0), minute(201), minute(201)},
				{"an earlier time", exotel.StatusInProgress, minute(4), minute(5), minute(5)},
				{"finished and young", exotel.StatusCompleted, minute(6), minute(7), minute(7)},
				{"finished for minutes", exotel.StatusCompleted, minute(6), minute(9), minute(9)},
			} {
				c := call("a", minute(0))
				c.Updated, c.Status = step.updated, step.status
				if step.status != exotel.StatusCompleted {
					c.Ended, c.Duration = time.Time{}, exotel.Unknown
				}
				put(t, store, calls.Batch{Date: monday, Calls: []exotel.Call{c}, AsOf: step.heard})
				open, err := store.OpenCalls(t.Context(), at(monday, 0), at(monday, 0))
				if err != nil || len(open) != 1 || !open[0].AsOf.Equal(step.want) {
					t.Errorf("%s: got %+v, %v, want %v", step.what, open, err, step.want)
				}
			}
		},
		"the list of ExoPhones joins what was two lines": func(t *testing.T, store calls.Store) {
			bySID := call("b", at(monday, 2))
			bySID.ExoPhone = "exo5b221ee9"
			put(t, store, calls.Batch{Date: monday, Calls: []exotel.Call{call("a", at(monday, 1)), bySID}})
			if err := store.SetExoPhones(t.Context(), []exotel.ExoPhone{{SID: "exo5b221ee9", Number: "+918040000010", Name: "Returns"}}); err != nil {
				t.Fatal(err)
			}
			buckets, err := store.Group(t.Context(), calls.Query{Now: at(monday, 3)}, calls.ByLine)
			if err != nil || len(buckets) != 1 || buckets[0].Calls != 2 || buckets[0].Line != "+918040000010" {
				t.Errorf("got %+v, %v", buckets, err)
			}
			for _, spelling := range []string{"exo5b221ee9", "08040000010", "+91 80400 00010"} {
				q := calls.Query{Now: at(monday, 3), Lines: []string{spelling}}
				equal(t, "calls of "+spelling, len(list(t, store, q)), 2)
			}
		},
		"a call without a Sid or a time is refused": func(t *testing.T, store calls.Store) {
			before, _ := store.Revision(t.Context())
			for _, bad := range []exotel.Call{call("", at(monday, 1)), call("b", time.Time{})} {
				if err := store.Put(t.Context(), calls.Batch{Date: monday, Calls: []exotel.Call{call("a", at(monday, 1)), bad}}); err == nil {
					t.Errorf("saved %+v", bad)
				}
			}
			if after, err := store.Revision(t.Context()); err != nil || after != before {
				t.Errorf("revision %d, %v", after, err)
			}
			equal(t, "calls", len(list(t, store, calls.Query{Now: at(monday, 48)})), 0)
		},
		"a call without a creation is of the time of its start": func(t *testing.T, store calls.Store) {
			started := call("a", time.Time{})
			started.Started = at(monday, 5)
			put(t, store, calls.Batch{Date: monday, Calls: []exotel.Call{started}})
			buckets, err := store.Group(t.Context(), calls.Query{Now: at(monday, 48)}, calls.ByDay, calls.ByHour)
			if err != nil || len(buckets) != 1 || buckets[0].Day != monday || buckets[0].Hour != 5 {
				t.Errorf("got %+v, %v", buckets, err)
			}
		},
		"a batch's own words on a call are merged": func(t *testing.T, store calls.Store) {
			over, ringing := call("a", at(monday, 1)), call("a", at(monday, 1))
			over.Updated = at(monday, 2)
			ringing.Status, ringing.Ended, ringing.Duration = exotel.StatusRinging, time.Time{}, exotel.Unknown
			for _, batch := range [][]exotel.Call{{over, ringing}, {ringing, over}} {
				_, added := put(t, store, calls.Batch{Date: monday, Calls: batch, Replace: true})
				if got := list(t, store, calls.Query{Now: at(monday, 3)}); len(got) != 1 || got[0].Status != metrics.Answered || got[0].Duration != 60 {
					t.Errorf("got %+v; %d added", got, added)
				}
			}
		},
		"a day is told what it was": func(t *testing.T, store calls.Store) {
			put(t, store, calls.Batch{Date: monday, Replace: true, Calls: []exotel.Call{call("a", at(monday, 1)), call("b", at(monday, 2))}})
			err := store.Put(t.Context(), calls.Batch{Date: monday, Calls: []exotel.Call{call("c", at(monday, 3))}, UpdateDay: func(before *calls.Day, stored, added int) *calls.Day {
				equal(t, "before", *before, calls.Day{Date: monday, Announced: 2, Received: 2, ReadAt: before.ReadAt, Complete: true, Stored: 2})
				equal(t, "stored", stored, 3)
				equal(t, "added", added, 1)
				return nil
			}})
			if err != nil {
				t.Fatal(err)
			}
			err = store.Put(t.Context(), calls.Batch{Date: monday.Add(3), UpdateDay: func(before *calls.Day, stored, added int) *calls.Day {
				equal(t, "a day before it is known", *before, calls.Day{Date: monday.Add(3)})
				return &calls.Day{Announced: 7}
			}})
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "of Monday", day(t, store, monday).Announced, 2)
			equal(t, "a day that was not read yet", day(t, store, monday.Add(3)), calls.Day{Date: monday.Add(3), Announced: 7})
		},
		"a call moves out of a day that is put whole, and of a day that is not put": func(t *testing.T, store calls.Store) {
			tuesday := monday.Add(1)
			put(t, store, calls.Batch{Date: monday, Replace: true, Calls: []exotel.Call{call("a", at(monday, 1)), call("b", at(monday, 2))}})
			put(t, store, calls.Batch{Date: tuesday, Replace: true, Calls: []exotel.Call{call("y", at(tuesday, 1)), call("z", at(tuesday, 2))}})
			moved := call("z", at(monday, 4))
			moved.Updated = at(tuesday, 3)
			stored, _ := put(t, store, calls.Batch{Date: monday, Replace: true, Calls: []exotel.Call{call("a", at(tuesday, 3)), moved}})
			equal(t, "stored", stored, 1)
			equal(t, "Monday", sids(t, store, monday), []string{"z"})
			equal(t, "Tuesday", sids(t, store, tuesday), []string{"y", "a"})
			equal(t, "stored of Monday", day(t, store, monday).Stored, 1)
			equal(t, "stored of Tuesday", day(t, store, tuesday).Stored, 2)
			moved.Created, moved.Updated = at(tuesday, 9), at(tuesday, 9)
			put(t, store, calls.Batch{Date: tuesday, Calls: []exotel.Call{moved}})
			equal(t, "an empty Monday", day(t, store, monday).Stored, 0)
			equal(t, "damaged", day(t, store, monday).Damaged || day(t, store, tuesday).Damaged, false)
		},
		"a whole day knows of which day its calls are": func(t *testing.T, store calls.Store) {
			read := call("a", at(monday, 30))
			read.Updated = at(monday, 40)
			put(t, store, calls.Batch{Date: monday.Add(1), Replace: true, Calls: []exotel.Call{read}})
			stored, _ := put(t, store, calls.Batch{Date: monday, Replace: true, Calls: []exotel.Call{call("a", at(monday, 20))}})
			equal(t, "stored", stored, 1)
			equal(t, "Monday", sids(t, store, monday), []string{"a"})
			equal(t, "Tuesday", len(sids(t, store, monday.Add(1))), 0)
		},
		"a list continues behind its cursor though addresses were added": func(t *testing.T, store calls.Store) {
			var batch []exotel.Call
			for i, from := range []string{"sip:m", "sip:p", "sip:s", "sip:v"} {
				c := call(from, at(monday, i))
				c.From = from
				batch = append(batch, c)
			}
			put(t, store, calls.Batch{Date: monday, Calls: batch})
			for _, by := range []calls.Column{calls.Caller, calls.Line, calls.Agent} {
				q := calls.Query{Now: at(monday, 48), Order: calls.Order{By: by, Ascending: true}, Limit: 2}
				q.After = list(t, store, q)[1].Cursor
				rest := func() (sids []string) {
					for _, c := range list(t, store, q) {
						sids = append(sids, c.Sid)
					}
					return sids
				}
				want := rest()
				early := call(fmt.Sprint("early", by), at(monday, 9))
				early.From, early.To, early.ExoPhone = fmt.Sprint("sip:a", 9-by), fmt.Sprint("sip:a", 9-by), fmt.Sprint("00000", 9-by)
				put(t, store, calls.Batch{Date: monday, Calls: []exotel.Call{early}})
				equal(t, fmt.Sprint("by ", by), rest(), want)
			}
		},
		"what was canceled says so and changes nothing": func(t *testing.T, store calls.Store) {
			put(t, store, calls.Batch{Date: monday, Calls: []exotel.Call{call("a", at(monday, 1))}})
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, grouped := store.Group(ctx, calls.Query{})
			_, days := store.Days(ctx, metrics.Period{})
			listed := error(nil)
			for _, listed = range store.Calls(ctx, calls.Query{}) {
			}
			for what, err := range map[string]error{
				"Put":   store.Put(ctx, calls.Batch{Date: monday, Replace: true}),
				"Group": grouped, "Days": days, "Calls": listed,
			} {
				if !errors.Is(err, context.Canceled) {
					t.Errorf("%s: got %v", what, err)
				}
			}
			equal(t, "calls", len(list(t, store, calls.Query{Now: at(monday, 48)})), 1)
		},
		"readers see whole batches": func(t *testing.T, store calls.Store) { readWhileSaving(t, store, monday) },
		"forgotten days are gone": func(t *testing.T, store calls.Store) {
			put(t, store, calls.Batch{Date: monday, Calls: []exotel.Call{call("a", at(monday, 1))}})
			put(t, store, calls.Batch{Date: monday.Add(1), Calls: []exotel.Call{call("z", at(monday, 25))}})
			if err := store.Forget(t.Context(), monday.Add(1)); err != nil {
				t.Fatal(err)
			}
			days, err := store.Days(t.Context(), metrics.Period{From: monday, To: monday.Add(1)})
			if err != nil || len(days) != 1 {
				t.Errorf("got %+v, %v", days, err)
			}
			equal(t, "calls", len(list(t, store, calls.Query{Now: at(monday, 48)})), 1)
		},
		"each change makes a new revision": func(t *testing.T, store calls.Store) {
			seen := map[int64]bool{}
			note := func() {
				revision, err := store.Revision(t.Context())
				if err != nil || seen[revision] {
					t.Errorf("revision %d again, %v", revision, err)
				}
				seen[revision] = true
			}
			note()
			put(t, store, calls.Batch{Date: monday, Calls: []exotel.Call{call("a", at(monday, 1))}})
			note()
			if err := store.Forget(t.Context(), monday.Add(1)); err != nil {
				t.Fatal(err)
			}
			note()
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { test(t, open(t, exotel.India)) })
	}
}

// readWhileSaving reads a day again and again while it is saved with more calls
// each time: an answer is never of half a batch, and never older than one before.
func readWhileSaving(t *testing.T, store calls.Store, day metrics.Date) {
	const batches, size = 30, 20
	start := day.In(exotel.India)
	q := calls.Query{Period: metrics.Period{From: day, To: day}, Now: start.AddDate(0, 0, 2)}
	var work errgroup.Group
	saved := make(chan struct{})
	for range 3 {
		work.Go(func() error {
			for newest, done := 0, false; !done; {
				select {
				case <-saved:
					done = true
				default:
				}
				buckets, err := store.Group(t.Context(), q)
				if err != nil {
					return err
				}
				days, err := store.Days(t.Context(), q.Period)
				if err != nil {
					return err
				}
				n := 0
				for _, b := range buckets {
					n += b.Calls
				}
				if n%size != 0 || n < newest || len(days) == 1 && (days[0].Stored < n || days[0].Damaged) || done && n != batches*size {
					return fmt.Errorf("%d calls after %d, days %+v", n, newest, days)
				}
				newest = n
			}
			return nil
		})
	}
	for i := range batches {
		var batch []exotel.Call
		for k := range size {
			batch = append(batch, exotel.Call{Sid: fmt.Sprint(i, "-", k), Created: start.Add(time.Duration(i) * time.Minute)})
		}
		if err := store.Put(t.Context(), calls.Batch{Date: day, Calls: batch}); err != nil {
			t.Error(err)
		}
	}
	close(saved)
	if err := work.Wait(); err != nil {
		t.Error(err)
	}
}
