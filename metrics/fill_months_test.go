package metrics

import (
	"testing"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

func TestMonthsAddUpToWhatIsStored(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 7})
	ledger := storing(t, client)
	f := fillUntil(t, ledger, FillerOptions{}, func(_ *Filler, f Filling) bool { return f.Days >= 100 })
	var sum Month
	for i, m := range f.Months {
		if i > 0 {
			equal(t, "the month after", m.First, Date{f.Months[i-1].First.Year, f.Months[i-1].First.Month + 1, 1}.Add(0))
		}
		sum.Days, sum.Of, sum.Calls = sum.Days+m.Days, sum.Of+m.Of, sum.Calls+m.Calls
	}
	equal(t, "days stored", sum.Days, f.Days)
	equal(t, "days to have", sum.Of, f.Of)
	equal(t, "calls", sum.Calls, f.Calls)
	equal(t, "first month", f.Months[0].First, Date{sixMonths().From.Year, sixMonths().From.Month, 1})
	newest := f.Months[len(f.Months)-1]
	equal(t, "the running month's days", newest.Of, yesterday.Day)
	equal(t, "its calls", newest.Calls, len(account.Calls(newest.First.In(exotel.India), yesterday.Add(1).In(exotel.India))))
}

func TestMonthsBeginWithTheOldestDayThatIsStored(t *testing.T) {
	_, client, _ := newAccount(t, exoteltest.Options{})
	ledger := storing(t, client)
	old := sixMonths().From.Add(-45)
	ledger.entry(old).calls = &dayCalls{complete: true, readAt: noon}
	f := fillUntil(t, ledger, FillerOptions{}, whole)
	equal(t, "first month", f.Months[0].First, Date{old.Year, old.Month, 1})
	equal(t, "its days", f.Months[0].Days, 1)
	equal(t, "oldest", f.Oldest, old)
}

func TestADayThatIsNotKeptCountsInNoMonth(t *testing.T) {
	_, client, _ := newAccount(t, exoteltest.Options{})
	ledger := storing(t, client)
	for i, unkept := range []bool{false, true} {
		ledger.entry(yesterday.Add(-i)).calls = &dayCalls{complete: true, readAt: noon, unkept: unkept}
	}
	s := &fill{Filler: NewFiller(ledger, func(Filling) {}, FillerOptions{})}
	s.count()
	days := 0
	for _, m := range s.Months {
		days += m.Days
	}
	equal(t, "days", s.Days, 1)
	equal(t, "days of months", days, 1)
}
