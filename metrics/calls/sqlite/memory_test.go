package sqlite_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/calls/sqlite"
)

// TestColumnsThatNoQuestionNeedsLeaveMemory: a store grows for as long as the program
// runs. What it answers stays the same.
func TestColumnsThatNoQuestionNeedsLeaveMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := open(t, filepath.Join(t.TempDir(), "calls.db"), exotel.India)
		first := metrics.Date{Year: 2026, Month: 10, Day: 1}
		save := func(day metrics.Date, n int) {
			t.Helper()
			var list []exotel.Call
			for i := range n {
				created := day.In(exotel.India).Add(time.Duration(i) * time.Minute)
				list = append(list, exotel.Call{Sid: fmt.Sprint(day, i), Created: created, Ended: created.Add(time.Minute), Status: "busy"})
			}
			err := store.Put(t.Context(), calls.Batch{Date: day, Calls: list, Replace: true, UpdateDay: func(*calls.Day, int, int) *calls.Day {
				return &calls.Day{Announced: n, Received: n, ReadAt: day.Add(2).In(exotel.India), Complete: true}
			}})
			if err != nil {
				t.Fatal(err)
			}
		}
		ask := func(days, want, loaded int) {
			t.Helper()
			buckets, err := store.Group(t.Context(), calls.Query{Period: metrics.Period{From: first, To: first.Add(days - 1)}, Now: time.Now()})
			if err != nil || len(buckets) != 1 || buckets[0].Calls != want {
				t.Errorf("%+v, %v, want %d calls", buckets, err, want)
			}
			if n := sqlite.LoadedDays(store); n != loaded {
				t.Errorf("columns of %d days are in memory, want those of %d", n, loaded)
			}
		}
		for day := range 10 {
			save(first.Add(day), 5)
		}
		ask(10, 50, 10)
		for minute := range 30 { // others save something, and one day is asked for all the time
			time.Sleep(time.Minute)
			save(first.Add(20), minute)
			if minute < 10 {
				ask(1, 5, 10)
			} else if minute > 15 {
				ask(1, 5, 1)
			}
		}
		ask(10, 50, 10)
	})
}
