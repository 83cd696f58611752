package calls_test

import (
	"context"
	"fmt"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/calls/sqlite"
)

// To query a store, here one in memory with the calls of one day.
func ExampleQuery() {
	ctx := context.Background()
	store, err := sqlite.OpenMemory(ctx, exotel.India)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()
	day := metrics.Date{Year: 2026, Month: time.November, Day: 20}
	batch := calls.Batch{Date: day}
	for i, from := range []string{"09800000001", "+919800000001", "09800000002"} {
		created := day.In(exotel.India).Add(time.Duration(9+i) * time.Hour)
		batch.Calls = append(batch.Calls, exotel.Call{
			Sid: fmt.Sprint("call", i), Created: created, Ended: created.Add(time.Minute),
			From: from, To: "09700000002", ExoPhone: "08040000001",
			Direction: exotel.DirectionInbound, Status: exotel.StatusCompleted, Duration: 60,
		})
	}
	if err := store.Put(ctx, batch); err != nil {
		fmt.Println(err)
		return
	}

	q := calls.Query{
		Period:  metrics.Period{From: day, To: day},
		Callers: []string{"9800000001"}, // in any spelling
		Now:     day.Add(1).In(exotel.India),
	}
	for call, err := range store.Calls(ctx, q) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(call.Created.Format("15:04"), call.From, call.Status)
	}
	buckets, err := store.Group(ctx, calls.Query{Period: q.Period, Now: q.Now}, calls.ByLine)
	for _, b := range buckets {
		fmt.Println(b.Line, b.Calls, "calls of", b.Duration.Sum, "seconds", err)
	}
	// Output:
	// 10:00 +919800000001 completed
	// 09:00 09800000001 completed
	// 08040000001 3 calls of 180 seconds <nil>
}
