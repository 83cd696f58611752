package refresh

import (
	"context"
	"testing"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
)

// movingStore saves something after a number of its answers.
type movingStore struct {
	calls.Store
	answers int // until then
	save    func(calls.Store)
}

func (m *movingStore) Group(ctx context.Context, q calls.Query, by ...calls.Dimension) ([]calls.Bucket, error) {
	buckets, err := m.Store.Group(ctx, q, by...)
	if m.answers--; m.answers == 0 {
		m.save(m.Store)
	}
	return buckets, err
}

// saveFirstPage saves a call of today as a refresh does that has yet to read others.
func saveFirstPage(t *testing.T, store calls.Store) {
	t.Helper()
	call := answered(noon)
	call.Sid = "new"
	err := store.Put(t.Context(), calls.Batch{Date: today, Calls: []exotel.Call{call}, UpdateDay: func(before *calls.Day, stored, _ int) *calls.Day {
		d := *before
		d.Announced, d.Received, d.Missing, d.Complete = stored+98, stored, 98, false
		return &d
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// mustAgree compares a view's figures with what it says of them.
func mustAgree(t *testing.T, v *View) {
	t.Helper()
	s, newest, err := v.Summary(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "calls that are said to be here", newest.Tally().Received, s.Calls())
	equal(t, "calls that are said to be stored", newest.Data().Stored, s.Calls())
	equal(t, "complete", newest.Complete(), newest.Tally().Missing == 0 && newest.Tally().DaysMissing == 0)
}

// TestFiguresAreOfTheMomentOfWhatIsSaidOfThem: whenever somebody saves calls.
func TestFiguresAreOfTheMomentOfWhatIsSaidOfThem(t *testing.T) {
	for name, answers := range map[string]int{"before the figures": 0, "within the view": 1, "within the figures": 2} {
		t.Run(name, func(t *testing.T) {
			_, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 300})
			f := storing(t, client)
			mustLoad(t, f, oneDay(today), 0)
			f.store = &movingStore{Store: f.store, answers: answers, save: func(s calls.Store) { saveFirstPage(t, s) }}
			v := f.LoadStored(t.Context(), oneDay(today))
			if answers == 0 {
				saveFirstPage(t, f.store)
			}
			mustAgree(t, v)
			_, newest, _ := v.Summary(t.Context(), all)
			equal(t, "complete", newest.Complete(), false)
		})
	}
}

func TestAFilterDuringALoadShowsWhatIsStoredThen(t *testing.T) {
	_, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 300})
	f := storing(t, client)
	p := metrics.Period{From: today.Add(-6), To: today}
	v := f.LoadStored(t.Context(), p)
	mustLoad(t, f, p, 0)
	mustAgree(t, v)
}

// TestFiguresOfAStoreThatNeverRestsAreTheNewest: they are shown all the same.
func TestFiguresOfAStoreThatNeverRestsAreTheNewest(t *testing.T) {
	_, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 300})
	f := storing(t, client)
	mustLoad(t, f, oneDay(today), 0)
	moving := &movingStore{Store: f.store, answers: 1}
	moving.save = func(s calls.Store) {
		moving.answers = 1
		saveFirstPage(t, s)
	}
	f.store = moving
	_, newest, err := f.LoadStored(t.Context(), oneDay(today)).Summary(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "complete", newest.Complete(), false)
}
