package refresh

import (
	"fmt"
	"testing"

	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
)

// BenchmarkFiguresOfAllStored measures what a refresh of a screen takes beside the
// requests: the view of all stored days and the figures of a filter.
func BenchmarkFiguresOfAllStored(b *testing.B) {
	for _, size := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			period := sixMonths()
			account, client, _ := newAccount(b, exoteltest.Options{CallsPerDay: size * 13 / 10 / period.Days()})
			fetcher := storing(b, client)
			for day := period.From; !period.To.Before(day); day = day.Add(1) {
				mustPut(b, fetcher.store, day, noon, account.Calls(fetcher.start(day), fetcher.start(day.Add(1)))...)
			}
			ctx := b.Context()
			for _, test := range []struct {
				name   string
				filter metrics.Filter
			}{{"none", all}, {"number", metrics.Filter{ExoPhone: "08040000001"}}, {"part of a number", metrics.Filter{Text: "1234"}}} {
				b.Run(test.name, func(b *testing.B) {
					for b.Loop() {
						if _, _, err := fetcher.LoadStored(ctx, period).Summary(ctx, test.filter); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms")
					b.ReportMetric(0, "ns/op")
				})
			}
		})
	}
}
