//go:build linux

package sqlite_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/calls/sqlite"
)

// noon is the time of the benchmarks; the days before it are stored.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, exotel.India)

const benchDays = 183

// sizeEnv is the number of calls, where it is to be another than that of a large
// account.
const sizeEnv = "EXOTEL_BENCH_CALLS"

func init() {
	helpers["fill"] = fillFile
	helpers["start"] = start
}

// BenchmarkStore prints how long questions take about six months of a large account.
// The file is filled and opened by processes of their own.
func BenchmarkStore(b *testing.B) {
	path := filepath.Join(b.TempDir(), "calls.db")
	var f filled
	output(b, process("fill", path), &f)
	b.Logf("%d calls, saved at %.0f/s (%.0f in a second of processor time) with %.0f MB at most, %.0f bytes each",
		f.Calls, f.PerSecond, f.PerCPUSecond, f.PeakMB, f.Bytes)
	b.Run("start", func(b *testing.B) {
		var s started
		for b.Loop() {
			output(b, process("start", path), &s)
		}
		b.ReportMetric(s.Open, "open-ms")
		b.ReportMetric(s.Today, "today-ms")
		b.ReportMetric(s.All, "all-ms")
		b.ReportMetric(s.AllCPU, "all-cpu-ms")
		b.ReportMetric(s.RestMB, "rest-MB")
		b.ReportMetric(s.PeakMB, "peak-MB")
	})
	store := open(b, path, exotel.India)
	ask := func(name string, q calls.Query, by ...calls.Dimension) {
		q.Now = noon
		b.Run(name, func(b *testing.B) {
			measure(b, func() error {
				_, err := store.Group(b.Context(), q, by...)
				return err
			})
		})
	}
	missed := []metrics.Status{metrics.NoAnswer, metrics.Busy, metrics.Failed, metrics.Canceled}
	for name, q := range map[string]calls.Query{
		"all":           {},
		"inbound":       {Directions: []calls.Direction{calls.Inbound}},
		"missed of one": {Lines: []string{"08040000001"}, Statuses: missed},
		"hours":         {Hours: []int{9, 10, 11}, Weekdays: []time.Weekday{time.Monday}},
		"one caller":    {Callers: []string{caller(b, store)}},
	} {
		ask("filter/"+name, q, figures...)
	}
	ask("by/day, hour, status, outcome", calls.Query{}, calls.ByDay, calls.ByHour, calls.ByStatus, calls.ByOutcome)
	ask("by/line, status", calls.Query{}, calls.ByLine, calls.ByStatus)
	ask("by/agent, outcome", calls.Query{}, calls.ByAgent, calls.ByOutcome)
	ask("part/four digits", calls.Query{Text: "1234"}, figures...)
	ask("part/two digits", calls.Query{Text: "98"}, figures...)
	for by := range calls.NumColumns {
		b.Run(fmt.Sprintf("page/by %d", by), func(b *testing.B) {
			q := calls.Query{Now: noon, Order: calls.Order{By: by}, Limit: 100, Statuses: append(missed, metrics.Answered)}
			measure(b, func() error {
				for call, err := range store.Calls(b.Context(), q) {
					if err != nil {
						return err
					}
					q.After = call.Cursor
				}
				return nil
			})
		})
	}
	for by := range calls.NumColumns {
		b.Run(fmt.Sprintf("middle/by %d", by), func(b *testing.B) {
			q := calls.Query{Now: noon, Order: calls.Order{By: by}, Skip: f.Calls / 2, Limit: 100}
			measure(b, func() error {
				for _, err := range store.Calls(b.Context(), q) {
					if err != nil {
						return err
					}
				}
				return nil
			})
		})
	}
	b.Run("export", func(b *testing.B) {
		q := calls.Query{Now: noon, Order: calls.Order{By: calls.Talk}}
		measure(b, func() error {
			for _, err := range store.Calls(b.Context(), q) {
				if err != nil {
					return err
				}
			}
			return nil
		})
	})
	b.Run("history", func(b *testing.B) {
		q, n := calls.Query{Now: noon, Callers: []string{caller(b, store)}}, 0
		measure(b, func() error {
			n = 0
			for _, err := range store.Calls(b.Context(), q) {
				if err != nil {
					return err
				}
				n++
			}
			return nil
		})
		b.ReportMetric(float64(n), "calls")
	})
}

// figures are what a screen's cards and chart of days are made of.
var figures = []calls.Dimension{calls.ByDay, calls.ByStatus, calls.ByOutcome}

