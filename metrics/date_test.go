package metrics

import (
	"testing"
	"testing/quick"
	"time"
)

func newYork(t testing.TB) *time.Location { return zone(t, "America/New_York") }

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// Among these zones are those that change to and from summer time at midnight,
// and one that left out a whole day.
func TestDayBeginsAtItsFirstMomentInEveryZone(t *testing.T) {
	for _, name := range []string{
		"Asia/Kolkata", "UTC", "America/New_York", "America/Santiago", "America/Havana", "Africa/Cairo",
		"Asia/Beirut", "Atlantic/Azores", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo", "Asia/Jerusalem",
	} {
		zone := zone(t, name)
		for day := (Date{2001, 1, 1}); day.Before(Date{2027, 1, 1}); day = day.Add(1) {
			start := day.In(zone)
			if DateOf(start).Before(day) || !DateOf(start.Add(-time.Nanosecond)).Before(day) {
				t.Fatalf("%s: %v begins at %v", name, day, start)
			}
		}
	}
}

func TestDaysOfAPeriodAreCountedOnTheCalendar(t *testing.T) {
	for _, test := range []struct {
		from, to Date
		want     int
	}{
		{Date{2026, 11, 22}, Date{2026, 11, 22}, 1},
		{Date{2026, 3, 1}, Date{2026, 3, 31}, 31}, // with a day of 23 hours in New York
		{Date{2024, 2, 28}, Date{2024, 3, 1}, 3},
		{Date{1, 1, 1}, Date{9999, 12, 31}, 3652059},
	} {
		equal(t, test.from.String(), (Period{test.from, test.to}).Days(), test.want)
	}
}

func TestAddingDaysAndTakingThemAwayComesBack(t *testing.T) {
	back := func(n int16) bool { return today.Add(int(n)).Add(-int(n)) == today }
	if err := quick.Check(back, nil); err != nil {
		t.Error(err)
	}
}

func TestRangesAreDaysOfTheAccountsZone(t *testing.T) {
	// 20:00 UTC on 30 November is 01:30 on 1 December in India.
	now := time.Date(2026, 11, 30, 20, 0, 0, 0, time.UTC).In(noon.Location())
	first := Date{2026, 12, 1}
	for _, test := range []struct {
		name string
		r    Range
		want Period
	}{
		{"today", Today, Period{first, first}},
		{"yesterday", Yesterday, Period{Date{2026, 11, 30}, Date{2026, 11, 30}}},
		{"7 days", Last7Days, Period{Date{2026, 11, 25}, first}},
		{"30 days", Last30Days, Period{Date{2026, 11, 2}, first}},
		{"this month", ThisMonth, Period{first, first}},
	} {
		equal(t, test.name, test.r.Period(now), test.want)
	}
}

func TestParsePeriod(t *testing.T) {
	if p, err := ParsePeriod("2026-02-28", "2026-03-01"); err != nil || p.Days() != 2 {
		t.Errorf("got %v, %v", p, err)
	}
	for _, bad := range [][2]string{
		{"", ""}, {"2026-11-01", ""}, {"", "2026-11-01"}, {"2026-11-02", "2026-11-01"}, {"2026-02-30", "2026-03-01"},
		{"2026-11-1", "2026-11-02"}, {"01-11-2026", "2026-11-02"}, {"2026-11-01", "2026-11-02T00:00:00"}, {"today", "today"},
		{"2026-11-01 ", "2026-11-02"}, {"2026-13-01", "2026-13-02"},
	} {
		if _, err := ParsePeriod(bad[0], bad[1]); err == nil {
			t.Errorf("%q to %q was accepted", bad[0], bad[1])
		}
	}
}

func TestParseFilter(t *testing.T) {
	f, err := ParseFilter("inbound", "+91 80400 00001", "No-Answer")
	if err != nil || f.Direction != "inbound" || f.ExoPhone != "+91 80400 00001" || *f.Status != NoAnswer {
		t.Errorf("got %+v, %v", f, err)
	}
	for _, spelled := range [][2]string{{"Inbound", "Busy"}, {" INBOUND ", " busy "}} {
		if f, err := ParseFilter(spelled[0], "", spelled[1]); err != nil || f.Direction != "inbound" || *f.Status != Busy {
			t.Errorf("%q: got %+v, %v", spelled, f, err)
		}
	}
	if f, err := ParseFilter("Outbound API", "", "No Answer"); err != nil || f.Direction != "outbound-api" || *f.Status != NoAnswer {
		t.Errorf("got %+v, %v", f, err)
	}
	if f, err := ParseFilter("", "", ""); err != nil || !f.IsZero() {
		t.Errorf("nothing chosen: got %+v, %v", f, err)
	}
	for _, bad := range [][3]string{{"incoming", "", ""}, {" ", "", ""}, {"None", "", ""}, {"", "", "None"}, {"", "abc", ""}, {"", "", "answered"}, {"", "", "busy,failed"}} {
		if _, err := ParseFilter(bad[0], bad[1], bad[2]); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}
