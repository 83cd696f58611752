package exotel_test

import (
	"context"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

// BenchmarkFetch reads a month of about 100,000 calls over loopback, without a
// limit of requests: what the client costs beside the network and Exotel.
func BenchmarkFetch(b *testing.B) {
	clock := func() time.Time { return time.Date(2026, 11, 19, 14, 22, 33, 0, exotel.India) }
	account := exoteltest.New(exoteltest.Options{Now: clock, CallsPerDay: 4220, Seed: 7, Zone: exotel.India})
	to := time.Date(2026, 11, 19, 0, 0, 0, 0, exotel.India)
	from := to.AddDate(0, 0, -30)
	account.Warm(from, to)
	server, err := exoteltest.Start(account)
	if err != nil {
		b.Fatal(err)
	}
	defer server.Close()
	client, err := exotel.New(exotel.Options{BaseURL: server.URL, SID: "acme1", Key: "key", Token: "token",
		RatePerMinute: -1, Now: clock})
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	calls := 0
	for b.Loop() {
		for _, err := range client.Calls(exotel.Query{From: from, To: to}).All(context.Background()) {
			if err != nil {
				b.Fatal(err)
			}
			calls++
		}
	}
	b.ReportMetric(float64(calls)/b.Elapsed().Seconds(), "calls/s")
	b.ReportMetric(float64(calls)/float64(b.N), "calls/op")
	b.ReportMetric(float64(account.Stats().Requests)/float64(b.N), "requests/op")
}
