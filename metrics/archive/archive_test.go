package archive

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

func TestCallsComeBackAsTheyWerePut(t *testing.T) {
	changed := func(sid string, change func(*exotel.Call)) exotel.Call {
		call := callAt(monday, 3600, sid)
		change(&call)
		return call
	}
	legs := func(legs ...exotel.Leg) *exotel.Details { return &exotel.Details{Legs: legs} }
	long := strings.Repeat("long ", 50_000)
	rows := []exotel.Call{
		{Sid: "nothing but a Sid", Duration: exotel.Unknown},
		{Sid: "zeros"},
		{Sid: "\x00", From: "\x00", To: "a\x00b", Status: "\x00", RecordingURL: "https://x/\x00/\x00"},
		{Sid: "no UTF-8: \xff\xfe", To: "\xff", Status: "\xff"},
		{Sid: "\u0950 नमस्ते", From: "श्री", Status: "समाप्त", Price: "₹1.05"},
		callAt(monday, 0, "the first second"),
		callAt(monday, 24*60*60-1, "the last second"),
		changed("", func(c *exotel.Call) { c.Sid = strings.Repeat("0", 32) }),
		changed("", func(c *exotel.Call) { c.Sid = "0123456789abcdef0123456789abcdef" }),
		changed("", func(c *exotel.Call) { c.Sid = "0123456789abcdef0123456789abcdeF" }),
		changed("", func(c *exotel.Call) { c.Sid = "0123456789abcdef0123456789abcdem" }),
		changed("", func(c *exotel.Call) { c.Sid = "0123456789abcdef0123456789abcdxm" }),
		changed("", func(c *exotel.Call) { c.Sid = "0123456789ABCDEF0123456789ABCDEF" }),
		changed("", func(c *exotel.Call) { c.Sid = "0123456789abcde" }), // 15, 16 and 17 bytes, as packed ones have
		changed("", func(c *exotel.Call) { c.Sid = "0123456789abcdef" }),
		changed("", func(c *exotel.Call) { c.Sid = "0123456789abcdefm" }),
		changed("long texts", func(c *exotel.Call) {
			c.Sid, c.ParentSid, c.From, c.To, c.ExoPhone, c.Status, c.Price, c.RecordingURL = long, long+"p", long+"f", long+"t", long+"e", long+"s", long+"c", long+"r"
			c.Details.Leg2Status = long + "l"
		}),
		changed("1970", func(c *exotel.Call) { c.Started, c.Ended = time.Unix(0, 0).In(india), time.Unix(-1, 0).In(india) }),
		changed("far away", func(c *exotel.Call) {
			c.Updated, c.Ended = time.Unix(1<<40, 0).In(india), time.Unix(-1<<40, 0).In(india)
		}),
		changed("lengths", func(c *exotel.Call) {
			c.Duration, c.Details = 1<<62, &exotel.Details{Conversation: -1 << 63, Legs: []exotel.Leg{{ID: 1, OnCall: 1<<63 - 1}}}
		}),
		changed("negative lengths", func(c *exotel.Call) { c.Duration, c.Details.Conversation = -2, -3 }),
		changed("no details", func(c *exotel.Call) { c.Details = nil }),
		changed("empty details", func(c *exotel.Call) { c.Details = &exotel.Details{} }),
		changed("unknown details", func(c *exotel.Call) { c.Details = &exotel.Details{Conversation: exotel.Unknown} }),
		changed("a leg", func(c *exotel.Call) { c.Details = legs(exotel.Leg{ID: 1, OnCall: exotel.Unknown}) }),
		changed("odd legs", func(c *exotel.Call) {
			c.Details = legs(exotel.Leg{ID: 2}, exotel.Leg{ID: 2, OnCall: 7}, exotel.Leg{}, exotel.Leg{ID: -5})
		}),
		changed("many legs", func(c *exotel.Call) { c.Details.Legs = make([]exotel.Leg, 1000) }),
		changed("another recording", func(c *exotel.Call) { c.RecordingURL = "https://example.com/x.mp3?sig=0800" }),
		changed("no other fields", func(c *exotel.Call) { c.Extra = "" }),
		changed("many other fields", func(c *exotel.Call) { c.Extra = `{"A":[1,{"B":"\u00e9 \xff"}],"C":"` + long + `"}` }),
		changed("a-z", func(c *exotel.Call) { c.RecordingURL = "https://example.com/a-z/a-z/a-z.mp3" }),
	}
	for i, party := range []string{"", "0", "00", "+", "+0", "+91", "9800000001", "09800000001", "009800000001", "+919800000001", "0919800000001",
		"+0919800000001", "999999999999999", "9999999999999999", "0000000000000000000000", "1e9", "-5", " 09800000001", "0980 0000 001",
		"sip:agent17", `sip:"front\desk" <é>`, "anonymous", "18446744073709551616", strings.Repeat("9", 40), strings.Repeat("s", longestWord+1)} {
		rows = append(rows, changed("party "+string(rune('a'+i)), func(c *exotel.Call) { c.From, c.To, c.ExoPhone = party, party, party }))
	}
	for i, price := range []string{"", "0", "0.00", "1", "1.0", "1.05", "1.500", "01.50", "00.50", ".50", "-1.50", "1.5000", "1.", "+1.00", "1.0x", "x.00",
		"999999999999999.999", "9999999999999999.99", "1,05", "1.05 INR", "0.000", "12.345"} {
		rows = append(rows, changed("price "+string(rune('a'+i)), func(c *exotel.Call) { c.Price = price }))
	}
	rows = append(rows, exoteltest.EdgeRows(monday.From, india)...)
	path := filepath.Join(t.TempDir(), "calls.db")
	a := opened(t, path, india)
	put(t, a, monday, rows...)
	expect(t, a, monday, rows...)
	check(t, a.Close())
	expect(t, opened(t, path, india), monday, rows...)
}

