package metrics

import (
	"strconv"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

func TestStreamCountsWhatAWalkOverTheCallsFinds(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 300, Seed: 3})
	account.Add(exoteltest.EdgeRows(noon.AddDate(0, 0, -2), exotel.India)...)
	p := Last7Days.Period(noon)
	filters := []Filter{{}, {Direction: in}, {Direction: dial}, {Direction: DirectionOther}, {ExoPhone: "+918040000001"}, {ExoPhone: "02240000002", Direction: api}}
	for _, status := range AllStatuses() {
		filters = append(filters, Filter{Status: &status})
	}
	for name, f := range map[string]exoteltest.Faults{
		"as documented": {},
		"odd forms":     {OddForms: 0.5, RawLinks: true, WrapItems: true},
		"duplicates":    {Duplicates: 0.1},
	} {
		account.SetFaults(f)
		for i, filter := range filters {
			want := 0
			for _, call := range account.Calls(p.Start(exotel.India), p.End(exotel.India)) {
				r := newRow(&call, &phoneBook{})
				status := r.Verdict.At(noon.Sub(CreatedAt(&call))).Status
				if !r.leg && (filter.Direction == "" || directions[r.direction] == filter.Direction) && (filter.Status == nil || *filter.Status == status) &&
					(filter.ExoPhone == "" || exotel.NumberKey(filter.ExoPhone) == exotel.NumberKey(call.ExoPhone)) {
					want++
				}
			}
			got, _, err := Stream(t.Context(), client, p, filter)
			if err != nil {
				t.Fatalf("%s, filter %d: %v", name, i, err)
			}
			if got.Calls() != want || got.Check() != nil {
				t.Errorf("%s, filter %d: %d calls, not %d; %v", name, i, got.Calls(), want, got.Check())
			}
		}
	}
}

func TestStreamCountsRowsWithoutATimeAsUnreadable(t *testing.T) {
	account, client, _ := sampleAccount(t)
	account.SetFaults(exoteltest.Faults{OddValues: 0.3})
	s, tally, err := Stream(t.Context(), client, oneDay(yesterday), Filter{})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "rows", s.Calls()+s.Legs+tally.Unreadable, tally.Received-tally.Duplicates)
}

func TestStreamGivesNoFiguresOfAPart(t *testing.T) {
	account, client, _ := sampleAccount(t)
	for name, fault := range map[string]exoteltest.Faults{
		"refused":        {FailStatus: 401},
		"broken midway":  {FailStatus: 403, FailFrom: 5},
		"list cut short": {StopAfterRows: 300},
		"cursor repeats": {Paging: exoteltest.LoopingCursor},
	} {
		account.SetFaults(fault)
		s, _, err := Stream(t.Context(), client, oneDay(yesterday), Filter{})
		if err == nil || s != nil {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
}

func TestStreamReadsSixMonths(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 30})
	p := Period{DateOf(exotel.FirstDay(noon)), today}
	s, tally, err := Stream(t.Context(), client, p, Filter{})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "calls", s.Calls(), len(account.Calls(p.Start(exotel.India), p.End(exotel.India))))
	equal(t, "missing", tally.Missing(), 0)
}

// A laptop whose clock is a day slow must not cut the day short or count hours
// that it believes have not begun.
func TestStreamGoesByExotelsClock(t *testing.T) {
	account, _, _ := newAccount(t, exoteltest.Options{})
	account.Add(exoteltest.SampleDay(noon.AddDate(0, 0, -1), exotel.India)...)
	slow, err := exotel.New(exotel.Options{
		BaseURL: "https://api.exotel.com", SID: "acme1", Key: "key", Token: "token", RatePerMinute: -1, Transport: wire{account},
		Now: func() time.Time { return noon.AddDate(0, 0, -1).Add(-4 * time.Hour) },
	})
	if err != nil {
		t.Fatal(err)
	}
	account.Add(answered(at(yesterday.Add(-1), 11, 0)))
	s, _, err := Stream(t.Context(), slow, Period{yesterday.Add(-1), yesterday}, Filter{})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "calls", s.Calls(), 1248)
	equal(t, "days with calls in which 11:00 has begun", s.hourDays[11], 2)
}

func BenchmarkStream(b *testing.B) {
	for _, perDay := range []int{1247, 20_000} {
		b.Run(strconv.Itoa(perDay)+" a day, 30 days", func(b *testing.B) {
			account, client, _ := newAccount(b, exoteltest.Options{CallsPerDay: perDay})
			p := Last30Days.Period(noon)
			account.Warm(p.Start(exotel.India), p.End(exotel.India))
			calls := 0
			b.ReportAllocs()
			for b.Loop() {
				s, _, err := Stream(b.Context(), client, p, Filter{})
				if err != nil {
					b.Fatal(err)
				}
				calls = s.Calls()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(calls), "ns/call")
		})
	}
}
