package heartbeat

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
)

var numbers = []exotel.ExoPhone{
	{SID: "08040000001", Number: "+918040000001", Name: "Support"},
	{SID: "sid-two", Number: "+918040000002", Name: "08040000002"},
}

// story tells a tracker reports at times, minute by minute from noon.
type story struct {
	*Tracker
	now time.Time
}

func newStory(o TrackerOptions, phones ...exotel.ExoPhone) *story {
	s := &story{NewTracker(o), noon}
	if len(phones) > 0 {
		s.SetExoPhones(phones, noon)
	}
	return s
}

func (s *story) after(d time.Duration) *story {
	s.now = s.now.Add(d)
	return s
}

// push posts a heartbeat of now. affected names lines like "in:sid" and "out:sid".
func (s *story) push(level Level, affected ...string) bool {
	r := Report{At: s.now, Stamp: s.now.Format(time.RFC3339Nano), Level: level, LevelText: string(level), Standard: true}
	for _, line := range affected {
		direction, sid, _ := strings.Cut(line, ":")
		r.Lines = append(r.Lines, affectedLine(sid, map[string]Direction{"in": Incoming, "out": Outgoing}[direction]))
	}
	return s.AddReport(r, s.now)
}

func (s *story) pull(sid, incoming, outgoing string) {
	s.AddConnectivity(exotel.Connectivity{ExoPhone: exotel.ExoPhone{SID: sid}, Incoming: exotel.Line{Status: incoming}, Outgoing: exotel.Line{Status: outgoing}}, s.now)
}

func (s *story) level() Level { return s.Health(s.now).Level }

// lines writes what is known, like "08040000001 up/down".
func (s *story) lines() string {
	word := map[State]string{StateUnknown: "?", Up: "up", Down: "down"}
	var all []string
	for _, p := range s.Health(s.now).Phones {
		all = append(all, fmt.Sprintf("%s %s/%s", p.Key[len(p.Key)-1:], word[p.Incoming.State], word[p.Outgoing.State]))
	}
	return strings.Join(all, ", ")
}

const minutes = time.Minute

