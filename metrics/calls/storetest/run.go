package storetest

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // the zones are the same on every computer

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// Run tests a store. open returns an empty store with days of a zone, and closes it when
// the test ends.
func Run(t *testing.T, open func(t *testing.T, zone *time.Location) calls.Store) {
	for _, account := range []struct {
		zone string
		days metrics.Period
	}{
		{"Asia/Kolkata", metrics.Period{From: date(2026, 10, 28), To: date(2026, 11, 10)}},
		{"America/New_York", metrics.Period{From: date(2026, 10, 28), To: date(2026, 11, 10)}},  // a day of 25 hours
		{"Europe/London", metrics.Period{From: date(2026, 3, 26), To: date(2026, 4, 2)}},        // a day of 23 hours
		{"Africa/Cairo", metrics.Period{From: date(2026, 4, 23), To: date(2026, 4, 25)}},        // a day that begins at 1:00
		{"America/Havana", metrics.Period{From: date(2026, 10, 31), To: date(2026, 11, 2)}},     // a day with 0:00 twice
		{"Australia/Lord_Howe", metrics.Period{From: date(2026, 10, 3), To: date(2026, 10, 5)}}, // half an hour of summer time
	} {
		t.Run(account.zone, func(t *testing.T) {
			zone, err := time.LoadLocation(account.zone)
			if err != nil {
				t.Fatal(err)
			}
			store := open(t, zone)
			made := Account(7, account.days, zone, 30)
			// The newest day first, as days are fetched.
			for day := account.days.To; !day.Before(account.days.From); day = day.Add(-1) {
				putDay(t, store, day, zone, made)
			}
			walk := Walk{Calls: made, Zone: zone}
			all := queries(account.days, zone)
			for i, name := range slices.Sorted(maps.Keys(all)) {
				t.Run(name, func(t *testing.T) {
					chosen := walk.Choose(all[name])
					compareGroups(t, store, chosen, all[name])
					by := []calls.Column{calls.Column(i) % calls.NumColumns}
					if name == "all" {
						by = allColumns()
					}
					compareLists(t, store, chosen, all[name], by)
				})
			}
		})
	}
	t.Run("rules of Put", func(t *testing.T) { putRules(t, open) })
}

func date(year int, month time.Month, day int) metrics.Date {
	return metrics.Date{Year: year, Month: month, Day: day}
}

