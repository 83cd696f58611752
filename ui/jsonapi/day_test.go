package jsonapi

import (
	"net/http"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/heartbeat/monitor"
)

// TestDashboardIsOfTheDayThatItIsWhenItIsAnswered: only Exotel's first answer tells
// a computer whose clock is wrong which day it is, and midnight may pass before it.
func TestDashboardIsOfTheDayThatItIsWhenItIsAnswered(t *testing.T) {
	noon := time.Date(2026, 11, 20, 12, 0, 0, 0, exotel.India)
	for name, c := range map[string]struct {
		asked, answered time.Time
		off             time.Duration // of the computer's clock
	}{
		"slow clock": {noon, noon, -20 * time.Hour},
		"fast clock": {noon, noon, 20 * time.Hour},
		"midnight":   {time.Date(2026, 11, 19, 23, 59, 59, 0, exotel.India), time.Date(2026, 11, 20, 0, 0, 1, 0, exotel.India), 0},
	} {
		t.Run(name, func(t *testing.T) {
			now := c.asked
			account := exoteltest.New(exoteltest.Options{CallsPerDay: 100, Now: func() time.Time { return now }})
			answers := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				now = c.answered
				account.ServeHTTP(w, r)
			})
			client, err := exotel.New(exotel.Options{
				BaseURL: "https://api.exotel.com", SID: "acme1", Key: "key", Token: "token",
				RatePerMinute: -1, Transport: wire{answers}, Now: func() time.Time { return now.Add(c.off) },
			})
			if err != nil {
				t.Fatal(err)
			}
			h := New(Options{Fetcher: newFetcher(t, client), Health: func() monitor.Snapshot { return monitor.Snapshot{} }})
			got := object(t, ask(h, "GET", "/api/dashboard").Body.Bytes())
			includes(t, "answer", got, object(t, []byte(`{"metrics": {"start": "2026-11-20", "end": "2026-11-20"}}`)))
		})
	}
}