func TestLevelFollowsTheWords(t *testing.T) {
	for _, test := range []struct {
		name  string
		tell  func(*story)
		level Level
		lines string
	}{
		{"nothing was heard", func(s *story) {}, Unknown, "2 ?/?, 1 ?/?"},
		{"all is well", func(s *story) { s.push(OK) }, OK, "2 up/up, 1 up/up"},
		{"one line of one number", func(s *story) { s.push(Warning, "in:08040000001") }, Warning, "1 down/up, 2 up/up"},
		{"a SID that is no number", func(s *story) { s.push(Warning, "out:sid-two") }, Warning, "2 up/down, 1 up/up"},
		{"the number in another form", func(s *story) { s.push(Warning, "out:+918040000002") }, Warning, "2 up/down, 1 up/up"},
		{"all numbers in one direction at least", func(s *story) { s.push(Critical, "in:08040000001", "out:sid-two") }, Critical, "2 up/down, 1 down/up"},
		{"critical, and it describes one of them", func(s *story) { s.push(Critical, "in:08040000001") }, Critical, "1 down/up, 2 ?/?"},
		{"critical, and it does not say which", func(s *story) { s.push(Critical) }, Critical, "2 ?/?, 1 ?/?"},
		{"a warning that does not say which", func(s *story) { s.push(OK); s.after(5 * minutes).push(Warning) }, Warning, "2 up/up, 1 up/up"},
		{"a word that is not documented", func(s *story) { s.push(OK); s.after(5 * minutes).push(Unknown) }, Unknown, "2 up/up, 1 up/up"},
		{"too large", func(s *story) { s.push(TooLarge) }, TooLarge, "2 ?/?, 1 ?/?"},
		{"too large, and then pulled", func(s *story) {
			s.push(TooLarge)
			s.PollStarted(s.now)
			s.pull("08040000001", "active", "active")
			s.pull("sid-two", "active", "active")
			s.PollEnded(nil, true, s.now)
		}, OK, "2 up/up, 1 up/up"},
		{"pulled and well", func(s *story) { s.pull("08040000001", "active", "active"); s.pull("sid-two", "active", "active") }, OK, "2 up/up, 1 up/up"},
		{"one number was not pulled yet", func(s *story) { s.pull("08040000001", "active", "active") }, Unknown, "2 ?/?, 1 up/up"},
		{"an empty word is not known", func(s *story) { s.pull("08040000001", "active", "active"); s.pull("sid-two", "active", "") }, Unknown, "2 up/?, 1 up/up"},
		{"one bad pull is not enough", func(s *story) { s.push(OK); s.pull("sid-two", "active", "major_outage") }, OK, "2 up/up, 1 up/up"},
		{"two bad pulls are", func(s *story) {
			s.push(OK)
			s.pull("sid-two", "active", "major_outage")
			s.after(20*time.Second).pull("sid-two", "active", "a new word")
		}, Warning, "2 up/down, 1 up/up"},
		{"a good pull between two bad ones", func(s *story) {
			s.push(OK)
			s.pull("sid-two", "active", "major_outage")
			s.pull("sid-two", "active", "active")
			s.pull("sid-two", "active", "major_outage")
		}, OK, "2 up/up, 1 up/up"},
		{"one good word does not end a fault", func(s *story) { s.push(Warning, "in:08040000001"); s.after(5 * minutes).push(OK) }, Warning, "1 down/up, 2 up/up"},
		{"two good words do", func(s *story) {
			s.push(Warning, "in:08040000001")
			s.after(5 * minutes).push(OK)
			s.after(5 * minutes).push(OK)
		}, OK, "2 up/up, 1 up/up"},
		{"good words from both sources count", func(s *story) {
			s.push(Warning, "in:08040000001")
			s.after(5 * minutes).push(OK)
			s.pull("08040000001", "active", "active")
		}, OK, "2 up/up, 1 up/up"},
		{"critical eases when some are well again", func(s *story) {
			s.push(Critical, "in:08040000001", "in:sid-two")
			s.after(5*minutes).push(Warning, "in:sid-two")
			s.after(5*minutes).push(Warning, "in:sid-two")
		}, Warning, "2 down/up, 1 up/up"},
		{"a number that is not on the list", func(s *story) { s.push(Warning, "in:08049999993") }, Warning, "3 down/up, 2 up/up, 1 up/up"},
		{"and is forgotten when it is well", func(s *story) {
			s.push(Warning, "in:08049999993")
			s.after(5 * minutes).push(OK)
			s.after(5 * minutes).push(OK)
		}, OK, "2 up/up, 1 up/up"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStory(TrackerOptions{}, numbers...)
			test.tell(s)
			if s.level() != test.level || s.lines() != test.lines {
				t.Errorf("got %s, %s; want %s, %s", s.level(), s.lines(), test.level, test.lines)
			}
		})
	}
}

func TestWithoutAListExotelsWordHolds(t *testing.T) {
	for _, test := range []struct {
		level    Level
		affected []string
	}{{OK, nil}, {Warning, []string{"in:a"}}, {Critical, []string{"in:a"}}, {Critical, nil}, {TooLarge, nil}, {Unknown, nil}} {
		s := newStory(TrackerOptions{})
		if s.push(test.level, test.affected...); s.level() != test.level {
			t.Errorf("%s: got %s", test.level, s.level())
		}
	}
}

func TestAListThatComesLaterJoinsTheSIDsOfAHeartbeat(t *testing.T) {
	s := newStory(TrackerOptions{})
	s.push(Warning, "in:sid-two")
	s.SetExoPhones(numbers, s.now)
	s.after(5*minutes).push(Warning, "in:sid-two")
	if s.lines() != "2 down/up, 1 up/up" {
		t.Error(s.lines())
	}
}

