package archive

import (
	"fmt"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"slices"
	"sync"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

const benchPerDay = 5555 // calls; a million in 180 days

// benchDays are days of realistic calls, about as many as asked for together.
// They are made when asked for, not to be in the memory that is measured.
func benchDays(calls int) (days []Day, callsOf func(Day) []exotel.Call) {
	zone := time.FixedZone("IST", 19800)
	now := time.Date(2027, 1, 1, 0, 0, 0, 0, zone) // all calls have settled
	account := exoteltest.New(exoteltest.Options{CallsPerDay: benchPerDay * 6 / 5, Zone: zone, Now: func() time.Time { return now }})
	callsOf = func(d Day) []exotel.Call { return account.Calls(d.From, d.To) }
	for from := time.Date(2025, 12, 1, 0, 0, 0, 0, zone); calls > 0; from = from.AddDate(0, 0, 1) {
		d := Day{From: from, To: from.AddDate(0, 0, 1), Complete: true}
		d.Received = len(callsOf(d))
		calls -= d.Received
		days = append(days, d)
	}
	return days, callsOf
}

// meter adds up the time of what it runs and looks at the heap in the middle.
type meter struct {
	calls int
	took  time.Duration
	peak  uint64
}

func (m *meter) run(f func()) {
	began := time.Now()
	f()
	m.took += time.Since(began)
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	m.peak = max(m.peak, sample[0].Value.Uint64())
}

func (m *meter) report(b *testing.B, name string) {
	b.ReportMetric(float64(m.calls)/m.took.Seconds(), name+"/s")
	b.ReportMetric(float64(m.peak)/1e6, name+"-heapMB")
	*m = meter{calls: m.calls}
	runtime.GC()
}

func BenchmarkArchive(b *testing.B) {
	for _, calls := range []int{10_000, 100_000, 1_000_000} {
		for _, order := range []string{"oldest first", "newest first"} {
			b.Run(fmt.Sprintf("%d calls, %s", calls, order), func(b *testing.B) {
				for b.Loop() {
					benchOnce(b, calls, order == "newest first")
				}
			})
		}
	}
}

func benchOnce(b *testing.B, calls int, newestFirst bool) {
	days, callsOf := benchDays(calls)
	if newestFirst {
		slices.Reverse(days)
	}
	m := &meter{}
	for _, d := range days {
		m.calls += d.Received
	}
	path := filepath.Join(b.TempDir(), "calls.db")
	zone := days[0].From.Location()
	a := opened(b, path, zone)
	for _, name := range []string{"fill", "again"} {
		for _, d := range days {
			fetched := callsOf(d)
			m.run(func() { put(b, a, d, fetched...) })
		}
		m.report(b, name)
	}
	check(b, a.Close())
	size, err := a.size()
	check(b, err)
	b.ReportMetric(float64(size)/float64(m.calls), "B/call")

	began := time.Now()
	a = opened(b, path, zone)
	b.ReportMetric(float64(time.Since(began).Microseconds())/1000, "open-ms")
	for _, readers := range []int{1, 2} {
		m.run(func() {
			var wait sync.WaitGroup
			for r := range readers {
				wait.Go(func() {
					for i := r; i < len(days); i += readers {
						n := 0
						for _, err := range a.Calls(b.Context(), days[i].From, days[i].To) {
							if err != nil {
								b.Error(err)
							}
							n++
						}
						if n != days[i].Received {
							b.Errorf("day %d: %d of %d calls", i, n, days[i].Received)
						}
					}
				})
			}
			wait.Wait()
		})
		m.report(b, fmt.Sprintf("read%d", readers))
	}
	again := callsOf(days[0])[:100]
	began = time.Now()
	update(b, a, days[0], again...)
	b.ReportMetric(float64(time.Since(began).Microseconds())/1000, "firstupdate-ms")
	runtime.GC()
	m.run(func() {})
	b.ReportMetric(float64(m.peak)/1e6, "held-heapMB")
	check(b, a.Close())
}

// BenchmarkRunningDay is what a refresh costs: a page of calls that changed, into
// a day that has many.
func BenchmarkRunningDay(b *testing.B) {
	for _, calls := range []int{1_000, 50_000} {
		b.Run(fmt.Sprintf("%d calls", calls), func(b *testing.B) {
			now := monday.To.AddDate(0, 1, 0)
			account := exoteltest.New(exoteltest.Options{CallsPerDay: calls * 6 / 5, Zone: india, Now: func() time.Time { return now }})
			a := newArchive(b)
			fetched := account.Calls(monday.From, monday.To)
			r := must(a.Begin(monday.From, monday.To))(b)
			before := heap()
			for i := range fetched {
				check(b, r.Add(&fetched[i]))
			}
			held := float64(heap()-before) / float64(len(fetched))
			check(b, r.Keep(b.Context(), monday))
			page := fetched[len(fetched)-100:]
			for b.Loop() {
				for i := range page {
					page[i].Duration++
				}
				if stored, added := update(b, a, monday, page...); stored != len(fetched) || added != 0 {
					b.Fatalf("%d stored, %d added", stored, added)
				}
			}
			b.ReportMetric(held, "heapB/call") // of the whole day on its way in
		})
	}
}

func heap() uint64 {
	runtime.GC()
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