// measure runs f again and again, and reports the processor time that it takes. The
// computer may be busy with others.
func measure(b *testing.B, f func() error) {
	before := cpu()
	for b.Loop() {
		if err := f(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric((cpu()-before).Seconds()*1000/float64(b.N), "cpu-ms/op")
}

// cpu returns how long this process has used a processor.
func cpu() time.Duration {
	var usage unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// caller returns who called last.
func caller(b *testing.B, store calls.Store) (customer string) {
	for call, err := range store.Calls(b.Context(), calls.Query{Now: noon, Limit: 1}) {
		if err != nil {
			b.Fatal(err)
		}
		customer, _ = calls.Parties(&call.Call)
	}
	return customer
}

// output runs a helper and reads what it prints.
func output(b *testing.B, command *exec.Cmd, into any) {
	out, err := command.Output()
	if err == nil {
		err = json.Unmarshal(out, into)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// filled says what saving cost.
type filled struct {
	Calls                                  int
	PerSecond, PerCPUSecond, Bytes, PeakMB float64 // peak beyond the empty process
}

// fillFile saves whole days, and the running one by pages.
func fillFile(path string) error {
	n := 1_080_000
	if asked, err := strconv.Atoi(os.Getenv(sizeEnv)); err == nil {
		n = asked
	}
	empty := memory("VmRSS")
	store, err := sqlite.Open(context.Background(), path, exotel.India, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	like := likeDay(n * 118 / 100 / benchDays)
	var f filled
	took, worked, today := time.Duration(0), time.Duration(0), metrics.DateOf(noon)
	for day := today.Add(1 - benchDays); !today.Before(day); day = day.Add(1) {
		listed := like(day)
		f.Calls += len(listed)
		batch := calls.Batch{Date: day, Replace: day != today, UpdateDay: func(_ *calls.Day, stored, _ int) *calls.Day {
			return &calls.Day{Announced: stored, Received: stored, ReadAt: noon, Complete: true}
		}}
		size := len(listed) + 1
		if day == today {
			size = 100
		}
		began, before := time.Now(), cpu()
		for page := range slices.Chunk(listed, size) {
			batch.Calls = page
			if err := store.Put(context.Background(), batch); err != nil {
				return err
			}
		}
		took, worked = took+time.Since(began), worked+cpu()-before
	}
	if err := store.Close(); err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	f.PerSecond, f.PerCPUSecond = float64(f.Calls)/took.Seconds(), float64(f.Calls)/worked.Seconds()
	f.Bytes, f.PeakMB = float64(info.Size())/float64(f.Calls), memory("VmHWM")-empty
	return printLine(f)
}

// likeDay returns made-up calls of any day. They are those of the fake account's
// last working day, with the Sids and most of the numbers of others.
func likeDay(n int) func(day metrics.Date) []exotel.Call {
	account := exoteltest.New(exoteltest.Options{CallsPerDay: n, Now: func() time.Time { return noon }})
	last := metrics.DateOf(noon).Add(-3) // a Friday
	listed := account.Calls(last.In(exotel.India), last.Add(1).In(exotel.India))
	return func(day metrics.Date) []exotel.Call {
		made, ago := slices.Clone(listed), metrics.Period{From: day, To: last}.Days()-1
		for i := range made {
			c := &made[i]
			link := c.RecordingURL
			sid := fmt.Sprintf("%03d%s", ago+1, c.Sid[3:])
			c.RecordingURL, c.Sid = strings.ReplaceAll(link, c.Sid, sid), sid
			for _, at := range []*time.Time{&c.Created, &c.Updated, &c.Started, &c.Ended} {
				if !at.IsZero() {
					*at = at.AddDate(0, 0, -ago)
				}
			}
			if from := c.From; i%4 > 0 && len(from) > 8 && from[0] == '0' {
				c.From = fmt.Sprintf("%s%04d", from[:len(from)-4], (i+ago*7)%10_000)
			}
		}
		return made
	}
}

// started says what a start cost: milliseconds since its begin, and megabytes of
// memory beyond the empty process.
type started struct{ Open, Today, All, AllCPU, RestMB, PeakMB float64 }

func start(path string) error {
	empty := memory("VmRSS")
	began := time.Now()
	since := func() float64 { return float64(time.Since(began).Microseconds()) / 1000 }
	ctx := context.Background()
	store, err := sqlite.Open(ctx, path, exotel.India, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	s := started{Open: since()}
	today := metrics.DateOf(noon)
	for _, q := range []calls.Query{{Period: metrics.Period{From: today, To: today}}, {}} {
		q.Now = noon
		before, worked := since(), cpu()
		if _, err := store.Group(ctx, q, figures...); err != nil {
			return err
		}
		if s.Today == 0 {
			s.Today = since()
		} else {
			s.All, s.AllCPU = since()-before, float64((cpu()-worked).Microseconds())/1000
		}
	}
	debug.FreeOSMemory()
	s.RestMB, s.PeakMB = memory("VmRSS")-empty, memory("VmHWM")-empty
	if err := printLine(s); err != nil {
		return err
	}
	return store.Close()
}

// memory returns a line of this process's memory in megabytes.
func memory(line string) float64 {
	text, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(text), line+":")
	kilobytes, _ := strconv.Atoi(strings.Fields(rest + " 0")[0])
	return float64(kilobytes) / 1024
}