func TestAnOKBeforeTheListCountsForAllOnIt(t *testing.T) {
	s := newStory(TrackerOptions{})
	s.push(OK)
	s.SetExoPhones(numbers, s.now)
	if s.level() != OK {
		t.Error(s.level())
	}
}

func TestOldAndRepeatedHeartbeatsChangeNothing(t *testing.T) {
	s := newStory(TrackerOptions{}, numbers...)
	s.push(Warning, "in:08040000001")
	before := s.Health(s.now)
	older := Report{At: s.now.Add(-minutes), Stamp: "older", Level: OK}
	same := Report{At: s.now, Stamp: s.now.Format(time.RFC3339Nano), Level: OK}
	s.after(minutes)
	for range 5 {
		if s.AddReport(older, s.now) || s.AddReport(same, s.now) {
			t.Fatal("taken for news")
		}
	}
	after := s.Health(s.now)
	if after.Level != Warning || !after.ReportedAt.Equal(before.ReportedAt) || s.lines() != "1 down/up, 2 up/up" {
		t.Errorf("got %s, %s, heard %v", after.Level, s.lines(), after.ReportedAt)
	}
}

func TestRepeatedOldNewsDoesNotStayGreen(t *testing.T) {
	s := newStory(TrackerOptions{}, numbers...)
	s.push(OK)
	same := Report{At: s.now, Stamp: s.now.Format(time.RFC3339Nano), Level: OK}
	for range 4 {
		s.after(5*minutes).AddReport(same, s.now)
	}
	if s.level() != Unknown {
		t.Error(s.level())
	}
}

func TestAHeartbeatThatIsLateIsAsOldAsItSays(t *testing.T) {
	s := newStory(TrackerOptions{}, numbers...)
	s.AddReport(Report{At: noon.Add(-20 * minutes), Stamp: "late", Level: OK}, noon)
	if s.level() != Unknown {
		t.Error(s.level())
	}
}

func TestSilenceOfThreeIntervalsIsUnknown(t *testing.T) {
	for _, test := range []struct {
		name     string
		options  TrackerOptions
		every    []time.Duration // between heartbeats
		silence  time.Duration
		interval time.Duration
		level    Level
	}{
		{"before anything was learned", TrackerOptions{}, nil, 15 * minutes, 5 * minutes, OK},
		{"a moment longer", TrackerOptions{}, nil, 15*minutes + 1, 5 * minutes, Unknown},
		{"a set interval", TrackerOptions{Push: 10 * minutes}, []time.Duration{minutes, minutes}, 30 * minutes, 10 * minutes, OK},
		{"a learned interval", TrackerOptions{}, []time.Duration{2 * minutes, 2 * minutes}, 6*minutes + 1, 2 * minutes, Unknown},
		{"a heartbeat that was lost", TrackerOptions{}, []time.Duration{2 * minutes, 2 * minutes, 4 * minutes}, 6*minutes + 1, 2 * minutes, Unknown},
		{"a night of sleep", TrackerOptions{}, []time.Duration{2 * minutes, 2 * minutes, 10 * time.Hour}, 6*minutes + 1, 2 * minutes, Unknown},
		{"an interval that was made longer", TrackerOptions{}, []time.Duration{2 * minutes, 15 * minutes, 15 * minutes}, 45 * minutes, 15 * minutes, OK},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStory(test.options, numbers...)
			s.push(OK)
			for _, gap := range test.every {
				s.after(gap).push(OK)
			}
			h := s.after(test.silence).Health(s.now)
			if h.Level != test.level || h.Interval != test.interval || h.IsSilent() != (test.level == Unknown) {
				t.Errorf("got %s, every %v, silent %v", h.Level, h.Interval, h.IsSilent())
			}
		})
	}
}

