package webhook

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/metrics"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// peakHeap follows the heap, the clients' share included, until stop returns
// the most bytes it ever had, garbage included.
func peakHeap() (stop func() uint64) {
	done, most := make(chan struct{}), make(chan uint64)
	go func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
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

// hammer has clients post until each number below n was sent, and returns how
// long each took from the first byte of the request to the last of the answer.
func hammer(clients, n int, post func(client *http.Client, i int) error) ([]time.Duration, error) {
	took := make([]time.Duration, n)
	failed := make([]error, clients)
	var next atomic.Int64
	var group sync.WaitGroup
	for c := range clients {
		group.Go(func() {
			client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for i := int(next.Add(1)) - 1; i < n && failed[c] == nil; i = int(next.Add(1)) - 1 {
				begun := time.Now()
				failed[c] = post(client, i)
				took[i] = time.Since(begun)
			}
		})
	}
	group.Wait()
	slices.Sort(took)
	return took, errors.Join(failed...)
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func report(b *testing.B, took []time.Duration, peak uint64) {
	b.ReportMetric(milliseconds(took[len(took)/2]), "p50-ms")
	b.ReportMetric(milliseconds(took[len(took)*99/100]), "p99-ms")
	b.ReportMetric(float64(peak)/(1<<20), "peak-MB")
}

// heavyBeat is a heartbeat of at least size bytes.
func heavyBeat(size int) string {
	var rows []string
	for i, length := 0, 0; length < size; i++ {
		row := fmt.Sprintf(`"080400%05d":{"phone_number":"+9180400%05d","incoming_call":{"status":"major_outage","last_check_time":"2026-06-11T09:46:30Z","alternate_exophone":null},"outgoing_call":{"status":"active","last_check_time":"2026-06-11T09:46:10Z","alternate_exophone":null}}`, i, i)
		rows = append(rows, row)
		length += len(row) + 1
	}
	return `{"timestamp":"2026-06-11T09:47:00Z","status_type":"WARNING","incoming_affected":null,"outgoing_affected":null,"data":{` +
		strings.Join(rows, ",") + `}}`
}

func TestNoHeartbeatIsLostUnderLoad(t *testing.T) {
	const clients, n = 16, 400
	s := start(t, Options{Secret: secret}, patient)
	body := heavyBeat(50_000)
	_, err := hammer(clients, n, func(client *http.Client, _ int) error {
		return send(client, s.url(PathFor(secret)), strings.NewReader(body), http.StatusOK)
	})
	if delivered := s.delivered.Load(); err != nil || delivered != n {
		t.Errorf("%d of %d delivered, %v", delivered, n, err)
	}
}

// BenchmarkLoad sends 10,000 heartbeats of 50 KB from 16 clients.
func BenchmarkLoad(b *testing.B) {
	const clients, n = 16, 10_000
	body := heavyBeat(50_000)
	for b.Loop() {
		s := start(b, Options{Secret: secret}, defaultLimits)
		stop := peakHeap()
		took, err := hammer(clients, n, func(client *http.Client, _ int) error {
			return send(client, s.url(PathFor(secret)), strings.NewReader(body), http.StatusOK)
		})
		report(b, took, stop())
		if delivered := s.delivered.Load(); err != nil || delivered != n {
			b.Fatalf("%d of %d delivered, %v", delivered, n, err)
		}
	}
}

// BenchmarkOversize sends 100 bodies of 11 MB from 16 clients, every other one
// without saying its length ahead.
func BenchmarkOversize(b *testing.B) {
	const clients, n = 16, 100
	body := strings.Repeat(" ", 11<<20)
	for b.Loop() {
		s := start(b, Options{Secret: secret}, defaultLimits)
		stop := peakHeap()
		took, err := hammer(clients, n, func(client *http.Client, i int) error {
			var reader io.Reader = strings.NewReader(body)
			if i%2 == 1 {
				reader = chunked{reader}
			}
			return send(client, s.url(PathFor(secret)), reader, http.StatusRequestEntityTooLarge)
		})
		peak := stop()
		report(b, took, peak)
		if delivered := s.delivered.Load(); err != nil || delivered != 0 {
			b.Fatalf("%d delivered, %v", delivered, err)
		}
		if peak > 200<<20 {
			b.Fatalf("the heap had %d MB", peak>>20)
		}
	}
}

// send posts a body and returns an error unless the answer has the status.
func send(client *http.Client, url string, body io.Reader, want int) error {
	response, err := client.Post(url, "application/json", body)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if response.StatusCode != want {
		return fmt.Errorf("status %d, want %d", response.StatusCode, want)
	}
	return nil
}
