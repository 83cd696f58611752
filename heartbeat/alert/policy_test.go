package alert

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
)

var ist = time.FixedZone("IST", 5*3600+1800)

// sunday is a Sunday's noon, on which every story begins.
var sunday = time.Date(2026, 11, 22, 12, 0, 0, 0, ist)

// story is an account with three numbers, whose heartbeats come to a policy.
type story struct {
	t       *testing.T
	tracker *heartbeat.Tracker
	policy  *Policy
	rules   Rules
	now     time.Time
	notes   []string
	steps   []string
	all     []*Alert
	check   func(Note) // called with each note, unless nil
}

func begin(t *testing.T, change ...func(*Rules)) *story {
	s := &story{t: t, now: sunday, policy: &Policy{}, rules: Rules{Critical: true, Warning: true, Zone: ist}}
	for _, f := range change {
		f(&s.rules)
	}
	s.open()
	return s
}

// open starts the program: nothing is known but what the policy remembers.
func (s *story) open() {
	s.tracker = heartbeat.NewTracker(heartbeat.TrackerOptions{Push: 5 * time.Minute})
	s.tracker.SetExoPhones([]exotel.ExoPhone{
		{SID: "1", Number: "+918040000001", Name: "Support"},
		{SID: "2", Number: "+918040000002", Name: "Sales"},
		{SID: "3", Number: "+918040000003"},
	}, s.now)
	if s.policy.Current != nil {
		for _, p := range s.policy.Current.Phones() {
			s.tracker.Restore(p)
		}
	}
	s.look()
}

func (s *story) look() { s.keep(s.policy.Evaluate(s.tracker.Health(s.now), s.rules)) }

// keep notes what was decided.
func (s *story) keep(dec Decision) {
	for _, n := range dec.Notes {
		if s.check != nil {
			s.check(n)
		}
		urgent := ""
		if n.Urgent {
			urgent = "!"
		}
		s.notes = append(s.notes, fmt.Sprintf("%s %s%s: %s", s.now.Format("15:04"), n.Kind, urgent, n.Title))
	}
	for _, u := range dec.Updates {
		for _, c := range u.Steps {
			s.steps = append(s.steps, fmt.Sprintf("%s %s %s", c.At.Format("15:04"), c.Step, c.Level))
		}
		if !slices.Contains(s.all, u.Alert) {
			s.all = append(s.all, u.Alert)
		}
	}
}

// pass lets minutes pass, in each of which the policy looks at the health.
func (s *story) pass(minutes int) {
	for range minutes {
		s.now = s.now.Add(time.Minute)
		s.look()
	}
}

// push posts heartbeats of the same word, one now and one every five minutes
// more. affected are lines like "in:1".
func (s *story) push(times int, level heartbeat.Level, affected ...string) {
	for i := range times {
		if i > 0 {
			s.pass(5)
		}
		r := heartbeat.Report{At: s.now, Level: level, LevelText: string(level)}
		for _, line := range affected {
			direction, sid, _ := strings.Cut(line, ":")
			r.Lines = append(r.Lines, heartbeat.Line{
				SID: sid, Direction: map[string]heartbeat.Direction{"in": heartbeat.Incoming, "out": heartbeat.Outgoing}[direction],
				Status: "major_outage", Affected: true, Alternates: []string{"08040000009", "08040000001", "08040000003"},
			})
		}
		s.tracker.AddReport(r, s.now)
		s.look()
	}
}