func TestABurstOfHeartbeatsTeachesNoInterval(t *testing.T) {
	for _, test := range []struct {
		name string
		gaps []time.Duration
		want time.Duration
	}{
		{"closer than Exotel can be set to", []time.Duration{44 * time.Second, 44 * time.Second, 44 * time.Second, 44 * time.Second, 44 * time.Second, 44 * time.Second, 44 * time.Second}, 5 * minutes},
		{"in a burst", []time.Duration{minutes, minutes}, 5 * minutes},
		{"in bursts between others", []time.Duration{5 * minutes, minutes, minutes, 5 * minutes, minutes, minutes, 5 * minutes, minutes, minutes}, 5 * minutes},
		{"for longer than a burst", []time.Duration{minutes, minutes, minutes, minutes, minutes}, minutes},
		{"a little less than a minute apart", []time.Duration{55 * time.Second, 55 * time.Second, 55 * time.Second, 55 * time.Second, 55 * time.Second}, minutes},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStory(TrackerOptions{}, numbers...)
			s.push(OK)
			for _, gap := range test.gaps {
				s.after(gap).push(OK)
			}
			if got := s.Health(s.now).Interval; got != test.want {
				t.Errorf("learned %v, want %v", got, test.want)
			}
		})
	}
}

func TestABadWordAfterSilenceFindsNothingGreen(t *testing.T) {
	s := newStory(TrackerOptions{}, numbers...)
	s.push(OK)
	s.after(time.Hour).pull("08040000001", "major_outage", "active")
	if got := s.lines(); got != "1 ?/up, 2 ?/?" && got != "2 ?/?, 1 ?/up" {
		t.Error(got)
	}
}

func TestTroubleOfOurConnectionIsNoFaultOfThePhones(t *testing.T) {
	trouble := errors.New("no network")
	s := newStory(TrackerOptions{}, numbers...)
	s.push(OK)
	s.PollEnded(trouble, true, s.now)
	if h := s.Health(s.now); h.Level != OK || !errors.Is(h.PollErr, trouble) {
		t.Errorf("while news is fresh: %s, %v", h.Level, h.PollErr)
	}
	if s.after(time.Hour); s.level() != Unknown {
		t.Errorf("later: %s", s.level())
	}
	s.PollEnded(nil, true, s.now)
	if h := s.Health(s.now); h.PollErr != nil {
		t.Error(h.PollErr)
	}
}

func TestSinceIsTheBeginningOfTheTrouble(t *testing.T) {
	s := newStory(TrackerOptions{}, numbers...)
	s.push(Warning, "in:08040000001")
	began := s.now
	s.after(5*minutes).push(Critical, "in:08040000001", "in:sid-two")
	if h := s.Health(s.now); !h.Since.Equal(began) || h.Level != Critical {
		t.Errorf("got %s since %v", h.Level, h.Since)
	}
}

func TestARestoredFaultIsNotNewAndEndsByTwoGoodWords(t *testing.T) {
	s := newStory(TrackerOptions{}, numbers...)
	began := noon.Add(-time.Hour)
	s.Restore(PhoneHealth{Key: "8040000001", Number: "+918040000001", Incoming: LineHealth{State: Down, Status: "major_outage", Since: began}})
	if s.level() != Unknown {
		t.Errorf("before the first word: %s", s.level())
	}
	s.push(Warning, "in:08040000001")
	if h := s.Health(s.now); h.Level != Warning || !h.Since.Equal(began) {
		t.Errorf("got %s since %v", h.Level, h.Since)
	}
	s.after(5 * minutes).push(OK)
	if s.level() != Warning {
		t.Errorf("after one good word: %s", s.level())
	}
	if s.after(5 * minutes).push(OK); s.level() != OK {
		t.Errorf("after two: %s", s.level())
	}
}

