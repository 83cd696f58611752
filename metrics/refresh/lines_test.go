package refresh

import (
	"slices"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
)

// spellings are those of exoteltest.ReturnsLine.
var spellings = []string{"exo5b221ee9", "08040000007", "918040000007", "+918040000007", "8040000007", "+91 80400 00007"}

// spelledAccount has yesterday 6 calls of one line in all its spellings, one of a
// line that the account had once, and one that names no line.
func spelledAccount(t *testing.T) (*exoteltest.Account, *exotel.Client, *clock) {
	account, client, clock := newAccount(t, exoteltest.Options{})
	account.SetPhone(exoteltest.ReturnsLine)
	day := noon.AddDate(0, 0, -1)
	account.Add(exoteltest.SpellingRows(day, exotel.India)...)
	for _, line := range []string{"03340000055", ""} {
		c := answered(day)
		c.Sid, c.ExoPhone = "line"+line, line
		account.Add(c)
	}
	return account, client, clock
}

func TestALineIsFoundByAnySpelling(t *testing.T) {
	for name, faults := range map[string]exoteltest.Faults{"as documented": {}, "numbers compared as texts": {ExactNumbers: true}} {
		account, client, _ := spelledAccount(t)
		account.SetFaults(faults)
		if _, err := client.ExoPhones(t.Context()); err != nil {
			t.Fatal(err)
		}
		view := mustLoad(t, storing(t, client), oneDay(yesterday), 0)
		for _, spelling := range spellings {
			f := metrics.Filter{ExoPhone: spelling}
			want := summary(t, view, f)
			if want.Calls() != 6 || want.LineUnknown != 1 {
				t.Errorf("%s: %q: %d calls, %d of an unknown line", name, spelling, want.Calls(), want.LineUnknown)
			}
		}
		equal(t, "calls of a number that the account had once", summary(t, view, metrics.Filter{ExoPhone: "+913340000055"}).Calls(), 1)
		if got := view.Lines; !slices.Equal(got, []string{"+918040000007", "03340000055"}) {
			t.Errorf("%s: lines %q", name, got)
		}
		equal(t, "calls of the line in all its spellings", view.CallsByLine["8040000007"], 6)
		equal(t, "calls of the line that the account had once", view.CallsByLine["3340000055"], 1)
	}
}

func TestWithoutAListALineIsFoundByItsNumber(t *testing.T) {
	_, client, _ := spelledAccount(t)
	fetcher := storing(t, client)
	view := mustLoad(t, fetcher, oneDay(yesterday), 0)
	for _, spelling := range spellings[1:] {
		f := metrics.Filter{ExoPhone: spelling}
		want := summary(t, view, f)
		if want.Calls() != 5 || want.LineUnknown != 2 {
			t.Errorf("%q: %d calls, %d of an unknown line", spelling, want.Calls(), want.LineUnknown)
		}
	}
	equal(t, "calls of all lines", summary(t, view, all).Calls(), 8)
	equal(t, "of an unknown line where no line is chosen", summary(t, view, all).LineUnknown, 0)

	// The list comes, and nothing is read again.
	if _, err := client.ExoPhones(t.Context()); err != nil {
		t.Fatal(err)
	}
	later := summary(t, fetcher.LoadStored(t.Context(), oneDay(yesterday)), metrics.Filter{ExoPhone: "08040000007"})
	equal(t, "calls once there is a list", later.Calls(), 6)
}

func TestLegsAndOtherStatusesAreNotOfAnUnknownLine(t *testing.T) {
	leg, busy := answered(noon.Add(-time.Hour)), answered(noon.Add(-time.Hour))
	leg.ParentSid, leg.ExoPhone = "p", "exo1"
	busy.Status, busy.ExoPhone = exotel.StatusBusy, "exo1"
	status := metrics.Answered
	s := summary(t, viewOf(t, 1, noon, leg, busy), metrics.Filter{ExoPhone: "08040000001", Status: &status})
	equal(t, "unknown", s.LineUnknown, 0)
}

func TestDirectionsAddUpToTheTotal(t *testing.T) {
	account, client, _ := sampleAccount(t)
	odd := exoteltest.OddDirections(noon.AddDate(0, 0, -1), exotel.India)
	account.Add(odd...)
	view := mustLoad(t, storing(t, client), oneDay(yesterday), 0)
	equal(t, "total", summary(t, view, all).Calls(), 1249)
	equal(t, "there are others", view.HasOtherDirection, true)
	sum := 0
	for _, direction := range []string{in, dial, api, metrics.DirectionOther} {
		f := metrics.Filter{Direction: direction}
		want := summary(t, view, f)
		sum += want.Calls()
	}
	equal(t, "sum of the directions", sum, 1249)
	equal(t, "others", summary(t, view, metrics.Filter{Direction: metrics.DirectionOther}).Calls(), 2)
	_, client, _ = sampleAccount(t)
	equal(t, "others on the sample day", mustLoad(t, storing(t, client), oneDay(yesterday), 0).HasOtherDirection, false)
}
