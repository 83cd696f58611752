package monitor

import (
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/journal"
)

const (
	toldBlind = "announcement: Exotel Monitor can't see your lines"
	toldSees  = "recovery: Exotel Monitor can see your lines again"
)

// watching starts a watch that asks for two ExoPhones, and hears when the account
// refuses the keys for something else.
func watching(t *testing.T, path string, p *phones) *rig {
	return start(t, path, func(o *Options) {
		o.Source, o.Now = p, p.Now
		o.AccessErr = func() error {
			if failed := p.error.Load(); failed != nil && failed.RefusesKeys() {
				return failed
			}
			return nil
		}
	})
}

func TestRefusedKeysAreKnownAtOnceAndToldOnce(t *testing.T) {
	for _, kind := range []exotel.Kind{exotel.KindCredentials, exotel.KindForbidden} {
		inTime(t, func(t *testing.T, path string) {
			p := &phones{}
			r := watching(t, path, p)
			if level := r.Snapshot().Health.Level; level != heartbeat.OK {
				t.Fatalf("at first %s", level)
			}
			refusal := &exotel.Error{Op: "check an ExoPhone", Kind: kind}
			p.error.Store(refusal)
			time.Sleep(2*evaluateEvery + time.Second)
			if h := r.Snapshot().Health; h.Level != heartbeat.Unknown || h.BlindErr != refusal || h.UpCount() != 0 {
				t.Errorf("%s: after seconds %s, blind for %v, %d up", kind, h.Level, h.BlindErr, h.UpCount())
			}
			time.Sleep(10 * time.Minute)
			r.told(toldBlind)
			r.stop()
			r = watching(t, path, p)
			time.Sleep(time.Minute)
			r.told()
			p.error.Store(nil)
			time.Sleep(2*evaluateEvery + time.Second)
			r.told(toldSees)
			if p := r.Snapshot(); p.Health.Level != heartbeat.OK || p.Alert != nil {
				t.Errorf("%s: in the end %s, %+v", kind, p.Health.Level, p.Alert)
			}
			r.stop()
		})
	}
}

func TestATimeWithoutSightIsOnRecord(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		p := &phones{}
		r := watching(t, path, p)
		p.error.Store(&exotel.Error{Op: "check an ExoPhone", Kind: exotel.KindCredentials, Status: 401})
		time.Sleep(time.Minute)
		p.error.Store(nil)
		time.Sleep(time.Minute)
		r.push(post("WARNING", "08040000001"))
		entries, err := r.journal.Alerts(t.Context(), journal.Filter{}, 10)
		if err != nil || len(entries) != 2 {
			t.Fatalf("%d alerts, %v", len(entries), err)
		}
		in := entries[1].Incidents[0]
		if lasted := in.Closed.Sub(in.Opened); !in.OfMonitor || in.Direction != "" || lasted < 50*time.Second || lasted > 70*time.Second {
			t.Errorf("got %+v", in)
		}
		if n := len(entries[1].Deliveries); n != 2 {
			t.Errorf("%d notifications", n)
		}
		if in.Name == "" || !strings.HasPrefix(in.Cause, "Exotel refused the API key or token") {
			t.Errorf("recorded as %q: %q", in.Name, in.Cause)
		}
		r.stop()
	})
}

func TestWhoCannotBeReachedForAnIntervalIsToldOnce(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		p := &phones{}
		r := watching(t, path, p)
		p.error.Store(&exotel.Error{Op: "check an ExoPhone", Kind: exotel.KindNetwork})
		time.Sleep(9 * time.Minute) // an attempt fails five minutes after the last round
		r.told()
		if level := r.Snapshot().Health.Level; level != heartbeat.OK {
			t.Errorf("before an interval %s", level)
		}
		time.Sleep(3 * time.Minute)
		r.told(toldBlind)
		if level := r.Snapshot().Health.Level; level != heartbeat.Unknown {
			t.Errorf("after an interval %s", level)
		}
		p.error.Store(nil)
		time.Sleep(2 * time.Minute)
		r.told(toldBlind, toldSees)
		r.stop()
	})
}

func TestAComputerThatWakesIsNotBlindUntilAskingFails(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		p := &phones{}
		r := watching(t, path, p)
		for range 5 { // the lid is closed and opened, and the network takes a minute
			p.error.Store(&exotel.Error{Op: "check an ExoPhone", Kind: exotel.KindNetwork})
			time.Sleep(time.Minute)
			p.slept.Add(int64(8 * time.Hour))
			time.Sleep(time.Minute)
			p.error.Store(nil)
			time.Sleep(6 * time.Minute)
		}
		r.told()
		p.error.Store(&exotel.Error{Op: "check an ExoPhone", Kind: exotel.KindNetwork})
		p.slept.Add(int64(8 * time.Hour))
		time.Sleep(10 * time.Minute)
		r.told(toldBlind)
		p.slept.Add(int64(8 * time.Hour))
		time.Sleep(10 * time.Second)
		if p := r.Snapshot(); p.Alert == nil || p.Health.Level != heartbeat.Unknown {
			t.Errorf("asleep in between: %s, %+v", p.Health.Level, p.Alert)
		}
		r.stop()
	})
}

func TestHeartbeatsThatComeMakeUpForRefusedKeys(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		p := &phones{}
		r := watching(t, path, p)
		r.push(post("OK"))
		p.error.Store(&exotel.Error{Op: "check an ExoPhone", Kind: exotel.KindCredentials})
		for range 6 {
			time.Sleep(5 * time.Minute)
			r.push(post("OK"))
		}
		if h := r.Snapshot().Health; h.Level != heartbeat.OK || h.BlindErr != nil || h.PollErr == nil {
			t.Errorf("while heartbeats come: %s, blind for %v, trouble %v", h.Level, h.BlindErr, h.PollErr)
		}
		r.told()
		time.Sleep(16 * time.Minute)
		r.told(toldBlind)
		r.push(post("OK"))
		r.told(toldBlind, toldSees)
		r.stop()
	})
}

func TestHeartbeatsThatStopAreToldWhereNobodyAsks(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		p := &phones{}
		change := func(o *Options) { o.Source, o.Now, o.PollEvery = p, p.Now, 0 }
		r := start(t, path, change)
		time.Sleep(time.Hour)
		r.told() // none ever came: the address may not be entered at Exotel yet
		r.push(post("OK"))
		time.Sleep(16 * time.Minute)
		r.told(toldBlind)
		r.push(post("OK"))
		r.told(toldBlind, toldSees)
		r.stop()
		r = start(t, path, change)
		time.Sleep(10 * time.Minute)
		r.told()
		time.Sleep(10 * time.Minute)
		r.told(toldBlind)
		r.stop()
	})
}

func TestKeysRefusedForTheListAreKnownWhereOnlyHeartbeatsAreWanted(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		p := &phones{}
		p.error.Store(&exotel.Error{Op: "list ExoPhones", Kind: exotel.KindCredentials})
		r := start(t, path, func(o *Options) { o.Source, o.PollEvery = p, 0 })
		time.Sleep(time.Minute)
		r.told(toldBlind)
		p.error.Store(nil)
		time.Sleep(6 * time.Minute)
		r.told(toldBlind, toldSees)
		r.stop()
	})
}