func TestALineThatWasUpBeforeARestartIsUpSinceThen(t *testing.T) {
	before := noon.Add(-time.Hour)
	for _, test := range []struct {
		ended time.Duration // before the first word
		want  time.Time
	}{{10 * minutes, before}, {11 * minutes, noon}} {
		s := newStory(TrackerOptions{})
		s.RestoreUpTime("8040000001", Incoming, before, noon.Add(-test.ended))
		s.SetExoPhones(numbers, s.now)
		if s.level() != Unknown {
			t.Errorf("before the first word: %s", s.level())
		}
		s.push(OK)
		for _, p := range s.Health(s.now).Phones {
			if p.Key == "8040000001" && (!p.Incoming.Since.Equal(test.want) || !p.Outgoing.Since.Equal(noon)) {
				t.Errorf("a gap of %v: up since %v", test.ended, p.Incoming.Since)
			}
		}
	}
}

func TestAWordIsShownWithTheStateThatItMakes(t *testing.T) {
	s := newStory(TrackerOptions{}, numbers...)
	s.pull("sid-two", "active", "active")
	outgoing := func() (string, State) {
		for _, p := range s.Health(s.now).Phones {
			if p.Key == "8040000002" {
				return p.Outgoing.Status, p.Outgoing.State
			}
		}
		return "", StateUnknown
	}
	for i, test := range []struct {
		says, word string
		state      State
	}{
		{"major_outage", "active", Up}, {"major_outage", "major_outage", Down},
		{"active", "major_outage", Down}, {"active", "active", Up},
	} {
		s.pull("sid-two", "active", test.says)
		if got, state := outgoing(); got != test.word || state != test.state {
			t.Errorf("word %d, %s: %q, %v", i, test.says, got, state)
		}
	}
}

// TestTheWordOfALineThatWasUpIsNoneOfItsFault: a heartbeat may only list it.
func TestTheWordOfALineThatWasUpIsNoneOfItsFault(t *testing.T) {
	s := newStory(TrackerOptions{}, numbers...)
	s.pull("sid-two", "active", "active")
	s.after(minutes)
	s.AddReport(Report{At: s.now, Level: Warning, Lines: []Line{{SID: "sid-two", Direction: Outgoing, Affected: true}}}, s.now)
	for _, p := range s.Health(s.now).Phones {
		if p.Key == "8040000002" && (p.Outgoing.State != Down || p.Outgoing.Status != "" || p.Incoming.Status != "active") {
			t.Errorf("outgoing %v, %q; incoming %q", p.Outgoing.State, p.Outgoing.Status, p.Incoming.Status)
		}
	}
}

func TestDoubtfulPhonesAreThoseThatWaitForAConfirmation(t *testing.T) {
	s := newStory(TrackerOptions{}, numbers...)
	s.push(OK)
	s.pull("sid-two", "major_outage", "active")
	if got := s.UnconfirmedSIDs(); len(got) != 1 || got[0] != "sid-two" {
		t.Errorf("after one bad word: %v", got)
	}
	if h := s.Health(s.now); h.SuspectCount() != 1 || h.Level == Warning {
		t.Errorf("after one bad word %d failed, %s", h.SuspectCount(), h.Level)
	}
	s.pull("sid-two", "major_outage", "active")
	if got := s.UnconfirmedSIDs(); len(got) != 0 {
		t.Errorf("after two: %v", got)
	}
	if h := s.Health(s.now); h.SuspectCount() != 0 || h.Level != Warning {
		t.Errorf("after two %d failed, %s", h.SuspectCount(), h.Level)
	}
	s.pull("sid-two", "active", "active")
	if got := s.UnconfirmedSIDs(); len(got) != 1 {
		t.Errorf("after one good word: %v", got)
	}
}

func TestStrangersDoNotFillMemory(t *testing.T) {
	s := newStory(TrackerOptions{})
	for i := range 3 {
		var lines []string
		for n := range 3000 {
			lines = append(lines, fmt.Sprintf("in:stranger-%d-%d", i, n))
		}
		s.after(minutes).push(Warning, lines...)
	}
	if n := len(s.Health(s.now).Phones); n > maxUnlisted {
		t.Errorf("%d ExoPhones", n)
	}
}

