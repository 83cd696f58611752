package exotel_test

import (
	"slices"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

// Thirty days of the guide's volume, 37,410 calls, from an account that allows
// 200 requests a minute.
func TestAMonthWithinTheAccountsLimit(t *testing.T) {
	for name, test := range map[string]struct {
		rate, most429 int
		header        bool
		latency, most time.Duration
	}{
		"at the default rate":            {0, 0, false, 30 * time.Millisecond, 125 * time.Second},
		"at 200 a minute":                {200, 1, false, 30 * time.Millisecond, 150 * time.Second},
		"at 200 with Retry-After":        {200, 1, true, 30 * time.Millisecond, 150 * time.Second},
		"with answers that take seconds": {0, 0, false, 2 * time.Second, 150 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			passed := bubble(t, func(t *testing.T) {
				account := newAccount(0)
				for day := range 30 {
					account.Add(exoteltest.SampleDay(noon.AddDate(0, 0, -1-day), exotel.India)...)
				}
				account.SetFaults(exoteltest.Faults{RatePerMinute: 200, RetryAfter: test.header, Delay: test.latency})
				r := readDays(newClient(t, account, func(o *exotel.Options) { o.RatePerMinute = test.rate }), 30)
				mustSucceed(t, r)
				if len(r.calls) != 37_410 {
					t.Errorf("read %d calls", len(r.calls))
				}
				stats := account.Stats()
				if slices.Max(stats.Limited) > test.most429 {
					t.Errorf("429s by window: %v", stats.Limited)
				}
				if most := 375 + 25; stats.Requests > most {
					t.Errorf("%d requests, want at most %d", stats.Requests, most)
				}
				t.Logf("%d requests, 429s by window %v", stats.Requests, stats.Limited)
			})
			t.Logf("took %v", passed)
			if passed > test.most {
				t.Errorf("took %v, want at most %v", passed, test.most)
			}
		})
	}
}

func TestADayLoadsAtOnce(t *testing.T) {
	passed := bubble(t, func(t *testing.T) {
		account := newAccount(0)
		account.Add(exoteltest.SampleDay(noon.AddDate(0, 0, -1), exotel.India)...)
		account.SetFaults(exoteltest.Faults{RatePerMinute: 200, Delay: 30 * time.Millisecond})
		r := read(newClient(t, account, func(o *exotel.Options) { o.RatePerMinute = 0 }), lastDays(1))
		mustSucceed(t, r)
	})
	if passed > 13*31*time.Millisecond {
		t.Errorf("thirteen pages took %v", passed)
	}
}

func TestAtMostEightRequestsAreUnderWay(t *testing.T) {
	bubble(t, func(t *testing.T) {
		account := newAccount(1247)
		account.SetFaults(exoteltest.Faults{Delay: time.Second})
		mustSucceed(t, readDays(newClient(t, account, nil), 20))
		if n := account.Stats().MaxInFlight; n != 8 {
			t.Errorf("up to %d requests were under way, want 8", n)
		}
	})
}
