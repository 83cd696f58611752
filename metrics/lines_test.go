package metrics

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
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
		view := mustLoad(t, NewLedger(client), oneDay(yesterday), 0)
		for _, spelling := range spellings {
			f := Filter{ExoPhone: spelling}
			want := view.Summary(f)
			if want.Calls() != 6 || want.LineUnknown != 1 {
				t.Errorf("%s: %q: %d calls, %d of an unknown line", name, spelling, want.Calls(), want.LineUnknown)
			}
			got, _, err := Stream(t.Context(), client, oneDay(yesterday), f, nil)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %q: streamed %+v, %v", name, spelling, got, err)
			}
		}
		equal(t, "calls of a number that the account had once", view.Summary(Filter{ExoPhone: "+913340000055"}).Calls(), 1)
		if got := view.ExoPhones(); !slices.Equal(got, []string{"+918040000007", "03340000055"}) {
			t.Errorf("%s: lines %q", name, got)
		}
	}
}

func TestWithoutAListALineIsFoundByItsNumber(t *testing.T) {
	_, client, _ := spelledAccount(t)
	ledger := NewLedger(client)
	view := mustLoad(t, ledger, oneDay(yesterday), 0)
	for _, spelling := range spellings[1:] {
		f := Filter{ExoPhone: spelling}
		want := view.Summary(f)
		if want.Calls() != 5 || want.LineUnknown != 2 {
			t.Errorf("%q: %d calls, %d of an unknown line", spelling, want.Calls(), want.LineUnknown)
		}
		got, _, err := Stream(t.Context(), client, oneDay(yesterday), f, nil)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: streamed %+v, %v", spelling, got, err)
		}
	}
	equal(t, "calls of all lines", view.Summary(Filter{}).Calls(), 8)
	equal(t, "of an unknown line where no line is chosen", view.Summary(Filter{}).LineUnknown, 0)

	// The list comes, and nothing is read again.
	if _, err := client.ExoPhones(t.Context()); err != nil {
		t.Fatal(err)
	}
	later := ledger.Known(t.Context(), oneDay(yesterday)).Summary(Filter{ExoPhone: "08040000007"})
	equal(t, "calls once there is a list", later.Calls(), 6)
}

func TestLegsAndOtherStatusesAreNotOfAnUnknownLine(t *testing.T) {
	leg, busy := answered(noon.Add(-time.Hour)), answered(noon.Add(-time.Hour))
	leg.ParentSid, leg.ExoPhone = "p", "exo1"
	busy.Status, busy.ExoPhone = exotel.StatusBusy, "exo1"
	status := Answered
	s := viewOf(1, noon, leg, busy).Summary(Filter{ExoPhone: "08040000001", Status: &status})
	equal(t, "unknown", s.LineUnknown, 0)
}

func TestALineIsAskedForByANumberOrAnSIDOfTheAccount(t *testing.T) {
	account := exotel.NewDirectory([]exotel.ExoPhone{{SID: "exo5b221ee9", Number: "+918040000007"}})
	for _, tt := range []struct {
		spelling string
		account  *exotel.Directory
		fine     bool
	}{
		{"", nil, true}, {"", account, true},
		{"08040000007", nil, true}, {"03340000055", account, true},
		{"exo5b221ee9", account, true}, {"exo5b221ee9", nil, false}, {"exo5b221ee0", account, false},
	} {
		f, err := ParseFilter("", tt.spelling, "")
		if err != nil {
			t.Fatal(err)
		}
		if err := f.CheckExoPhone(tt.account); (err == nil) != tt.fine {
			t.Errorf("%+v: %v", tt, err)
		}
	}
	for _, text := range []string{"123", "abc", "Support main", "exo 5b221ee9", "exo5/1"} {
		if _, err := ParseFilter("", text, ""); err == nil {
			t.Errorf("%q is taken for an ExoPhone", text)
		}
	}
}

func TestDirectionsAddUpToTheTotal(t *testing.T) {
	account, client, _ := sampleAccount(t)
	odd := exoteltest.OddDirections(noon.AddDate(0, 0, -1), exotel.India)
	account.Add(odd...)
	view := mustLoad(t, NewLedger(client), oneDay(yesterday), 0)
	equal(t, "total", view.Summary(Filter{}).Calls(), 1249)
	equal(t, "there are others", view.OtherDirection(), true)
	sum := 0
	for _, direction := range []string{in, dial, api, DirectionOther} {
		f := Filter{Direction: direction}
		want := view.Summary(f)
		sum += want.Calls()
		got, _, err := Stream(t.Context(), client, oneDay(yesterday), f, nil)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: streamed %+v, %v", direction, got, err)
		}
	}
	equal(t, "sum of the directions", sum, 1249)
	equal(t, "others", view.Summary(Filter{Direction: DirectionOther}).Calls(), 2)
	_, client, _ = sampleAccount(t)
	equal(t, "others on the sample day", mustLoad(t, NewLedger(client), oneDay(yesterday), 0).OtherDirection(), false)
}