func TestTheRoundTripTriesEachField(t *testing.T) {
	call := reflect.ValueOf(callAt(monday, 1, "x"))
	details := call.FieldByName("Details").Elem()
	for _, v := range []reflect.Value{call, details, details.FieldByName("Legs").Index(0)} {
		for i := range v.NumField() {
			if v.Field(i).IsZero() {
				t.Errorf("%s.%s is not set", v.Type(), v.Type().Field(i).Name)
			}
		}
	}
}

func TestARealisticDayComesBack(t *testing.T) {
	account := exoteltest.New(exoteltest.Options{CallsPerDay: 2000, Zone: india, Now: func() time.Time { return tuesday.To }})
	calls := account.Calls(monday.From, monday.To)
	a := newArchive(t)
	put(t, a, monday, calls...)
	expect(t, a, monday, calls...)
}

func TestAFieldWithAValueOfItsOwnInEachCallComesBack(t *testing.T) {
	a := newArchive(t)
	a.kinds = make([]kind, mostKinds-20) // nearly too many
	a.saved.kinds = len(a.kinds)
	a.addresses = make([]string, mostAddresses-20)
	a.saved.addresses = len(a.addresses)
	var calls []exotel.Call
	for i := range 100 {
		own := strings.Repeat("v", 1+i/50) + time.Duration(i).String()
		call := callAt(monday, i, "sid"+own)
		call.Status, call.To, call.RecordingURL = own, own, "https://x/"+own+call.Sid
		calls = append(calls, call)
	}
	put(t, a, monday, calls...)
	expect(t, a, monday, calls...)
	if len(a.kinds) > mostKinds+mostRecordings+1 || len(a.addresses) > mostAddresses || len(a.recordings) > mostRecordings {
		t.Errorf("in memory: %d kinds, %d addresses, %d recordings", len(a.kinds), len(a.addresses), len(a.recordings))
	}
}

func TestDaysAreTheFiguresOfTheBestReading(t *testing.T) {
	later := func(d Day) Day { d.ReadAt = d.ReadAt.Add(time.Hour); return d }
	complete, half, more := monday.with(3, 3), monday.with(1, 3), monday.with(2, 3)
	for _, test := range []struct {
		name  string
		puts  []Day
		wants Day
	}{
		{"one", []Day{half}, half},
		{"complete after incomplete", []Day{half, complete}, complete},
		{"incomplete after complete", []Day{complete, later(more)}, complete},
		{"complete after complete", []Day{complete, later(complete)}, later(complete)},
		{"one that received more", []Day{half, later(more)}, later(more)},
		{"one that received as many", []Day{half, later(half)}, later(half)},
		{"one that received less", []Day{more, later(half)}, more},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := newArchive(t)
			for _, d := range test.puts {
				put(t, a, d)
			}
			if got := must(a.Days(t.Context()))(t); !reflect.DeepEqual(got, []Day{test.wants}) {
				t.Errorf("got  %+v\nwant %+v", got, test.wants)
			}
		})
	}
}