// putDay saves a complete day.
func putDay(t *testing.T, store calls.Store, day metrics.Date, zone *time.Location, made []exotel.Call) {
	t.Helper()
	var of []exotel.Call
	for _, call := range made {
		if metrics.DateOf(metrics.CreatedAt(&call).In(zone)) == day {
			of = append(of, call)
		}
	}
	err := store.Put(t.Context(), calls.Batch{Date: day, Calls: of, Replace: true, UpdateDay: func(_ *calls.Day, stored, _ int) *calls.Day {
		return &calls.Day{Date: day, Announced: stored, Received: stored, ReadAt: day.Add(1).In(zone), Complete: true}
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// queries are of every kind, and some of several.
func queries(days metrics.Period, zone *time.Location) map[string]calls.Query {
	now := days.To.In(zone).Add(13 * time.Hour) // some calls are live
	week := metrics.Period{From: days.From.Add(2), To: days.From.Add(6)}
	q := map[string]calls.Query{
		"all":              {},
		"days":             {Period: week},
		"directions":       {Directions: []calls.Direction{calls.OutboundAPI, calls.OutboundDial}},
		"other direction":  {Directions: []calls.Direction{calls.OtherDirection}},
		"missed":           {Statuses: []metrics.Status{metrics.NoAnswer, metrics.Busy, metrics.Failed, metrics.Canceled}},
		"live":             {Statuses: []metrics.Status{metrics.Live}},
		"outcomes":         {Outcomes: []metrics.Outcome{metrics.MenuOnly, metrics.RangOut}},
		"hours":            {Hours: []int{0, 1, 2, 23}},
		"weekdays":         {Weekdays: []time.Weekday{time.Sunday, time.Monday}},
		"a line":           {Lines: []string{"918040000010"}},
		"lines":            {Lines: []string{"exo5b221ee9", "02240000012"}},
		"no such line":     {Lines: []string{"0999"}},
		"a caller":         {Callers: []string{"+91 9800000007"}},
		"an agent":         {Agents: []string{"sip:AGENT17"}},
		"part of a number": {Text: "00000 01"},
		"first digits":     {Text: "098000"},
		"part of a name":   {Text: "AGENT"},
		"nobody":           {Text: "nobody"},
		"a percent sign":   {Text: "%"},
		"an underscore":    {Text: "0_"},
		"a percent in it":  {Text: "50%_OFF"},
		"only brackets":    {Text: "()"},
		"only spaces":      {Text: "  "},
		"a country":        {Text: "+91 98"},
		"one digit":        {Text: "7"},
		"no line":          {Lines: []string{""}},
		"no caller":        {Callers: []string{""}},
		"a line by case":   {Lines: []string{"EXO5b221ee9"}},
		"no days":          {Period: metrics.Period{From: days.To, To: days.From}},
		"other days":       {Period: metrics.Period{From: days.To.Add(9), To: days.To.Add(10)}},
		"several": {
			Period: week, Directions: []calls.Direction{calls.Inbound}, Lines: []string{"08040000010"},
			Statuses: []metrics.Status{metrics.Answered}, Hours: []int{9, 10, 11, 12}, Text: "98",
		},
	}
	for name, query := range q {
		query.Now = now
		q[name] = query
	}
	return q
}

func compareGroups(t *testing.T, store calls.Store, chosen Chosen, q calls.Query) {
	for _, by := range [][]calls.Dimension{
		nil,
		{calls.ByHour}, {calls.ByWeekday}, {calls.ByDay}, {calls.ByWeek}, {calls.ByMonth}, {calls.ByDirection},
		{calls.ByStatus}, {calls.ByOutcome}, {calls.ByLine}, {calls.ByAgent}, {calls.ByCaller},
		{calls.ByDay, calls.ByHour, calls.ByStatus, calls.ByOutcome},
		{calls.ByWeekday, calls.ByHour}, {calls.ByLine, calls.ByDirection, calls.ByStatus}, {calls.ByAgent, calls.ByCaller},
	} {
		got := map[calls.Key]calls.Bucket{}
		buckets, err := store.Group(t.Context(), q, by...)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range buckets {
			b.Line, b.Agent, b.Caller = key(b.Line), key(b.Agent), key(b.Caller)
			if _, twice := got[b.Key]; twice {
				t.Errorf("by %v: two buckets for %+v", by, b.Key)
			}
			got[b.Key] = b
		}
		if want := chosen.Group(by...); !reflect.DeepEqual(got, want) {
			t.Fatalf("by %v:\ngot  %s\nwant %s", by, show(got), show(want))
		}
	}
}

// show lists the first buckets.
func show(buckets map[calls.Key]calls.Bucket) string {
	var lines []string
	for _, b := range buckets {
		lines = append(lines, fmt.Sprintf("%+v", b))
	}
	slices.Sort(lines)
	return fmt.Sprintf("%d: %v", len(lines), lines[:min(len(lines), 3)])
}

func allColumns() (all []calls.Column) {
	for by := range calls.NumColumns {
		all = append(all, by)
	}
	return all
}

func compareLists(t *testing.T, store calls.Store, chosen Chosen, q calls.Query, columns []calls.Column) {
	for _, by := range columns {
		for _, ascending := range []bool{false, true} {
			q.Order = calls.Order{By: by, Ascending: ascending}
			want, got := chosen.List(q.Order), list(t, store, q)
			same := func(a, b calls.Call) bool {
				return compare(&a, &b, by) == 0 && a.Created.Equal(b.Created)
			}
			if !slices.EqualFunc(got, want, same) {
				t.Fatalf("by %d, ascending %v: %d calls in another order, or not those %d", by, ascending, len(got), len(want))
			}
			bySid := func(list []calls.Call) map[string]calls.Call {
				m := map[string]calls.Call{}
				for _, call := range list {
					call.Cursor = calls.Cursor{}
					m[call.Sid] = call
				}
				return m
			}
			expectSame(t, bySid(got), bySid(want))
			if len(bySid(got)) != len(got) {
				t.Errorf("by %d: a call is listed twice", by)
			}
			var paged []calls.Call
			page := q
			for page.Limit = len(got)/5 + 1; ; page.After = paged[len(paged)-1].Cursor {
				more := list(t, store, page)
				paged = append(paged, more...)
				if len(more) < page.Limit {
					break
				}
			}
			if !slices.EqualFunc(paged, got, func(a, b calls.Call) bool { return a.Sid == b.Sid }) {
				t.Errorf("by %d, ascending %v: %d calls by pages, %d at once, or others", by, ascending, len(paged), len(got))
			}
			for _, skip := range []int{1, len(got) / 3, len(got) - 1, len(got), len(got) + 1} {
				page := q
				page.Skip, page.Limit = max(skip, 0), 7
				from := min(page.Skip, len(got))
				want := got[from:min(from+page.Limit, len(got))]
				if more := list(t, store, page); !slices.EqualFunc(more, want, func(a, b calls.Call) bool { return a.Sid == b.Sid }) {
					t.Errorf("by %d, ascending %v, without the first %d of %d: %d calls, or others", by, ascending, page.Skip, len(got), len(more))
				}
			}
		}
	}
}

func list(t *testing.T, store calls.Store, q calls.Query) (all []calls.Call) {
	t.Helper()
	for call, err := range store.Calls(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, call)
	}
	return all
}

// expectSame compares calls field by field; times are compared as moments.
func expectSame(t *testing.T, got, want map[string]calls.Call) {
	t.Helper()
	for sid, w := range want {
		g := got[sid]
		for _, call := range []*calls.Call{&g, &w} {
			for _, at := range []*time.Time{&call.Created, &call.Updated, &call.Started, &call.Ended} {
				*at = at.UTC()
			}
		}
		if !reflect.DeepEqual(g, w) {
			t.Errorf("got  %+v of %+v\nwant %+v of %+v", g, g.Details, w, w.Details)
			return
		}
	}
}