func (s *story) told(want ...string) {
	s.t.Helper()
	if !slices.Equal(s.notes, want) {
		s.t.Errorf("told:\n  %s\nwant:\n  %s", strings.Join(s.notes, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestOneAnnouncementAndOneRecoveryPerAlert(t *testing.T) {
	s := begin(t)
	s.push(1, heartbeat.OK)
	s.pass(5)
	s.push(1, heartbeat.Warning, "in:1")
	s.push(1, heartbeat.Warning, "in:1")
	s.pass(5)
	s.push(2, heartbeat.OK)
	s.pass(10)
	s.told(
		"12:05 announcement: WARNING: incoming down on 1 of 3 numbers",
		"12:15 recovery: OK again: Support",
	)
}

func TestCriticalIsUrgentAndItsRecoveryIsNot(t *testing.T) {
	s := begin(t)
	s.push(1, heartbeat.Critical, "in:1", "in:2", "out:3")
	s.pass(5)
	s.push(2, heartbeat.OK)
	s.told(
		"12:00 announcement!: CRITICAL: 3 of 3 numbers down (incoming on 2, outgoing on 1)",
		"12:10 recovery: OK again: +918040000003, Sales, Support",
	)
}

func TestWhatJoinsIsToldOnceWithTheLevelItMakes(t *testing.T) {
	s := begin(t)
	s.push(1, heartbeat.Warning, "in:1")
	s.pass(5)
	s.push(1, heartbeat.Warning, "in:1", "out:1")
	s.pass(5)
	s.push(2, heartbeat.Critical, "in:1", "in:2", "in:3", "out:1")
	s.told(
		"12:00 announcement: WARNING: incoming down on 1 of 3 numbers",
		"12:05 announcement: WARNING: incoming and outgoing down on 1 of 3 numbers",
		"12:10 announcement!: CRITICAL: 3 of 3 numbers down (incoming on 3, outgoing on 1)",
	)
}

func TestEasingIsRecordedAndNotTold(t *testing.T) {
	s := begin(t)
	s.push(1, heartbeat.Critical, "in:1", "in:2", "in:3")
	s.pass(5)
	s.push(2, heartbeat.Warning, "in:1")
	s.told("12:00 announcement!: CRITICAL: incoming down on 3 of 3 numbers")
	want := []string{"12:00 opened CRITICAL", "12:10 eased WARNING"}
	if !slices.Equal(s.steps, want) {
		t.Errorf("steps %q, want %q", s.steps, want)
	}
	if a := s.policy.Current; len(a.OpenIncidents()) != 1 || len(a.Incidents) != 3 || a.Worst != heartbeat.Critical {
		t.Errorf("got %+v", a)
	}
}

func TestFlappingTellsNothingTwice(t *testing.T) {
	s := begin(t)
	s.push(1, heartbeat.Warning, "in:1")
	s.policy.Acknowledge(s.now)
	for range 10 {
		s.pass(5)
		s.push(1, heartbeat.Warning, "in:1")
		s.pass(5)
		s.push(1, heartbeat.OK)
		s.pass(3)
	}
	s.told("12:00 announcement: WARNING: incoming down on 1 of 3 numbers")
}

func TestRemindersComeAfter15And60MinutesUnlessAcknowledged(t *testing.T) {
	outage := func(s *story) { s.push(20, heartbeat.Warning, "in:1") }
	s := begin(t)
	outage(s)
	s.told(
		"12:00 announcement: WARNING: incoming down on 1 of 3 numbers",
		"12:15 reminder: Still WARNING after 15 min: incoming down on 1 of 3 numbers",
		"13:00 reminder: Still WARNING after 1 h 00 min: incoming down on 1 of 3 numbers",
	)
	s = begin(t)
	s.push(1, heartbeat.Warning, "in:1")
	s.policy.Acknowledge(s.now)
	s.pass(5)
	outage(s)
	s.told("12:00 announcement: WARNING: incoming down on 1 of 3 numbers")
}

func TestWhatJoinsAnAcknowledgedAlertIsToldAndRemindedOf(t *testing.T) {
	s := begin(t)
	s.push(1, heartbeat.Warning, "in:1")
	s.policy.Acknowledge(s.now)
	s.pass(5)
	s.push(4, heartbeat.Warning, "in:1", "in:2")
	s.told(
		"12:00 announcement: WARNING: incoming down on 1 of 3 numbers",
		"12:05 announcement: WARNING: incoming down on 2 of 3 numbers",
		"12:20 reminder: Still WARNING after 20 min: incoming down on 2 of 3 numbers",
	)
}

func TestSleepMakesOneReminderOfMany(t *testing.T) {
	s := begin(t)
	s.push(1, heartbeat.Warning, "in:1")
	s.now = s.now.Add(3 * time.Hour)
	s.push(3, heartbeat.Warning, "in:1")
	s.told(
		"12:00 announcement: WARNING: incoming down on 1 of 3 numbers",
		"15:00 reminder: Still WARNING after 3 h 00 min: incoming down on 1 of 3 numbers",
	)
}

func TestSilenceNeitherOpensNorClosesAnAlert(t *testing.T) {
	s := begin(t)
	s.push(1, heartbeat.Warning, "in:1")
	s.policy.Acknowledge(s.now)
	s.pass(600)
	s.told("12:00 announcement: WARNING: incoming down on 1 of 3 numbers")
	if !s.policy.Current.Open() {
		t.Error("closed by silence")
	}
}

func TestRestart(t *testing.T) {
	for _, test := range []struct {
		name  string
		after func(*story)
		want  []string
	}{
		{"with nothing changed is silent", func(s *story) { s.push(2, heartbeat.Warning, "in:1") }, nil},
		{"after which it is over tells that once", func(s *story) { s.push(3, heartbeat.OK) }, []string{"12:11 recovery: OK again: Support"}},
		{"after which more is down tells that once", func(s *story) { s.push(2, heartbeat.Warning, "in:1", "in:2") },
			[]string{"12:06 announcement: WARNING: incoming down on 2 of 3 numbers"}},
		{"before the first word is silent", func(s *story) { s.pass(10) }, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := begin(t)
			s.push(1, heartbeat.Warning, "in:1")
			s.notes = nil
			s.now = s.now.Add(6 * time.Minute)
			s.open()
			test.after(s)
			s.told(test.want...)
		})
	}
}

func TestEachLevelCanBeSwitchedOff(t *testing.T) {
	s := begin(t, func(r *Rules) { r.Warning = false })
	s.push(1, heartbeat.Warning, "in:1")
	s.pass(20)
	s.push(1, heartbeat.Critical, "in:1", "in:2", "in:3")
	s.pass(5)
	s.push(2, heartbeat.OK)
	s.told(
		"12:20 announcement!: CRITICAL: incoming down on 3 of 3 numbers",
		"12:30 recovery: OK again: +918040000003, Sales, Support",
	)
	s = begin(t, func(r *Rules) { r.Critical = false; r.Warning = false })
	s.push(3, heartbeat.Critical, "in:1", "in:2", "in:3")
	s.pass(5)
	s.push(2, heartbeat.OK)
	s.told()
}

func TestSnoozeHoldsEverythingBack(t *testing.T) {
	s := begin(t)
	s.policy.SnoozedUntil = s.now.Add(30 * time.Minute)
	s.push(8, heartbeat.Warning, "in:1")
	s.told("12:30 announcement: WARNING: incoming down on 1 of 3 numbers")

	s = begin(t)
	s.push(1, heartbeat.Warning, "in:1")
	s.policy.SnoozedUntil = s.now.Add(2 * time.Hour)
	s.pass(5)
	s.push(2, heartbeat.OK)
	s.pass(180)
	s.told(
		"12:00 announcement: WARNING: incoming down on 1 of 3 numbers",
		"14:00 recovery: OK again: Support",
	)

	s = begin(t)
	s.policy.SnoozedUntil = s.now.Add(2 * time.Hour)
	s.push(1, heartbeat.Warning, "in:1")
	s.pass(5)
	s.push(2, heartbeat.OK)
	s.pass(180)
	s.told()
}

// evening makes Sunday quiet from 12:30 to 14:00.
func evening(r *Rules) { r.Quiet[time.Sunday] = &Span{12*60 + 30, 14 * 60} }

func TestQuietHoursAreSummedUpAtTheirEnd(t *testing.T) {
	s := begin(t, evening)
	s.pass(35)
	for _, n := range []string{"in:1", "in:2"} {
		s.push(1, heartbeat.Warning, n)
		s.pass(5)
		s.push(2, heartbeat.OK)
		s.pass(5)
	}
	s.told()
	s.pass(120)
	s.told("14:00 summary: 2 alerts in quiet hours, all over")
	if len(s.all) != 2 {
		t.Errorf("%d alerts are on record", len(s.all))
	}
	for _, a := range s.all { // the note is about the last of them
		if !a.Announced || a.NotifiedAt.Format("15:04") != "14:00" {
			t.Errorf("told: %v, %s", a.Announced, a.NotifiedAt)
		}
	}
}

func TestWhatIsStillOpenAfterQuietHoursIsTold(t *testing.T) {
	s := begin(t, evening)
	s.pass(35)
	s.push(1, heartbeat.Warning, "in:1")
	s.pass(5)
	s.push(2, heartbeat.OK)
	s.pass(5)
	s.push(20, heartbeat.Warning, "in:2")
	s.told(
		"14:00 summary: 2 alerts in quiet hours, 1 still open",
		"14:15 reminder: Still WARNING after 1 h 25 min: incoming down on 1 of 3 numbers",
	)
}

func TestCriticalPassesQuietHoursOnlyByChoice(t *testing.T) {
	for _, test := range []struct {
		anyway bool
		want   []string
	}{
		{false, nil},
		{true, []string{"12:35 announcement!: CRITICAL: incoming down on 3 of 3 numbers", "12:45 recovery: OK again: +918040000003, Sales, Support"}},
	} {
		s := begin(t, evening, func(r *Rules) { r.CriticalAnyway = test.anyway })
		s.pass(35)
		s.push(1, heartbeat.Critical, "in:1", "in:2", "in:3")
		s.pass(5)
		s.push(2, heartbeat.OK)
		s.told(test.want...)
	}
}

func TestQuietHoursOfAWeek(t *testing.T) {
	rules := Rules{Zone: ist}
	rules.Quiet[time.Sunday] = &Span{22 * 60, 8 * 60} // till Monday's morning
	rules.Quiet[time.Tuesday] = &Span{9 * 60, 10 * 60}
	day := func(d, hour, minute int) time.Time { return time.Date(2026, 11, 22+d, hour, minute, 0, 0, ist).UTC() }
	for _, test := range []struct {
		at    time.Time
		quiet bool
	}{
		{day(0, 7, 0), false}, {day(0, 21, 59), false}, {day(0, 22, 0), true}, {day(0, 23, 59), true},
		{day(1, 0, 0), true}, {day(1, 7, 59), true}, {day(1, 8, 0), false}, {day(1, 22, 0), false},
		{day(2, 8, 59), false}, {day(2, 9, 0), true}, {day(2, 10, 0), false},
	} {
		if got := rules.quiet(test.at); got != test.quiet {
			t.Errorf("%s: got %v", test.at.In(ist).Format("Mon 15:04"), got)
		}
	}
}

func TestTroubleWithoutNumbersIsAnAlertToo(t *testing.T) {
	for level, want := range map[heartbeat.Level]string{
		heartbeat.Critical: "12:00 announcement!: CRITICAL: all numbers are affected",
		heartbeat.Warning:  "12:00 announcement: WARNING: some numbers are affected; Exotel doesn't say which",
		heartbeat.TooLarge: "12:02 announcement: PAYLOAD_TOO_LARGE: some numbers are affected; Exotel doesn't say which",
	} {
		s := begin(t)
		s.push(1, level)
		s.pass(5)
		s.push(2, heartbeat.OK)
		if len(s.notes) != 2 || s.notes[0] != want || s.policy.Current != nil {
			t.Errorf("told %q", s.notes)
		}
	}
}

func TestTooLargeThatPullsClearUpIsNotTold(t *testing.T) {
	s := begin(t)
	active := exotel.Line{Status: "active"}
	for range 6 {
		s.push(1, heartbeat.TooLarge)
		s.tracker.PollStarted(s.now)
		for _, sid := range []string{"1", "2", "3"} {
			s.tracker.AddConnectivity(exotel.Connectivity{ExoPhone: exotel.ExoPhone{SID: sid}, Incoming: active, Outgoing: active}, s.now)
		}
		s.tracker.PollEnded(nil, true, s.now)
		s.look()
		s.pass(5)
	}
	s.told()
}

func TestANumberThatLeavesTheAccountEndsItsIncident(t *testing.T) {
	s := begin(t)
	s.push(1, heartbeat.Warning, "in:1")
	s.tracker.SetExoPhones([]exotel.ExoPhone{{SID: "2", Number: "+918040000002"}}, s.now)
	s.tracker.AddReport(heartbeat.Report{At: s.now.Add(time.Minute), Level: heartbeat.OK}, s.now)
	s.now = s.now.Add(time.Hour) // its last word is old news
	s.push(2, heartbeat.OK)
	if s.policy.Current != nil {
		t.Errorf("open: %+v", s.policy.Current.OpenIncidents())
	}
}

func TestAnExoPhoneWithoutANameIsOneIncident(t *testing.T) {
	s := begin(t)
	nameless := func(times int) {
		for range times {
			s.now = s.now.Add(time.Minute)
			h := s.tracker.Health(s.now)
			h.Level, h.Since = heartbeat.Warning, sunday
			h.Phones = append(h.Phones, heartbeat.PhoneHealth{Incoming: heartbeat.LineHealth{State: heartbeat.Down, Since: sunday}})
			s.keep(s.policy.Evaluate(h, s.rules))
		}
	}
	nameless(10)
	if len(s.notes) != 1 || len(s.policy.Current.Incidents) != 1 {
		t.Errorf("told %q of %d incidents", s.notes, len(s.policy.Current.Incidents))
	}
}

func TestASIDThatTheListNamesLaterIsTheSameIncident(t *testing.T) {
	s := begin(t)
	s.tracker = heartbeat.NewTracker(heartbeat.TrackerOptions{Push: 5 * time.Minute})
	s.push(1, heartbeat.Warning, "in:sid-nine")
	s.tracker.SetExoPhones([]exotel.ExoPhone{{SID: "sid-nine", Number: "+918040000009"}, {SID: "1", Number: "+918040000001"}}, s.now)
	s.look()
	s.pass(5)
	s.push(1, heartbeat.Warning, "in:sid-nine")
	if len(s.notes) != 1 || s.policy.Current.Incidents[0].Key != "8040000009" {
		t.Errorf("told %q of %+v", s.notes, s.policy.Current.Incidents)
	}
}

func TestACriticalThatComesBackAfterADayIsToldAgain(t *testing.T) {
	s := begin(t, func(r *Rules) { r.Warning = false })
	s.push(1, heartbeat.Critical, "in:1", "in:2", "in:3")
	s.policy.Acknowledge(s.now)
	for range 288 {
		s.pass(5)
		s.push(1, heartbeat.Warning, "in:1")
	}
	s.pass(5)
	s.push(1, heartbeat.Critical) // and no number that was not down before
	s.told(
		"12:00 announcement!: CRITICAL: incoming down on 3 of 3 numbers",
		"12:05 announcement!: CRITICAL: incoming down on 1 of 3 numbers",
	)
}

func TestACriticalAfterOneInQuietHoursIsTold(t *testing.T) {
	s := begin(t, evening, func(r *Rules) { r.Warning = false })
	s.pass(35)
	s.push(1, heartbeat.Critical, "in:1", "in:2", "in:3")
	for range 20 {
		s.pass(5)
		s.push(1, heartbeat.Warning, "in:1")
	}
	s.pass(5)
	s.push(1, heartbeat.Critical, "in:1", "in:2", "in:3")
	s.told("14:20 announcement!: CRITICAL: incoming down on 3 of 3 numbers")
}

func TestWhoAcknowledgesInQuietHoursIsNotToldAfterwards(t *testing.T) {
	s := begin(t)
	s.policy.SnoozedUntil = s.now.Add(30 * time.Minute)
	s.push(1, heartbeat.Warning, "in:1")
	s.policy.Acknowledge(s.now)
	s.pass(5)
	s.push(8, heartbeat.Warning, "in:1")
	s.told()
}

func TestSleepDoesNotRepeatACritical(t *testing.T) {
	s := begin(t)
	active := exotel.Line{Status: "active"}
	pull := func(sid, incoming string) {
		s.tracker.AddConnectivity(exotel.Connectivity{ExoPhone: exotel.ExoPhone{SID: sid}, Incoming: exotel.Line{Status: incoming}, Outgoing: active}, s.now)
		s.now = s.now.Add(time.Second)
		s.look()
	}
	for range 2 {
		for _, sid := range []string{"1", "2", "3"} {
			pull(sid, "major_outage")
		}
	}
	s.pass(2)
	s.policy.Acknowledge(s.now)
	s.now = s.now.Add(8 * time.Hour)
	s.look()
	for _, sid := range []string{"1", "2", "3"} {
		pull(sid, "major_outage")
	}
	s.pass(3)
	s.told("12:01 announcement!: CRITICAL: incoming down on 3 of 3 numbers")
}

func TestANoteSaysSinceWhenAndWhatToUseInstead(t *testing.T) {
	s := begin(t)
	s.push(1, heartbeat.Warning, "in:1")
	s.now = s.now.Add(5 * time.Minute)
	note := announcement(s.policy.Current, s.tracker.Health(s.now), s.rules)
	if want := "Callers may not reach Support. Since 12:00, 5 min. Alternate: 08040000003."; note.Body != want {
		t.Errorf("got %q", note.Body)
	}
	s.now = s.now.Add(24 * time.Hour)
	if note := recovery(s.policy.Current, s.tracker.Health(s.now), s.rules); !strings.Contains(note.Body, "Sun 22 Nov 12:00") {
		t.Errorf("the next day: %q", note.Body)
	}
}

func TestANoteSaysWhatDoesNotWork(t *testing.T) {
	for lines, want := range map[string]string{
		"in:1":            "Callers may not reach Support. ",
		"out:1":           "Calls from Support may fail. ",
		"in:1 out:1":      "Calls to and from Support may fail. ",
		"in:1 out:2":      "Callers may not reach Support. Calls from Sales may fail. ",
		"in:1 in:2 out:2": "Calls to and from Sales may fail. Callers may not reach Support. ",
		"in:1 in:2":       "Callers may not reach Sales, Support. ",
		"":                "Calls to and from the account's numbers may fail. ",
	} {
		s := begin(t)
		s.push(1, heartbeat.Warning, strings.Fields(lines)...)
		if note := announcement(s.policy.Current, s.tracker.Health(s.now), s.rules); !strings.HasPrefix(note.Body, want) {
			t.Errorf("%s: got %q", lines, note.Body)
		}
	}
}

func TestLasting(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Second: "less than a minute", 90 * time.Second: "2 min", 59 * time.Minute: "59 min", time.Hour: "1 h 00 min",
		220 * time.Minute: "3 h 40 min", 49 * time.Hour: "2 days 1 h",
	} {
		if got := duration(d, Rules{}); got != want {
			t.Errorf("%v: %q", d, got)
		}
	}
}