func TestDaysKeepEveryFigureAndTheirOrder(t *testing.T) {
	a := newArchive(t)
	first, second := monday, tuesday
	first.Announced, first.Received, first.Unreadable, first.Missing = 10, 8, 3, 2
	second.Complete = false
	put(t, a, second)
	put(t, a, first)
	if got := must(a.Days(t.Context()))(t); !reflect.DeepEqual(got, []Day{first, second}) {
		t.Errorf("got %+v", got)
	}
}

func TestOnlyACompleteReadingDropsCalls(t *testing.T) {
	one, two, three := callAt(monday, 1, "one"), callAt(monday, 2, "two"), callAt(monday, 3, "three")
	for _, test := range []struct {
		name     string
		complete bool
		want     []string
	}{
		{"complete", true, []string{"three", "two"}},
		{"incomplete", false, []string{"one", "three", "two"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := newArchive(t)
			put(t, a, monday, one, two)
			put(t, a, tuesday, callAt(tuesday, 1, "other"))
			d := monday
			d.Complete = test.complete
			put(t, a, d, two, three)
			if got := sids(callsOf(t, a, monday)); !slices.Equal(got, test.want) {
				t.Errorf("got %v", got)
			}
			if got := sids(callsOf(t, a, tuesday)); !slices.Equal(got, []string{"other"}) {
				t.Errorf("the next day has %v", got)
			}
		})
	}
}

func TestACallIsInOneDay(t *testing.T) {
	timeless := func(sid string) exotel.Call {
		call := callAt(monday, 1, sid)
		call.Created = time.Time{}
		return call
	}
	onMonday, onTuesday := callAt(monday, 60, "moves"), callAt(tuesday, 60, "moves")
	for _, test := range []struct {
		name                  string
		first, then           Day
		call, same            exotel.Call
		onMonday, onTuesday   int
		createdAfter          time.Time
		thenOpenedInTheMiddle bool
	}{
		{name: "with another time", first: monday, call: onMonday, then: tuesday, same: onTuesday, onTuesday: 1, createdAfter: onTuesday.Created},
		{name: "back to the day before", first: tuesday, call: onTuesday, then: monday, same: onMonday, onMonday: 1, createdAfter: onMonday.Created},
		{name: "after the program was started again", first: monday, call: onMonday, then: tuesday, same: onTuesday, onTuesday: 1, createdAfter: onTuesday.Created, thenOpenedInTheMiddle: true},
		{name: "within a day", first: monday, call: onMonday, then: monday, same: callAt(monday, 61, "moves"), onMonday: 1, createdAfter: onMonday.Created.Add(time.Second)},
		{name: "without a time on both days", first: monday, call: timeless("moves"), then: tuesday, same: timeless("moves"), onTuesday: 1},
		{name: "with a time after none", first: monday, call: timeless("moves"), then: tuesday, same: onTuesday, onTuesday: 1, createdAfter: onTuesday.Created},
		{name: "with a time after none, same day", first: monday, call: timeless("moves"), then: monday, same: onMonday, onMonday: 1, createdAfter: onMonday.Created},
		{name: "without a time after one", first: monday, call: onMonday, then: tuesday, same: timeless("moves"), onMonday: 1, createdAfter: onMonday.Created},
		{name: "without a time after one, same day", first: monday, call: onMonday, then: monday, same: timeless("moves"), onMonday: 1, createdAfter: onMonday.Created},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "calls.db")
			a := opened(t, path, india)
			put(t, a, test.first, test.call, callAt(test.first, 7, "stays"))
			if test.thenOpenedInTheMiddle {
				check(t, a.Close())
				a = opened(t, path, india)
			}
			d := test.then
			d.Complete = false
			put(t, a, d, test.same)
			var found []exotel.Call
			count := func(d Day) (n int) {
				for _, call := range callsOf(t, a, d) {
					if call.Sid == "moves" {
						n++
						found = append(found, call)
					}
				}
				return n
			}
			if m, n := count(monday), count(tuesday); m != test.onMonday || n != test.onTuesday {
				t.Fatalf("%d on Monday, %d on Tuesday", m, n)
			}
			if got := found[0].Created; !got.Equal(test.createdAfter) {
				t.Errorf("created at %v", got)
			}
		})
	}
}