// TestStrangersOfOneHeartbeatTakeLittleMemory: 10 MB have room for 700,000.
func TestStrangersOfOneHeartbeatTakeLittleMemory(t *testing.T) {
	const most = 100_000
	r := Report{Level: Warning}
	for n := range most {
		r.Lines = append(r.Lines, Line{SID: fmt.Sprintf("stranger-%06d", n), Direction: Incoming, Affected: true})
	}
	s := newStory(TrackerOptions{})
	r.At = s.now
	made := testing.AllocsPerRun(1, func() {
		s.after(minutes)
		r.At = s.now
		s.AddReport(r, s.now)
	})
	if n := len(s.Health(s.now).Phones); n != maxUnlisted || made > 2*most {
		t.Errorf("%d ExoPhones, %.0f allocations", n, made)
	}
}

// said posts a heartbeat of now as Exotel writes it.
func (s *story) said(body string) {
	r, err := Parse([]byte(body), s.now)
	if err != nil {
		panic(err)
	}
	r.Stamp = s.now.String()
	s.AddReport(r, s.now)
}

func TestAWarningThatCannotBeReadWholeLeavesNothingGreen(t *testing.T) {
	for _, details := range []string{
		`"data":{"08040000001":{"incoming_call":{"status":null}}}`,
		`"data":{"08040000001":{"incoming_call":{"status":""}}}`,
		`"data":{"08040000001":{"incoming_call":{}}}`,
		`"data":{"08040000001":{"incoming_call":{"state":"major_outage"}}}`,
		`"data":{"08040000001":7}`,
		`"incoming_affected":[""]`,
		`"incoming_affected":["sid-two",""]`,
		`"incoming_affected":"08040000001"`,
	} {
		s := newStory(TrackerOptions{}, numbers...)
		s.push(OK)
		heard := s.now
		s.after(5 * minutes).said(`{"status_type":"WARNING",` + details + `}`)
		if s.level() != Warning {
			t.Errorf("%s: %s, %s", details, s.level(), s.lines())
		}
		for _, p := range s.Health(s.now).Phones {
			if p.Key == "8040000001" && p.Incoming.State == Up && p.Incoming.ReportedAt.After(heard) {
				t.Errorf("%s: taken for a good word about %s", details, p.Key)
			}
			if strings.Contains(details, `{"incoming_call"`) && p.Key == "8040000001" && p.Incoming.State == Up {
				t.Errorf("%s: the line that it describes is up", details)
			}
		}
	}
}

func TestALateHeartbeatDoesNotOverruleANewerPull(t *testing.T) {
	for _, test := range []struct {
		pulled string
		late   Level
		want   Level
	}{{"active", Critical, OK}, {"major_outage", OK, Critical}} {
		s := newStory(TrackerOptions{}, numbers...)
		s.push(OK)
		s.after(13 * minutes)
		for range 2 {
			s.pull("08040000001", test.pulled, "active")
			s.pull("sid-two", test.pulled, "active")
		}
		for i := range 2 {
			late := Report{At: s.now.Add(time.Duration(i-12) * minutes), Stamp: fmt.Sprint(i), Level: test.late}
			if test.late == Critical {
				late.Lines = []Line{affectedLine("08040000001", Incoming), affectedLine("sid-two", Incoming)}
			}
			s.AddReport(late, s.now)
		}
		if s.level() != test.want {
			t.Errorf("%s after pulls of %s: %s, %s", test.late, test.pulled, s.level(), s.lines())
		}
	}
}

