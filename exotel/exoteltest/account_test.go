package exoteltest

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

func TestSidIsInvertible(t *testing.T) {
	letters, seen := 0, map[string]bool{}
	for day := 20000; day < 20050; day++ {
		for n := range 40 {
			sid := sidOf(3, day, n)
			d, i, ok := placeOf(3, sid)
			if !ok || d != day || i != n || seen[sid] || len(sid) != sidLength {
				t.Fatalf("%s: %d %d %v, want %d %d", sid, d, i, ok, day, n)
			}
			seen[sid] = true
			if last := sid[31]; last == 'l' || last == 'm' {
				letters++
			}
		}
	}
	if letters < 300 {
		t.Errorf("%d of 2000 Sids end in a letter", letters)
	}
}

func TestGeneratedDayIsDeterministicAndPlausible(t *testing.T) {
	a, _ := newTestAccount(4000)
	b, _ := newTestAccount(4000)
	from := time.Date(2026, 11, 16, 0, 0, 0, 0, a.zone)
	to := from.AddDate(0, 0, 1)
	calls := a.Calls(from, to)
	same(t, b.Calls(from, to), calls)

	inbound, answered, equal, phones, callers := 0, 0, 0, map[string]int{}, map[string]int{}
	for i, c := range calls {
		if i > 0 && c.Created.Equal(calls[i-1].Created) {
			equal++
		}
		if c.Direction == exotel.DirectionInbound {
			inbound++
			callers[c.From]++
		}
		if c.Details.Conversation > 0 {
			answered++
		}
		phones[c.ExoPhone]++
	}
	n := len(calls)
	if n < 3800 || n > 5200 { // a Monday
		t.Errorf("%d calls", n)
	}
	if share := float64(inbound) / float64(n); share < 0.61 || share > 0.69 {
		t.Errorf("inbound share %.2f", share)
	}
	if share := float64(answered) / float64(n); share < 0.6 || share > 0.8 {
		t.Errorf("answered share %.2f", share)
	}
	if len(phones) != 6 || equal == 0 || len(callers) > inbound*19/20 {
		t.Errorf("phones %v, %d equal times, %d callers of %d calls", phones, equal, len(callers), inbound)
	}
}

func TestGeneratedCallsReadBack(t *testing.T) {
	a, _ := newTestAccount(700)
	a.Add(EdgeRows(testNow.AddDate(0, 0, -2), a.zone)...)
	from := time.Date(2026, 11, 14, 10, 0, 0, 0, a.zone)
	want := a.Calls(from, testNow.Add(time.Second))
	got, _ := fetch(t, a, "details=true&PageSize=100&SortBy=DateCreated:asc&"+between(from, testNow))
	same(t, got, want)

	desc, _ := fetch(t, a, "details=true&PageSize=37&"+between(from, testNow))
	slices.Reverse(desc)
	same(t, desc, want)

	for i := range want {
		want[i].Details = nil
	}
	bare, _ := fetch(t, a, "SortBy=DateCreated:asc&PageSize=99&"+between(from, testNow))
	same(t, bare, want)
}

func TestCallGrowsUp(t *testing.T) {
	a, clock := newTestAccount(0)
	created := testNow
	done := edgeCall("growing", created)
	a.Add(done)
	for _, test := range []struct {
		after                  time.Duration
		exists, ended, settled bool
		status                 string
	}{
		{-time.Second, false, false, false, ""},
		{0, true, false, false, exotel.StatusRinging},
		{20 * time.Second, true, false, false, exotel.StatusInProgress},
		{95 * time.Second, true, true, false, exotel.StatusCompleted},
		{95*time.Second + 2*time.Minute - time.Second, true, true, false, exotel.StatusCompleted},
		{95*time.Second + 5*time.Minute, true, true, true, exotel.StatusCompleted},
	} {
		clock.now = created.Add(test.after)
		got, _ := fetch(t, a, "details=true")
		same(t, got, a.Calls(created.Add(-time.Hour), created.Add(time.Hour)))
		if (len(got) == 1) != test.exists {
			t.Fatalf("after %v: %d calls", test.after, len(got))
		}
		if !test.exists {
			continue
		}
		c := got[0]
		if c.Status != test.status || (c.Details != nil) != test.ended {
			t.Errorf("after %v: %+v", test.after, c)
		}
		if settled := c.Duration == 95 && c.Price != "" && c.RecordingURL != "" && !c.Ended.IsZero(); settled != test.settled {
			t.Errorf("after %v: %+v", test.after, c)
		}
		if !test.settled && (c.Duration != exotel.Unknown || !c.Ended.IsZero()) {
			t.Errorf("after %v: %+v", test.after, c)
		}
		unfinished := exotel.Details{Leg1Status: exotel.StatusCompleted}
		if test.ended && !test.settled && !reflect.DeepEqual(*c.Details, unfinished) {
			t.Errorf("after %v: %+v", test.after, *c.Details)
		}
	}
}

func TestAddReplacesBySid(t *testing.T) {
	a, clock := newTestAccount(0)
	first := edgeCall("one", testNow.Add(-50*time.Hour))
	second := first
	second.Created, second.Status = testNow.Add(-2*time.Hour), "busy"
	a.Add(first, exotel.Call{Created: testNow.Add(-time.Hour), Status: "failed"})
	a.Add(second)
	clock.now = testNow.Add(time.Hour)
	got := a.Calls(testNow.AddDate(0, 0, -5), testNow)
	if len(got) != 2 || got[0].Status != "busy" || len(got[1].Sid) != sidLength {
		t.Errorf("%+v", got)
	}
}

// A day whose calls never end is no excuse to remember matches too early.
func TestFilterSeesRowsThatComeLater(t *testing.T) {
	a, clock := newTestAccount(0)
	for i := range 3 {
		a.Add(exotel.Call{Created: testNow.Add(time.Duration(i) * time.Minute), Status: exotel.StatusQueued})
	}
	for i := range 3 {
		clock.now = testNow.Add(time.Duration(i) * time.Minute)
		if calls, _ := fetch(t, a, "Status=queued"); len(calls) != i+1 {
			t.Errorf("after %d minutes: %d calls", i, len(calls))
		}
	}
}

func TestMemoryOfRenderedDaysIsBounded(t *testing.T) {
	var shown renderedDays
	var days []*day
	for range 5 {
		d := &day{}
		d.bytes.Store(&renderedDay{bytes: make([]byte, renderBudgetBytes/3)})
		days = append(days, d)
		shown.add(d, renderBudgetBytes/3)
	}
	kept := 0
	for _, d := range days {
		if d.bytes.Load() != nil {
			kept++
		}
	}
	if kept != 3 || days[4].bytes.Load() == nil {
		t.Errorf("%d days kept", kept)
	}
}