func TestASidThatComesTwiceInAReadingIsOneCall(t *testing.T) {
	a := newArchive(t)
	first, second := callAt(monday, 1, "twice"), callAt(monday, 2, "twice")
	first.Price, second.Created, second.Price = "", time.Time{}, "2.10"
	put(t, a, monday, first, second)
	want := second
	want.Created = first.Created
	expect(t, a, monday, want)
}

func TestDaysFollowTheZone(t *testing.T) {
	zone := must(time.LoadLocation("Europe/Berlin"))(t)
	a := opened(t, filepath.Join(t.TempDir(), "calls.db"), zone)
	var days []Day
	for _, date := range []int{28, 29, 30} { // March 2026: the 29th has 23 hours
		days = append(days, dayIn(zone, 2026, 3, date))
	}
	for _, date := range []int{24, 25, 26} { // October: the 25th has 25
		days = append(days, dayIn(zone, 2026, 10, date))
	}
	want := map[Day][]exotel.Call{}
	for _, d := range days {
		hours := int(d.To.Sub(d.From) / time.Hour)
		for _, second := range []int{0, 2*3600 + 1800, 3*3600 + 1800, hours*3600 - 1} {
			want[d] = append(want[d], callAt(d, second, d.From.Format("0102 ")+time.Duration(second).String()))
		}
		put(t, a, d, want[d]...)
	}
	for _, d := range days {
		expect(t, a, d, want[d]...)
	}
	if got := must(a.Days(t.Context()))(t); !reflect.DeepEqual(got, days) {
		t.Errorf("got %v", got)
	}
}

func TestADayReadInAnotherZoneTakesThePlaceOfThoseItOverlaps(t *testing.T) {
	a := newArchive(t)
	timeless := callAt(tuesday, 1, "timeless")
	timeless.Created = time.Time{}
	put(t, a, monday, callAt(monday, 1, "early"), callAt(monday, 20*3600, "late"))
	put(t, a, tuesday, callAt(tuesday, 1, "next"), timeless)
	utc := dayIn(time.UTC, 2026, 11, 23) // from 05:30 on Monday to 05:30 on Tuesday
	put(t, a, utc, callAt(monday, 20*3600, "late"), timeless)

	if got := must(a.Days(t.Context()))(t); len(got) != 1 || !got[0].From.Equal(utc.From) || !got[0].To.Equal(utc.To) {
		t.Errorf("days: %+v", got)
	}
	if got := sids(callsOf(t, a, utc)); !slices.Equal(got, []string{"late", "timeless"}) {
		t.Errorf("on the new day: %v", got)
	}
	if got := sids(callsOf(t, a, Day{From: monday.From, To: tuesday.To})); !slices.Equal(got, []string{"early", "late", "timeless"}) {
		t.Errorf("in all: %v", got)
	}
}

func TestWhatIsNoDayIsRefusedAndNothingKept(t *testing.T) {
	good := callAt(monday, 1, "good")
	for _, test := range []struct {
		name string
		day  Day
		call exotel.Call
		want error
	}{
		{"a call of the day before", monday, callAt(monday, -1, "stray"), errStray},
		{"a call of the day after", monday, callAt(tuesday, 0, "stray"), errStray},
		{"a call without a Sid", monday, exotel.Call{}, errNoSid},
		{"a day that ends as it begins", Day{From: monday.From, To: monday.From}, good, errSpan},
		{"a day before 1970", dayIn(india, 1969, 1, 1), good, errSpan},
		{"a day after 2106", dayIn(india, 2107, 1, 1), good, errSpan},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := newArchive(t)
			if err := tryPut(t.Context(), a, test.day, good, test.call); !errors.Is(err, test.want) {
				t.Errorf("got %v", err)
			}
			if days := must(a.Days(t.Context()))(t); len(days)+len(callsOf(t, a, Day{From: time.Unix(0, 0), To: monday.To})) != 0 {
				t.Errorf("something was kept: %v", days)
			}
		})
	}
}