func TestPullsThatEndEveryFaultEndTheLevelToo(t *testing.T) {
	for name, affected := range map[string][]string{"all named": {"in:08040000001", "in:sid-two"}, "one named": {"in:08040000001"}} {
		s := newStory(TrackerOptions{}, numbers...)
		s.push(Critical, affected...)
		for range 2 {
			s.after(30*time.Second).pull("08040000001", "active", "active")
			s.pull("sid-two", "active", "active")
		}
		if s.level() != OK {
			t.Errorf("%s: %s, %s", name, s.level(), s.lines())
		}
	}
}

func TestWordsOfBothSourcesEndAFaultWithoutANewOne(t *testing.T) {
	s := newStory(TrackerOptions{}, numbers...)
	s.push(Critical, "in:08040000001", "in:sid-two")
	s.after(minutes).pull("08040000001", "active", "active")
	s.pull("sid-two", "active", "active")
	s.after(minutes).push(OK)
	if s.level() != OK {
		t.Errorf("%s, %s", s.level(), s.lines())
	}
}

func TestAPullThatHeartbeatsContradictCountsForNothing(t *testing.T) {
	s := newStory(TrackerOptions{}, numbers...)
	changes, last := 0, Unknown
	for range 12 {
		s.after(5*minutes).push(Warning, "in:08040000001")
		for range 2 {
			s.after(20*time.Second).pull("08040000001", "active", "active")
			s.pull("sid-two", "active", "active")
			if level := s.level(); level != last {
				changes, last = changes+1, level
			}
		}
	}
	if changes > 3 || s.level() != Warning {
		t.Errorf("%d changes in an hour, then %s", changes, s.level())
	}
}

func TestAnAccountWithoutNumbersIsCriticalUntilTwoGoodWords(t *testing.T) {
	s := newStory(TrackerOptions{}, numbers...)
	s.push(OK)
	for _, word := range []Level{Critical, OK, Critical, Unknown, TooLarge, OK, Critical, OK} {
		s.after(5 * minutes).push(word)
		if s.level() != Critical {
			t.Errorf("after %s: %s", word, s.level())
		}
		if word == Critical && s.lines() != "2 ?/?, 1 ?/?" {
			t.Errorf("its numbers are %s", s.lines())
		}
	}
	if s.after(5 * minutes).push(OK); s.level() != OK {
		t.Errorf("after two: %s", s.level())
	}
}

func TestAClockThatIsSetBackLeavesNothingGreen(t *testing.T) {
	s := newStory(TrackerOptions{}, numbers...)
	s.push(OK)
	if s.after(-time.Hour); s.level() != Unknown {
		t.Errorf("after the step: %s", s.level())
	}
	s.push(Warning, "in:08040000001")
	if s.level() != Warning {
		t.Errorf("the next word: %s, %s", s.level(), s.lines())
	}
}

func TestANumberThatIsNotListedStaysDownThroughSilence(t *testing.T) {
	s := newStory(TrackerOptions{}, numbers...)
	s.push(Warning, "in:08049999993")
	s.after(time.Hour)
	s.SetExoPhones(numbers, s.now)
	s.push(Warning, "in:08049999993")
	if h := s.Health(s.now); !h.Since.Equal(noon) {
		t.Errorf("%s since %v", s.lines(), h.Since)
	}
	s.after(25 * time.Hour)
	s.SetExoPhones(numbers, s.now)
	if s.push(OK); s.level() != OK {
		t.Errorf("a day later: %s, %s", s.level(), s.lines())
	}
}

func TestASIDAndItsNumberBecomeOneWhenTheListComes(t *testing.T) {
	s := newStory(TrackerOptions{})
	s.push(Warning, "in:sid-two", "out:+918040000002")
	s.SetExoPhones(numbers, s.now)
	if s.lines() != "2 down/down, 1 ?/?" {
		t.Error(s.lines())
	}
}

