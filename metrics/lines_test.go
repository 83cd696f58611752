package metrics

import (
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
		for _, spelling := range spellings {
			got, _, err := Stream(t.Context(), client, oneDay(yesterday), Filter{ExoPhone: spelling})
			if err != nil || got.Calls() != 6 || got.LineUnknown != 1 {
				t.Errorf("%s: %q: %+v, %v", name, spelling, got, err)
			}
		}
	}
}

func TestWithoutAListALineIsFoundByItsNumber(t *testing.T) {
	_, client, _ := spelledAccount(t)
	for _, spelling := range spellings[1:] {
		got, _, err := Stream(t.Context(), client, oneDay(yesterday), Filter{ExoPhone: spelling})
		if err != nil || got.Calls() != 5 || got.LineUnknown != 2 {
			t.Errorf("%q: %+v, %v", spelling, got, err)
		}
	}
}

func TestLegsAndOtherStatusesAreNotOfAnUnknownLine(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{})
	leg, busy := answered(noon.Add(-time.Hour)), answered(noon.Add(-time.Hour))
	leg.Sid, leg.ParentSid, leg.ExoPhone = "leg", "p", "exo1"
	busy.Sid, busy.Status, busy.ExoPhone = "busy", exotel.StatusBusy, "exo1"
	account.Add(leg, busy)
	status := Answered
	s, _, err := Stream(t.Context(), client, oneDay(today), Filter{ExoPhone: "08040000001", Status: &status})
	if err != nil {
		t.Fatal(err)
	}
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
	account.Add(exoteltest.OddDirections(noon.AddDate(0, 0, -1), exotel.India)...)
	sum := 0
	for _, direction := range []string{in, dial, api, DirectionOther} {
		got, _, err := Stream(t.Context(), client, oneDay(yesterday), Filter{Direction: direction})
		if err != nil {
			t.Fatal(err)
		}
		sum += got.Calls()
		if direction == DirectionOther {
			equal(t, "others", got.Calls(), 2)
		}
	}
	equal(t, "sum of the directions", sum, 1249)
}
