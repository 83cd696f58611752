package exotel_test

import (
	"context"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

func TestAGentleClientTakesItsShareOnly(t *testing.T) {
	tests := map[string]struct {
		rate     int
		share    float64
		requests int
		least    time.Duration
	}{
		"a third of the default":     {0, 1.0 / 3, 31, 30 * time.Second},
		"a tenth of sixty":           {60, 0.1, 3, 20 * time.Second},
		"without a limit of our own": {-1, 1.0 / 3, 100, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			passed := bubble(t, func(t *testing.T) {
				client := newClient(t, newAccount(0), func(o *exotel.Options) { o.RatePerMinute = test.rate }).LowPriority(test.share)
				for range test.requests {
					if _, err := client.Probe(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
			})
			if passed < test.least-time.Second || passed > test.least+time.Second {
				t.Errorf("%d requests in %v, want %v", test.requests, passed, test.least)
			}
		})
	}
}

func TestAGentleClientLetsOthersGoFirstAfterA429(t *testing.T) {
	bubble(t, func(t *testing.T) {
		account := newAccount(0)
		account.SetFaults(exoteltest.Faults{FailStatus: 429, FailCount: 1})
		client := newClient(t, account, nil)
		began := time.Now()
		if _, err := client.Probe(t.Context()); err != nil { // is refused, waits and goes on
			t.Fatal(err)
		}
		normal := time.Since(began)
		if _, err := client.LowPriority(1).Probe(t.Context()); err != nil {
			t.Fatal(err)
		}
		if gentle := time.Since(began); normal > 10*time.Second || gentle < normal+25*time.Second {
			t.Errorf("the others went on after %v, the gentle one after %v", normal, gentle)
		}
	})
}

func TestAGentleClientStopsWaitingWithItsContext(t *testing.T) {
	bubble(t, func(t *testing.T) {
		client := newClient(t, newAccount(0), func(o *exotel.Options) { o.RatePerMinute = 1 }).LowPriority(0.01)
		if _, err := client.Probe(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := client.Probe(ctx); err == nil {
			t.Error("a request went out before its turn")
		}
	})
}
