package exoteltest

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Stats counts the requests to an account and its answers.
type Stats struct {
	Requests int
	ByPath   map[string]int
	ByStatus map[int]int // 0 counts connections that were reset
	// Limited has the number of 429s in each rate window, in order.
	Limited     []int
	MaxInFlight int
	Rows        int      // calls sent in lists, repeated ones included
	Queries     []string // raw queries of call list requests, while recording
}

type stats struct {
	mu        sync.Mutex
	s         Stats
	inFlight  int
	recording bool
}

func (t *stats) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.s = Stats{ByPath: map[string]int{}, ByStatus: map[int]int{}, MaxInFlight: t.inFlight}
}

func (t *stats) enter(r *http.Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.inFlight++
	t.s.Requests++
	t.s.ByPath[r.URL.Path]++
	t.s.MaxInFlight = max(t.s.MaxInFlight, t.inFlight)
	if t.recording && strings.HasSuffix(r.URL.Path, "/Calls.json") {
		t.s.Queries = append(t.s.Queries, r.URL.RawQuery)
	}
}

func (t *stats) leave(status, rows int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.inFlight--
	t.s.ByStatus[status]++
	t.s.Rows += rows
}

// window notes a request in a rate window, numbered from 1, and whether it was refused.
func (t *stats) window(n int, refused bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.s.Limited) < n {
		t.s.Limited = append(t.s.Limited, 0)
	}
	if refused {
		t.s.Limited[n-1]++
	}
}

// Stats returns the counts since New or ResetStats.
func (a *Account) Stats() Stats {
	a.stats.mu.Lock()
	defer a.stats.mu.Unlock()
	s := a.stats.s
	s.ByPath, s.ByStatus = maps.Clone(s.ByPath), maps.Clone(s.ByStatus)
	s.Limited, s.Queries = slices.Clone(s.Limited), slices.Clone(s.Queries)
	return s
}

// ResetStats sets all counts to zero.
func (a *Account) ResetStats() { a.stats.reset() }

// Record turns the recording of queries on or off. It is off at first.
func (a *Account) Record(on bool) {
	a.stats.mu.Lock()
	defer a.stats.mu.Unlock()
	a.stats.recording = on
}
