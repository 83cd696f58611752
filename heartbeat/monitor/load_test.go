package monitor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/heartbeat/webhook"
)

// station is a watch on a real file behind a real listener.
type station struct {
	*Monitor
	journal  *journal.Journal
	url      string
	accepted atomic.Int64
}

func startStation(t testing.TB) *station {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	f, err := file.Open(context.Background(), filepath.Join(t.TempDir(), "incidents.db"), journal.Schema, log)
	if err != nil {
		t.Fatal(err)
	}
	j := journal.New(f)
	s := &station{journal: j}
	s.Monitor, err = New(context.Background(), Options{
		Journal: j, Now: time.Now, ClockProven: func() bool { return true }, Log: log, Rules: alert.Rules{Critical: true, Warning: true, Zone: time.UTC},
		Send:    func(context.Context, journal.Delivery) (journal.DeliveryState, error) { return journal.Accepted, nil },
		Publish: func(Snapshot) {},
	})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.url = "http://" + listener.Addr().String() + webhook.Path
	ctx, cancel := context.WithCancel(context.Background())
	var work sync.WaitGroup
	work.Go(func() { s.Run(ctx) })
	work.Go(func() {
		_ = webhook.Serve(ctx, listener, webhook.Options{Log: log, Deliver: func(body []byte) bool {
			s.accepted.Add(1)
			return s.Heartbeat(body)
		}})
	})
	t.Cleanup(func() {
		cancel()
		work.Wait()
		_ = f.Close()
	})
	return s
}

// send posts a body and returns the status of the answer.
func send(client *http.Client, url string, body []byte) (int, error) {
	response, err := client.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}

// malformed is the nth body that is no heartbeat.
func malformed(n int) []byte {
	r := rand.New(rand.NewPCG(uint64(n), 1))
	good := post("WARNING", "08040000001")
	switch n % 8 {
	case 0:
		return good[:r.IntN(len(good))]
	case 1:
		return bytes.Repeat([]byte{'['}, 1+r.IntN(50_000))
	case 2:
		junk := make([]byte, r.IntN(2000))
		for i := range junk {
			junk[i] = byte(r.Uint32())
		}
		return junk
	case 3:
		return fmt.Appendf(nil, `{"status_type":%d}`, r.Int())
	case 4:
		return bytes.ReplaceAll(post("OK"), []byte("null"), []byte(`{"a":["b"]}`))
	case 5:
		return append(good, "\x00"...)
	case 6:
		return fmt.Appendf(nil, `{"status":"OK","x":%q}`, strings.Repeat("y", r.IntN(5000)))
	default:
		return []byte(`{"status_type":"OK","data":{"a":1e999}}`)
	}
}

func TestAThousandMalformedBodiesChangeNothing(t *testing.T) {
	s := startStation(t)
	client := &http.Client{}
	defer client.CloseIdleConnections()
	for n := range 1000 {
		if code, err := send(client, s.url, malformed(n)); err != nil || code != http.StatusBadRequest {
			t.Fatalf("%d: %d, %v: %.80q", n, code, err, malformed(n))
		}
	}
	if level := s.tracker.Health(time.Now()).Level; level != heartbeat.Unknown {
		t.Errorf("the level is %s", level)
	}
	if odd, err := s.journal.Unrecognized(context.Background()); err != nil || len(odd) > 20 {
		t.Errorf("%d odd posts on the disk, %v", len(odd), err)
	}
}

// heavy is a heartbeat of at least size bytes, made at a time, in which line n
// of many is down for good.
func heavy(size int, at time.Time) []byte {
	var rows []string
	for i, length := 0, 0; length < size; i++ {
		row := fmt.Sprintf(`"080400%05d":{"phone_number":"+9180400%05d","incoming_call":{"status":"major_outage","last_check_time":"2026-06-11T09:46:30Z","alternate_exophone":null},"outgoing_call":{"status":"active","last_check_time":"2026-06-11T09:46:10Z","alternate_exophone":null}}`, i, i)
		rows = append(rows, row)
		length += len(row) + 1
	}
	return fmt.Appendf(nil, `{"timestamp":%q,"status_type":"WARNING","incoming_affected":null,"outgoing_affected":null,"data":{%s}}`,
		at.Format(time.RFC3339Nano), strings.Join(rows, ","))
}

// peakHeap follows the heap until stop returns the most it ever had.
func peakHeap() (stop func() uint64) {
	done, most := make(chan struct{}), make(chan uint64)
	go func() {
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		var peak uint64
		for {
			metrics.Read(sample)
			peak = max(peak, sample[0].Value.Uint64())
			select {
			case <-tick.C:
			case <-done:
				most <- peak
				return
			}
		}
	}()
	return func() uint64 {
		close(done)
		return <-most
	}
}

// BenchmarkHeartbeats posts heartbeats of 50 KB, of rising times, to a watch with
// its record on the disk.
func BenchmarkHeartbeats(b *testing.B) {
	for _, test := range []struct{ clients, n int }{{1, 1000}, {16, 10_000}} {
		b.Run(fmt.Sprintf("%d from %d clients", test.n, test.clients), func(b *testing.B) {
			for b.Loop() {
				postMany(b, test.clients, test.n)
			}
		})
	}
}

func postMany(b *testing.B, clients, n int) {
	const size = 50_000
	s := startStation(b)
	begin := time.Now().Add(-time.Minute)
	took := make([]time.Duration, n)
	failed := make([]error, clients)
	stop := peakHeap()
	var next atomic.Int64
	var group sync.WaitGroup
	for c := range clients {
		group.Go(func() {
			client := &http.Client{}
			defer client.CloseIdleConnections()
			for i := int(next.Add(1)) - 1; i < n && failed[c] == nil; i = int(next.Add(1)) - 1 {
				body := heavy(size, begin.Add(time.Duration(i)*time.Millisecond))
				sent := time.Now()
				code, err := send(client, s.url, body)
				took[i] = time.Since(sent)
				if err == nil && code != http.StatusOK {
					err = fmt.Errorf("status %d", code)
				}
				failed[c] = err
			}
		})
	}
	group.Wait()
	peak := stop()
	if err := errors.Join(failed...); err != nil || s.accepted.Load() != int64(n) {
		b.Fatalf("%d of %d, %v", s.accepted.Load(), n, err)
	}
	h := s.tracker.Health(time.Now())
	if _, _, down := h.AffectedCounts(); h.Level != heartbeat.Warning || down != strings.Count(string(heavy(size, begin)), "phone_number") {
		b.Fatalf("%s with %d down", h.Level, down)
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[n/2])/1e6, "p50-ms")
	b.ReportMetric(float64(took[n*99/100])/1e6, "p99-ms")
	b.ReportMetric(float64(peak)/(1<<20), "peak-MB")
}
