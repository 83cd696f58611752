package archive

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"exotel-monitor/exotel"
)

func TestAnUpdateAddsCallsAndRemovesNone(t *testing.T) {
	a := newArchive(t)
	one, two, three := callAt(monday, 1, "one"), callAt(monday, 2, "two"), callAt(monday, 3, "three")
	put(t, a, monday, one, two)
	put(t, a, tuesday, callAt(tuesday, 1, "next"))
	two.Status, two.Duration = "busy", 7
	if stored, added := update(t, a, monday, two, three); stored != 3 || added != 1 {
		t.Errorf("%d stored, %d added", stored, added)
	}
	expect(t, a, monday, one, two, three)
	expect(t, a, tuesday, callAt(tuesday, 1, "next"))
}

func TestAnUpdateCountsWhatItFinds(t *testing.T) {
	timeless := callAt(monday, 1, "timeless")
	timeless.Created = time.Time{}
	for _, test := range []struct {
		name          string
		calls         []exotel.Call
		stored, added int
	}{
		{"nothing", nil, 2, 0},
		{"a call as it is stored", []exotel.Call{callAt(monday, 1, "one")}, 2, 0},
		{"a new call twice", []exotel.Call{callAt(monday, 5, "new"), callAt(monday, 6, "new")}, 3, 1},
		{"a call of another day", []exotel.Call{callAt(monday, 5, "next")}, 3, 0},
		{"one without a time", []exotel.Call{timeless}, 3, 1},
		{"one without a time that is stored on another day", []exotel.Call{{Sid: "next", Duration: exotel.Unknown}}, 2, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := newArchive(t)
			put(t, a, monday, callAt(monday, 1, "one"), callAt(monday, 2, "two"))
			put(t, a, tuesday, callAt(tuesday, 1, "next"))
			stored, added := update(t, a, monday, test.calls...)
			if stored != test.stored || added != test.added || len(callsOf(t, a, monday)) != stored {
				t.Errorf("%d stored, %d added, %d calls", stored, added, len(callsOf(t, a, monday)))
			}
		})
	}
}

// Only who updates knows whether more are missing than before.
func TestTheFiguresOfAnUpdateAreTheDays(t *testing.T) {
	for name, before := range map[string][]Day{
		"the first":            nil,
		"after a complete one": {monday.with(9, 9)},
		"after one with more":  {monday.with(8, 9)},
	} {
		t.Run(name, func(t *testing.T) {
			a := newArchive(t)
			for _, d := range before {
				put(t, a, d)
			}
			now := monday.with(3, 20)
			now.ReadAt = monday.ReadAt.Add(time.Minute)
			otherBounds := now
			otherBounds.From, otherBounds.To = time.Time{}, time.Time{}
			check(t, must(a.Begin(monday.From, monday.To))(t).Update(t.Context(), func(int, int) Day { return otherBounds }))
			if got := must(a.Days(t.Context()))(t); !reflect.DeepEqual(got, []Day{now}) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestAReadingCanBeUpdatedWithAndGoOn(t *testing.T) {
	a := newArchive(t)
	put(t, a, monday, callAt(monday, 9, "gone"))
	r := must(read(a, monday, callAt(monday, 1, "one"), callAt(monday, 2, "two")))(t)
	check(t, r.Update(t.Context(), func(int, int) Day { return monday.with(2, 3) }))
	if got := sids(callsOf(t, a, monday)); !slices.Equal(got, []string{"gone", "one", "two"}) {
		t.Errorf("at first %v", got)
	}
	three := callAt(monday, 3, "three")
	check(t, r.Add(&three))
	check(t, r.Keep(t.Context(), monday))
	expect(t, a, monday, callAt(monday, 1, "one"), callAt(monday, 2, "two"), three)
}

func TestAReadingThatFailedCanBeKeptLater(t *testing.T) {
	a := newArchive(t)
	old := callAt(monday, 1, "old")
	put(t, a, monday, old)
	old.Price = "2.10"
	r := must(read(a, monday, append(manyCalls(2000), old)...))(t)
	meddle(t, a, "PRAGMA max_page_count = 20")
	if r.Keep(t.Context(), monday) == nil {
		t.Error("kept on a full disk")
	}
	meddle(t, a, "PRAGMA max_page_count = 1000000")
	check(t, r.Keep(t.Context(), monday))
	expect(t, a, monday, append(manyCalls(2000), old)...)
}

func TestReadingsOfTwoDaysMayBeUnderWay(t *testing.T) {
	a := newArchive(t)
	first, second, dropped := must(read(a, monday))(t), must(read(a, tuesday))(t), must(read(a, tuesday))(t)
	var want [2][]exotel.Call
	for i, word := range []string{"completed", "busy", "failed", "no-answer"} {
		for j, r := range []*Reading{first, second, dropped} {
			call := callAt([]Day{monday, tuesday, tuesday}[j], i, word+string(rune('a'+j)))
			call.Status, call.To = call.Sid, "sip:"+call.Sid
			check(t, r.Add(&call))
			if j < len(want) {
				want[j] = append(want[j], call)
			}
		}
	}
	check(t, second.Keep(t.Context(), tuesday))
	check(t, first.Keep(t.Context(), monday))
	expect(t, a, monday, want[0]...)
	expect(t, a, tuesday, want[1]...)
}

// What is added may be overwritten then: pages share memory.
func TestAReadingHoldsNothingOfACall(t *testing.T) {
	a := newArchive(t)
	r := must(a.Begin(monday.From, monday.To))(t)
	var call exotel.Call
	for i := range 3 {
		call = callAt(monday, i, string(rune('a'+i)))
		check(t, r.Add(&call))
		call.Details.Legs[0] = exotel.Leg{}
	}
	check(t, r.Keep(t.Context(), monday))
	expect(t, a, monday, callAt(monday, 0, "a"), callAt(monday, 1, "b"), callAt(monday, 2, "c"))
}

func TestACallThatIsRefusedLeavesTheReadingAsItWas(t *testing.T) {
	a := newArchive(t)
	good := callAt(monday, 1, "good")
	r := must(read(a, monday, good))(t)
	for _, bad := range []exotel.Call{{}, callAt(tuesday, 0, "stray")} {
		if err := r.Add(&bad); !errors.Is(err, errNoSid) && !errors.Is(err, errStray) {
			t.Errorf("got %v", err)
		}
	}
	check(t, r.Keep(t.Context(), monday))
	expect(t, a, monday, good)
}
