package exotel_test

import (
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

// repeated are zones whose clocks show an hour twice: time.Date takes the first of
// two times west of Greenwich, and the second east of it.
var repeated = map[string]time.Time{ // the second begins
	"America/New_York": time.Date(2026, 11, 1, 6, 0, 0, 0, time.UTC),
	"Europe/Berlin":    time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC),
	"Asia/Beirut":      time.Date(2026, 10, 24, 21, 0, 0, 0, time.UTC),
	"Asia/Amman":       time.Date(2021, 10, 28, 22, 0, 0, 0, time.UTC), // from 01:00 to 00:00
}

// everySoOften is an account with a call every so often around a moment.
func everySoOften(t *testing.T, name string, around time.Time, every time.Duration, now time.Time) (*exoteltest.Account, *time.Location) {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	account := exoteltest.New(exoteltest.Options{SID: testSID, Key: testKey, Token: testToken, Zone: zone, Now: frozen(now)})
	var calls []exotel.Call
	for at := around.Add(-30 * time.Hour); at.Before(around.Add(30 * time.Hour)); at = at.Add(every) {
		calls = append(calls, exotel.Call{Created: at, Started: at, Ended: at.Add(20 * time.Second), Status: exotel.StatusCompleted, Duration: 20})
	}
	account.Add(calls...)
	return account, zone
}

func TestTheDayIsWholeWhileItsClockShowsAnHourTwice(t *testing.T) {
	for name, back := range repeated {
		for _, since := range []time.Duration{-40 * time.Minute, -time.Second, 10 * time.Minute, 50 * time.Minute, 70 * time.Minute} {
			now := back.Add(since)
			account, zone := everySoOften(t, name, back, 3*time.Minute, now)
			client := newClient(t, account, func(o *exotel.Options) { o.Zone, o.Now = zone, frozen(now) })
			from, to := midnight(now.In(zone)), midnight(now.In(zone)).AddDate(0, 0, 1)
			if earlier := from.Add(-time.Hour); earlier.Day() == from.Day() {
				from = earlier // midnight itself comes twice
			}
			r := read(client, exotel.Query{From: from, To: to})
			mustSucceed(t, r)
			if want := len(account.Calls(from, to)); len(r.calls) != want {
				t.Errorf("%s, %s: %d calls of %d", name, now.In(zone), len(r.calls), want)
			}
		}
	}
}