func TestALateCriticalCountsUntilPullsAreSure(t *testing.T) {
	late := func(s *story) {
		r := Report{At: s.now.Add(-150 * time.Second), Stamp: s.now.String(), Level: Critical}
		r.Lines = []Line{affectedLine("08040000001", Incoming), affectedLine("sid-two", Incoming)}
		s.AddReport(r, s.now)
	}
	s := newStory(TrackerOptions{}, numbers...)
	s.pull("08040000001", "active", "active")
	if late(s); s.level() == OK {
		t.Errorf("after one pull: %s", s.level())
	}
	s = newStory(TrackerOptions{}, numbers...)
	for range 2 {
		s.pull("08040000001", "active", "active")
		s.pull("sid-two", "active", "active")
	}
	if late(s); s.level() != OK {
		t.Errorf("after two pulls of all: %s, %s", s.level(), s.lines())
	}
}

func TestAPullEndsAContestedFaultWhenHeartbeatsStop(t *testing.T) {
	s := newStory(TrackerOptions{}, numbers...)
	pulls := func() {
		for range 2 {
			s.after(20*time.Second).pull("08040000001", "active", "active")
			s.pull("sid-two", "active", "active")
		}
	}
	for range 2 {
		s.after(5*minutes).push(Warning, "in:08040000001")
		pulls()
	}
	if s.level() != Warning {
		t.Errorf("contested: %s", s.level())
	}
	for range 5 {
		s.after(5 * minutes).push(Unknown)
		pulls()
	}
	if s.lines() != "2 up/up, 1 up/up" {
		t.Errorf("in the end: %s", s.lines())
	}
}

func TestTheWorstComesFirst(t *testing.T) {
	var phones []exotel.ExoPhone
	for i, name := range []string{"A up", "B unknown", "C outgoing", "D incoming", "E both"} {
		phones = append(phones, exotel.ExoPhone{SID: name, Number: fmt.Sprintf("+91804000000%d", i), Name: name})
	}
	s := newStory(TrackerOptions{}, phones...)
	for range 2 {
		s.pull("A up", "active", "active")
		s.pull("B unknown", "active", "")
		s.pull("C outgoing", "active", "major_outage")
		s.pull("D incoming", "major_outage", "active")
		s.pull("E both", "major_outage", "major_outage")
	}
	var names []string
	for _, p := range s.Health(s.now).Phones {
		names = append(names, p.Name)
	}
	if got, want := strings.Join(names, ", "), "E both, C outgoing, D incoming, B unknown, A up"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNoAlternateLeadsNowhere(t *testing.T) {
	for _, test := range []struct {
		name       string
		listed     bool
		alternates []string
		want       []string
	}{
		{"another number of the account", true, []string{"08040000003"}, []string{"08040000003"}},
		{"by its SID", true, []string{"sid-two"}, []string{"sid-two"}},
		{"the line itself, in another form", true, []string{"+918040000001", "08040000003"}, []string{"08040000003"}},
		{"one that is down", true, []string{"08040000004", "08040000003"}, []string{"08040000003"}},
		{"nobody's", true, []string{"08040000009"}, nil},
		{"one that may be the account's", false, []string{"08040000009", "08040000001", "08040000004"}, []string{"08040000009"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStory(TrackerOptions{})
			if test.listed {
				s.SetExoPhones([]exotel.ExoPhone{
					{SID: "1", Number: "+918040000001"}, {SID: "sid-two", Number: "+918040000002"}, {SID: "3", Number: "+918040000003"}, {SID: "4", Number: "+918040000004"},
				}, s.now)
			}
			s.AddReport(Report{At: s.now, Level: Warning, Lines: []Line{
				{Number: "08040000001", Direction: Incoming, Status: "major_outage", Affected: true, Alternates: test.alternates},
				{Number: "08040000004", Direction: Outgoing, Status: "major_outage", Affected: true},
			}}, s.now)
			for _, p := range s.Health(s.now).Phones {
				if got := p.Incoming.Alternates; p.Key == "8040000001" && strings.Join(got, " ") != strings.Join(test.want, " ") {
					t.Errorf("got %q, want %q", got, test.want)
				}
			}
		})
	}
}