func TestForgottenDaysAreGoneAndGiveTheirSpaceBack(t *testing.T) {
	account := exoteltest.New(exoteltest.Options{CallsPerDay: 3000, Zone: india, Now: func() time.Time { return tuesday.To }})
	a := newArchive(t)
	empty := must(a.size())(t)
	kept := callAt(tuesday, 1, "kept")
	put(t, a, monday, account.Calls(monday.From, monday.To)...)
	put(t, a, tuesday, kept)
	before := must(a.size())(t)
	check(t, a.Forget(t.Context(), tuesday.From))

	if got := must(a.Days(t.Context()))(t); !reflect.DeepEqual(got, []Day{tuesday}) {
		t.Errorf("days: %+v", got)
	}
	expect(t, a, monday)
	expect(t, a, tuesday, kept)
	if after := must(a.size())(t); after-empty > (before-empty)/3 {
		t.Errorf("%d bytes of %d are left", after, before)
	}
	back := callAt(monday, 5, "kept") // may have been forgotten where it was
	put(t, a, monday, back)
	expect(t, a, monday, back)
}

func TestDaysArePutAndReadSideBySide(t *testing.T) {
	a := newArchive(t)
	var days []Day
	for date := 1; date <= 6; date++ {
		days = append(days, dayIn(india, 2026, 11, date))
	}
	reading := func(d Day, version int) (calls []exotel.Call) {
		for i := range 50 {
			call := callAt(d, i, d.From.Format("0102")+time.Duration(i).String())
			call.Duration, call.Status = version, "v"+time.Duration(version).String()
			calls = append(calls, call)
		}
		return calls
	}
	var wait sync.WaitGroup
	for _, d := range days {
		wait.Go(func() {
			for version := 1; version <= 5; version++ {
				if err := tryPut(t.Context(), a, d, reading(d, version)...); err != nil {
					t.Error(err)
				}
			}
		})
		wait.Go(func() {
			for range 20 {
				versions := map[int]int{}
				for call, err := range a.Calls(t.Context(), d.From, d.To) {
					if err != nil {
						t.Error(err)
					}
					versions[call.Duration]++
				}
				for version, n := range versions {
					if n != 50 {
						t.Errorf("%d calls of reading %d", n, version)
					}
				}
			}
		})
	}
	wait.Wait()
	for _, d := range days {
		expect(t, a, d, reading(d, 5)...)
	}
}

func TestTheArchiveCanBeUsedWithinALoopOverCalls(t *testing.T) {
	a := newArchive(t)
	put(t, a, monday, callAt(monday, 1, "one"), callAt(monday, 2, "two"), callAt(monday, 3, "three"), callAt(monday, 4, "four"))
	depth := 0
	var nest func()
	nest = func() {
		for range a.Calls(t.Context(), monday.From, monday.To) {
			if depth++; depth <= readers {
				nest()
			} else {
				put(t, a, monday, callAt(monday, 9, "new"))
			}
			return
		}
	}
	nest()
	expect(t, a, monday, callAt(monday, 9, "new"))
}

func TestAContextThatEndedEndsEverything(t *testing.T) {
	a := newArchive(t)
	put(t, a, monday, callAt(monday, 1, "one"))
	cause := errors.New("the window was closed")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	_, days := a.Days(ctx)
	var calls error
	for _, calls = range a.Calls(ctx, monday.From, monday.To) {
	}
	for name, err := range map[string]error{
		"Days": days, "Calls": calls,
		"Keep":   tryPut(ctx, a, monday, callAt(monday, 1, "two")),
		"Update": must(read(a, monday, callAt(monday, 1, "two")))(t).Update(ctx, func(int, int) Day { return monday }),
		"Forget": a.Forget(ctx, tuesday.From),
	} {
		if !errors.Is(err, cause) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	expect(t, a, monday, callAt(monday, 1, "one"))
}

func TestAClosedArchiveSaysSo(t *testing.T) {
	a := newArchive(t)
	check(t, a.Close())
	check(t, a.Close())
	_, days := a.Days(t.Context())
	for name, err := range map[string]error{"Days": days, "Keep": tryPut(t.Context(), a, monday), "Forget": a.Forget(t.Context(), monday.From)} {
		if !errors.Is(err, errClosed) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
