package metrics

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics/archive"
	"exotel-monitor/metrics/archive/file"
)

// openStored names an archive of which the test binary takes everything into
// memory, as the program does when it starts, instead of testing.
const openStored = "EXOTEL_TEST_OPEN"

// started says what a start cost: milliseconds since the archive was opened, and
// megabytes of memory beyond the empty process.
type started struct{ Open, Today, Ready, Peak float64 }

func start(path string) error {
	empty := resident("VmRSS")
	began := time.Now()
	since := func() float64 { return float64(time.Since(began).Microseconds()) / 1000 }
	var s started
	ledger, end, err := stored(path)
	if err != nil {
		return err
	}
	s.Open = since()
	ledger.Known(context.Background(), oneDay(yesterday)).Summary(Filter{})
	s.Today = since()
	all := ledger.Period(Choice{Range: AllStored})
	if view := ledger.Known(context.Background(), all); view.Summary(Filter{}).Calls() == 0 {
		return fmt.Errorf("nothing is stored in %s", path)
	}
	s.Ready = since()
	s.Peak = resident("VmHWM") - empty
	if err := json.NewEncoder(os.Stdout).Encode(s); err != nil {
		return err
	}
	return end()
}

// resident is a line of this process's memory in megabytes; Linux only.
func resident(line string) float64 {
	text, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(text), line+":")
	kilobytes, _ := strconv.Atoi(strings.Fields(rest + " 0")[0])
	return float64(kilobytes) / 1024
}

// stored is a ledger over an archive whose account cannot be reached.
func stored(path string) (*Ledger, func() error, error) {
	client, err := exotel.New(exotel.Options{
		BaseURL: "https://api.exotel.com", SID: "acme1", Key: "key", Token: "token", Now: func() time.Time { return noon },
	})
	if err != nil {
		return nil, nil, err
	}
	ctx, log := context.Background(), slog.New(slog.DiscardHandler)
	disk, err := file.Open(ctx, path, log)
	if err != nil {
		return nil, nil, err
	}
	store, err := archive.New(ctx, disk, client.Zone())
	if err != nil {
		return nil, nil, err
	}
	ledger := NewLedger(client)
	return ledger, disk.Close, ledger.UseStore(ctx, store, log)
}

// fillWith stores about as many calls as asked for, over the 180 days up to
// yesterday.
func fillWith(b *testing.B, path string, calls int) {
	const days = 180
	account := exoteltest.New(exoteltest.Options{CallsPerDay: calls * 13 / 10 / days, Now: func() time.Time { return noon }})
	ledger, end, err := stored(path)
	if err != nil {
		b.Fatal(err)
	}
	for day := yesterday.Add(1 - days); !yesterday.Before(day); day = day.Add(1) {
		listed := account.Calls(ledger.from(day), ledger.from(day.Add(1)))
		keeping := ledger.keep(day)
		for i := range listed {
			keeping.add(&listed[i])
		}
		read := newDayCalls()
		read.tally = exotel.Tally{Announced: len(listed), Received: len(listed)}
		read.readAt, read.complete = noon, true
		if keeping.end(b.Context(), read); keeping.err != nil {
			b.Fatal(keeping.err)
		}
	}
	if err := end(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkStored: how soon the stored calls are there after a start, in a process
// of its own, and how soon the figures of any filter over all of them.
func BenchmarkStored(b *testing.B) {
	for _, calls := range []int{10_000, 100_000, 1_000_000} {
		path := filepath.Join(b.TempDir(), "calls.db")
		filled := false
		fill := func(b *testing.B) {
			if !filled {
				fillWith(b, path, calls)
				filled = true
			}
		}
		b.Run(fmt.Sprintf("start/%d", calls), func(b *testing.B) {
			fill(b)
			b.ResetTimer()
			var s started
			for b.Loop() {
				command := exec.Command(os.Args[0])
				command.Env = append(os.Environ(), openStored+"="+path)
				out, err := command.Output()
				if err == nil {
					err = json.Unmarshal(out, &s)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(s.Open, "open-ms")
			b.ReportMetric(s.Today, "day-ms")
			b.ReportMetric(s.Ready, "all-ms")
			b.ReportMetric(s.Peak, "peak-MB")
		})
		b.Run(fmt.Sprintf("filter/%d", calls), func(b *testing.B) {
			fill(b)
			ledger, end, err := stored(path)
			if err != nil {
				b.Fatal(err)
			}
			view := ledger.Known(b.Context(), ledger.Period(Choice{Range: AllStored}))
			busy := Busy
			for _, test := range []struct {
				name   string
				filter Filter
			}{
				{"none", Filter{}}, {"direction", Filter{Direction: in}}, {"number", Filter{ExoPhone: "08040000001"}}, {"status", Filter{Status: &busy}},
				{"all three", Filter{Direction: in, ExoPhone: "08040000001", Status: &busy}},
				{"a whole number", Filter{Text: SearchText("+91 98000 00001")}}, {"four digits", Filter{Text: "1234"}}, {"two digits", Filter{Text: "98"}}, {"one digit", Filter{Text: "9"}},
				{"an agent", Filter{Text: "agent17"}},
			} {
				b.Run(test.name, func(b *testing.B) {
					found := 0
					for b.Loop() {
						found = view.Summary(test.filter).Calls()
					}
					b.ReportMetric(float64(b.Elapsed().Microseconds())/1000/float64(b.N), "ms")
					b.ReportMetric(float64(found), "found")
					b.ReportMetric(0, "ns/op")
				})
			}
			if err := end(); err != nil {
				b.Fatal(err)
			}
		})
	}
}
