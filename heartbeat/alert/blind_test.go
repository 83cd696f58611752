package alert

import (
	"slices"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
)

var (
	refusal     = &exotel.Error{Op: "list ExoPhones", Kind: exotel.KindCredentials, Status: 401}
	unreachable = &exotel.Error{Op: "list ExoPhones", Kind: exotel.KindNetwork}
)

// ask asks for the ExoPhones every minute, and gets an answer by which these lines are
// down, or an error.
func (s *story) ask(times int, err error, down ...string) {
	for i := range times {
		if i > 0 {
			s.pass(1)
		}
		s.tracker.PollStarted(s.now)
		for _, sid := range []string{"1", "2", "3"} {
			if err != nil {
				break
			}
			word := func(direction string) exotel.Line {
				if slices.Contains(down, direction+":"+sid) {
					return exotel.Line{Status: "major_outage"}
				}
				return exotel.Line{Status: "active"}
			}
			s.tracker.AddConnectivity(exotel.Connectivity{ExoPhone: exotel.ExoPhone{SID: sid}, Incoming: word("in"), Outgoing: word("out")}, s.now)
		}
		s.tracker.PollEnded(err, err == nil, s.now)
		s.look()
	}
}

func TestThatNothingCanBeSeenIsToldOnceAndEndsByItself(t *testing.T) {
	const told = "announcement: Exotel Monitor can't see your lines"
	const sees = "recovery: Exotel Monitor can see your lines again"
	for _, test := range []struct {
		name   string
		change func(*Rules)
		story  func(*story)
		want   []string
	}{
		{"refused keys", nil, func(s *story) {
			s.ask(5, refusal)
			s.ask(2, nil)
		}, []string{"12:02 " + told, "12:05 " + sees}},
		{"not reached", nil, func(s *story) {
			s.ask(10, unreachable)
			s.ask(2, nil)
		}, []string{"12:08 " + told, "12:10 " + sees}},
		{"refused in a moment", nil, func(s *story) {
			s.ask(1, refusal)
			s.now = s.now.Add(5 * time.Second)
			s.ask(2, nil)
			s.pass(5)
		}, nil},
		{"not reached in a moment", nil, func(s *story) {
			s.ask(4, unreachable)
			s.ask(2, nil)
			s.pass(5)
		}, nil},
		{"with reminders", nil, func(s *story) { s.ask(20, refusal) }, []string{
			"12:02 " + told, "12:17 reminder: Exotel Monitor still can't see your lines after 16 min"}},
		{"acknowledged", nil, func(s *story) {
			s.ask(3, refusal)
			s.policy.Acknowledge(s.now)
			s.ask(30, refusal)
			s.ask(2, nil)
		}, []string{"12:02 " + told, "12:32 " + sees}},
		{"snoozed", nil, func(s *story) {
			s.policy.SnoozedUntil = s.now.Add(4 * time.Minute)
			s.ask(10, refusal)
		}, []string{"12:05 " + told}},
		{"after a restart", nil, func(s *story) {
			s.ask(5, refusal)
			s.open()
			s.ask(5, refusal)
			s.open()
			s.ask(2, nil)
		}, []string{"12:02 " + told, "12:09 " + sees}},
		{"who wants to be told of CRITICAL only", func(r *Rules) { r.Warning = false }, func(s *story) {
			s.ask(5, refusal)
		}, []string{"12:02 " + told}},
		{"who wants to be told of nothing", func(r *Rules) { r.Warning, r.Critical = false, false }, func(s *story) {
			s.ask(5, refusal)
		}, nil},
		{"in quiet hours", func(r *Rules) { r.Quiet[0] = &Span{12 * 60, 12*60 + 20} }, func(s *story) {
			s.ask(5, refusal)
			s.ask(30, nil)
		}, []string{"12:20 summary: 1 alert in quiet hours, over"}},
		{"until after quiet hours", func(r *Rules) { r.Quiet[0] = &Span{12 * 60, 12*60 + 10} }, func(s *story) {
			s.ask(13, refusal)
		}, []string{"12:10 " + told}},

		{"while a line is down", nil, func(s *story) {
			s.ask(3, nil, "in:1")
			s.ask(5, refusal)
			s.ask(2, nil, "in:1")
			s.ask(3, nil)
		}, []string{"12:03 announcement: WARNING: incoming down on 1 of 3 numbers", "12:04 " + told,
			"12:08 announcement: Exotel Monitor can see your lines again", "12:09 recovery: OK again: Support"}},
		{"before a line is found down", nil, func(s *story) {
			s.ask(5, refusal)
			s.ask(4, nil, "in:1")
		}, []string{"12:02 " + told, "12:05 " + sees, "12:07 announcement: WARNING: incoming down on 1 of 3 numbers"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := begin(t)
			if test.change != nil {
				test.change(&s.rules)
			}
			s.ask(1, nil)
			s.pass(1)
			test.story(s)
			s.told(test.want...)
		})
	}
}

func TestWhatCannotBeSeenSaysWhyAndWhatToDo(t *testing.T) {
	for want, err := range map[string]error{
		"Exotel refused the API key or token. Check the API key and token;": refusal,
		"Exotel could not be reached. Check the internet connection":        unreachable,
		"No heartbeats arrive from Exotel. Check the webhook":               heartbeat.ErrSilent,
	} {
		d := &Policy{}
		h := heartbeat.Health{At: sunday, BlindErr: err, BlindSince: sunday.Add(-5 * time.Minute)}
		rules := Rules{Warning: true, Zone: ist}
		d.Evaluate(h, rules)
		h.At = sunday.Add(time.Minute)
		dec := d.Evaluate(h, rules)
		if len(dec.Notes) != 1 || !strings.HasPrefix(dec.Notes[0].Body, want) || !strings.HasSuffix(dec.Notes[0].Body, " Since 11:55, 6 min.") || dec.Notes[0].Urgent {
			t.Errorf("told %+v, want %q", dec.Notes, want)
		}
	}
}

func TestATimeWithoutSightIsAnIncidentOfTheWatch(t *testing.T) {
	s := begin(t)
	s.ask(1, nil)
	s.pass(1)
	s.ask(3, unreachable)
	s.ask(5, refusal)
	s.ask(1, nil)
	if len(s.all) != 1 {
		t.Fatalf("%d alerts", len(s.all))
	}
	a := s.all[0]
	if a.Level != heartbeat.Unknown || a.Open() || len(a.Incidents) != 1 || a.OfAccount() || len(a.Phones()) != 0 || !a.OfMonitor() {
		t.Fatalf("got %+v", a)
	}
	in := a.Incidents[0]
	if !in.OfMonitor || in.Key != "" || in.Cause != "Exotel refused the API key or token" || in.Opened.Format("15:04") != "12:01" || in.Closed.Format("15:04") != "12:07" {
		t.Errorf("got %+v", in)
	}
	if want := []string{"12:03 opened UNKNOWN", "12:07 sighted OK", "12:07 closed OK"}; !slices.Equal(s.steps, want) {
		t.Errorf("steps %q, want %q", s.steps, want)
	}
}
