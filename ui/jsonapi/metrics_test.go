package jsonapi

import (
	"encoding/json"
	"reflect"
	"testing"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
)

// sums checks that every group of buckets adds up to the total.
func sums(t *testing.T, what string, m Metrics) {
	t.Helper()
	outcomes := 0
	for _, field := range reflect.ValueOf(m.Outcomes).Fields() {
		outcomes += int(field.Int())
	}
	hours, days := 0, 0
	for _, n := range m.HourlyDistribution {
		hours += n
	}
	for _, day := range m.Daily {
		days += day.TotalCalls
	}
	for name, sum := range map[string]int{
		"outcomes": outcomes, "hours": hours, "days": days,
		"statuses": m.Answered + m.Missed + m.Busy + m.Failed + m.Canceled + m.Live + m.Other,
		"ended":    m.Ended + m.Live + m.Other,
		"answered": m.Answered + m.Unanswered + m.Live + m.Other,
	} {
		if sum != m.TotalCalls {
			t.Errorf("%s: %s add up to %d of %d", what, name, sum, m.TotalCalls)
		}
	}
}

func summary(t *testing.T, view *refresh.View, f metrics.Filter) *metrics.Summary {
	t.Helper()
	s, _, err := view.Summary(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEveryGroupOfBucketsAddsUpToTotalCalls(t *testing.T) {
	for seed := range uint64(5) {
		account, client := newAccount(t, exoteltest.Options{CallsPerDay: 300, Seed: seed})
		account.Add(exoteltest.EdgeRows(evening, exotel.India)...)
		account.SetFaults(exoteltest.Faults{OddValues: 0.2, OddForms: 0.2})
		view, err := newFetcher(t, client).Load(t.Context(), metrics.Last7Days.Period(client.Now()), 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		filters := []metrics.Filter{{}, {Direction: exotel.DirectionInbound}, {ExoPhone: "08040000001"}}
		for _, status := range metrics.AllStatuses() {
			filters = append(filters, metrics.Filter{Status: &status})
		}
		for _, filter := range filters {
			m := NewMetrics(summary(t, view, filter), filter, "Asia/Kolkata", 0)
			sums(t, "a filter", m)
			if filter.IsZero() && m.TotalCalls < 1000 {
				t.Errorf("only %d calls", m.TotalCalls)
			}
		}
	}
}

func TestOutcomesOfTheEdgeRowsAreInTheirFields(t *testing.T) {
	account, client := newAccount(t, exoteltest.Options{})
	account.Add(exoteltest.EdgeRows(evening.AddDate(0, 0, -1), exotel.India)...)
	view, err := newFetcher(t, client).Load(t.Context(), metrics.Yesterday.Period(client.Now()), 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := NewMetrics(summary(t, view, metrics.Filter{}), metrics.Filter{}, "", 0).Outcomes
	want := Outcomes{
		Talked: 12, NoAnswer: 5, Busy: 2, Failed: 3, GaveUp: 2, MenuOnly: 4, FirstParty: 1,
		Machine: 1, EndUnknown: 3, Unknown: 1, UndocumentedEnd: 1,
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestEveryFieldOfMetricsIsThereWhateverItsValue(t *testing.T) {
	text, err := json.Marshal(Metrics{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(object(t, text)), reflect.TypeFor[Metrics]().NumField(); got != want {
		t.Errorf("%d fields of %d: %s", got, want, text)
	}
}
