// Package exoteltest is a fake Exotel account behind an http.Handler. It follows
// API.md of package exotel, and plays what is disputed or unconfirmed there as Faults
// say. It serves the tests, the benchmarks and the product's demo account, so it
// knows nothing of package testing. It is not a telephone system: no call is
// ever placed.
//
//	account := exoteltest.New(exoteltest.Options{CallsPerDay: 1200})
//	server, err := exoteltest.Start(account)
//	if err != nil {
//		return err
//	}
//	defer server.Close()
//	// A client at server.URL with "acme1", "key" and "token" must read
//	// account.Calls(from, to), whatever account.SetFaults puts in its way.
//
// Calls are scripted with Account.Add, or generated from a seed and the date.
// Both grow up: a call does not exist before its Created, is live until its
// Ended and settles two to five minutes later.
package exoteltest

import (
	"cmp"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"exotel-monitor/exotel"
)

// Account is a fake Exotel account. It is safe for concurrent use, also while it serves.
type Account struct {
	sid, key, token string
	zone            *time.Location
	now             func() time.Time
	seed            uint64
	generator       *generator
	numbers         []string // of the ExoPhones generated calls use
	render          renderer

	faults atomic.Pointer[faultState]
	stats  stats

	mu     sync.RWMutex
	phones []ExoPhone
	days   map[int]*day          // built on demand
	script map[int][]exotel.Call // scripted calls by day, oldest first
	places map[string]int        // the day of each scripted Sid
	serial int                   // Sids given to scripted calls so far
	shown  renderedDays
}

// New returns an account. It has no goroutines and need not be closed.
func New(o Options) *Account {
	o = o.withDefaults()
	a := &Account{
		sid: o.SID, key: o.Key, token: o.Token,
		zone: o.Zone, now: o.Now, seed: o.Seed,
		generator: newGenerator(o),
		render:    renderer{account: o.SID, zone: o.Zone},
		phones:    o.ExoPhones,
		days:      map[int]*day{},
		script:    map[int][]exotel.Call{},
		places:    map[string]int{},
	}
	for _, p := range o.ExoPhones {
		a.numbers = append(a.numbers, p.Number)
	}
	a.stats.reset()
	a.SetFaults(Faults{})
	return a
}

// Add scripts calls beside the generated ones; a Sid that is already scripted
// is replaced, and a missing Sid is filled in. Give a call as it is when all is
// settled: before its Ended the account shows it live, and for a few minutes
// after that without its durations. Without Ended it is shown as given from its
// Created on, with Exotel's 1970 end when it has a Duration.
func (a *Account) Add(calls ...exotel.Call) {
	a.mu.Lock()
	defer a.mu.Unlock()
	touched := map[int]bool{}
	for _, c := range calls {
		c = a.normal(c)
		if old, ok := a.places[c.Sid]; ok {
			a.script[old] = slices.DeleteFunc(a.script[old], func(o exotel.Call) bool { return o.Sid == c.Sid })
			touched[old] = true
		}
		on := dayOf(c.Created, a.zone)
		a.places[c.Sid] = on
		a.script[on] = append(a.script[on], c)
		touched[on] = true
	}
	for on := range touched {
		slices.SortStableFunc(a.script[on], func(x, y exotel.Call) int { return x.Created.Compare(y.Created) })
		delete(a.days, on)
	}
}

// normal gives a scripted call the form in which a client can read it back:
// whole seconds in the account's zone, and a Sid.
func (a *Account) normal(c exotel.Call) exotel.Call {
	if c.Sid == "" {
		a.serial++
		c.Sid = padSid("scripted" + strconv.Itoa(a.serial) + "x")
	}
	for _, t := range []*time.Time{&c.Created, &c.Updated, &c.Started, &c.Ended} {
		if !t.IsZero() {
			*t = time.Unix(t.Unix(), 0).In(a.zone)
		}
	}
	if c.Details != nil {
		d := *c.Details
		d.Legs = append([]exotel.Leg(nil), d.Legs...)
		c.Details = &d
	}
	return c
}

// padSid makes a readable text as long as a Sid.
func padSid(s string) string {
	for len(s) < sidLength {
		s += "0"
	}
	return s
}

// Calls returns the truth: the calls created in [from, to) that the account shows
// now, oldest first, as a correct client reads them with details. Odd values
// that lose information (Faults.OddValues) are lost here too; hidden live calls
// are missing.
func (a *Account) Calls(from, to time.Time) []exotel.Call {
	f := &a.faults.Load().Faults
	now := a.now()
	l := a.list(window{from: from.Unix(), to: ceilUnix(to) - 1}, filter{hideLive: f.HideLive}, now)
	calls := make([]exotel.Call, 0, l.total)
	for _, s := range l.spans {
		for i := range s.len() {
			c := f.lose(a.seed, a.callAt(s.day, s.row(i), now))
			if f.oddForm(a.seed, &c).extra {
				c.Extra = "{" + extraFields + "}"
			}
			calls = append(calls, c)
		}
	}
	return calls
}

// ceilUnix rounds up: an exclusive end within a second still includes the
// calls of that second.
func ceilUnix(t time.Time) int64 {
	if t.Nanosecond() > 0 {
		return t.Unix() + 1
	}
	return t.Unix()
}

// Warm generates and renders the days of [from, to) ahead and keeps them, so
// that a benchmark measures its client and not this package.
func (a *Account) Warm(from, to time.Time) {
	last := dayOf(to.Add(-1), a.zone)
	for n := dayOf(from, a.zone); n <= last; n++ {
		if d := a.day(n); d != nil {
			d.keep.Store(true)
			a.rendered(d)
		}
	}
}

// SetPhone replaces the ExoPhone with the same SID, or adds it. Generated calls use the
// ExoPhones of Options only.
func (a *Account) SetPhone(p ExoPhone) {
	p = p.withDefaults()
	a.mu.Lock()
	defer a.mu.Unlock()
	phones := slices.Clone(a.phones)
	if i := slices.IndexFunc(phones, func(o ExoPhone) bool { return o.SID == p.SID }); i >= 0 {
		phones[i] = p
	} else {
		phones = append(phones, p)
	}
	a.phones = phones
}

// Phones returns the account's ExoPhones.
func (a *Account) Phones() []ExoPhone {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return slices.Clone(a.phones)
}

func compareCreated(r row, unix uint32) int { return cmp.Compare(r.created, unix) }
