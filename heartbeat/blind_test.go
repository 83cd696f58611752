package heartbeat

import (
	"errors"
	"testing"
	"time"

	"exotel-monitor/exotel"
)

var (
	refusal     = &exotel.Error{Op: "list ExoPhones", Kind: exotel.KindCredentials, Status: 401}
	forbidden   = &exotel.Error{Op: "list ExoPhones", Kind: exotel.KindForbidden, Status: 403}
	unreachable = &exotel.Error{Op: "list ExoPhones", Kind: exotel.KindNetwork}
)

// TestNothingThatCannotBeLearnedStaysGreen tells of an account that was asked and up at
// noon.
func TestNothingThatCannotBeLearnedStaysGreen(t *testing.T) {
	asked := TrackerOptions{Poll: 5 * minutes}
	fail := func(err error) func(*story) {
		return func(s *story) {
			s.PollStarted(s.now)
			s.PollEnded(err, false, s.now)
		}
	}
	wait := func(d time.Duration) func(*story) { return func(s *story) { s.after(d) } }
	wake := func(s *story) { s.after(8 * time.Hour).NoteSleep(s.now) }
	heard := func(s *story) { s.push(OK) }
	answer := func(s *story) {
		for _, p := range numbers {
			s.pull(p.SID, "active", "active")
		}
	}
	for _, test := range []struct {
		name    string
		options TrackerOptions
		events  []func(*story)
		level   Level
		why     error
		since   time.Duration // after noon
	}{
		{"keys that are wrong", asked, []func(*story){wait(minutes), fail(refusal)}, Unknown, refusal, minutes},
		{"keys that are not let in", asked, []func(*story){fail(forbidden)}, Unknown, forbidden, 0},
		{"not reached, for now", asked, []func(*story){fail(unreachable), wait(5 * minutes), fail(unreachable)}, OK, nil, 0},
		{"not reached for an interval", asked, []func(*story){wait(minutes), fail(unreachable), wait(5*minutes + 1), fail(unreachable)}, Unknown, unreachable, minutes},
		{"a round that hangs", asked, []func(*story){
			wait(minutes), func(s *story) { s.PollStarted(s.now) }, wait(3 * minutes),
			func(s *story) { s.PollEnded(unreachable, false, s.now) }, wait(2*minutes + 1),
		}, Unknown, unreachable, minutes},
		{"not reached, then refused", asked, []func(*story){fail(unreachable), wait(minutes), fail(refusal)}, Unknown, refusal, 0},
		{"an error of one number", asked, []func(*story){func(s *story) {
			s.PollStarted(s.now)
			answer(s)
			s.PollEnded(forbidden, true, s.now)
		}, wait(10 * minutes)}, OK, nil, 0},
		{"answers again", asked, []func(*story){fail(refusal), wait(minutes), answer}, OK, nil, 0},
		{"one of two answers again", asked, []func(*story){fail(refusal), wait(minutes), func(s *story) { s.pull("sid-two", "active", "active") }}, OK, nil, 0},

		{"awake after it was not reached", asked, []func(*story){fail(unreachable), wake}, Unknown, nil, 0},
		{"awake, not reached yet", asked, []func(*story){wake, wait(minutes), fail(unreachable), wait(4 * minutes), fail(unreachable)}, Unknown, nil, 0},
		{"awake, not reached for an interval", asked, []func(*story){wake, fail(unreachable), wait(6 * minutes), fail(unreachable)}, Unknown, unreachable, 8 * time.Hour},
		{"awake after a nap from refused keys", asked, []func(*story){fail(refusal), wait(minutes), (*story).look, func(s *story) { s.NoteSleep(s.now) }}, Unknown, nil, 0},
		{"awake after a nap, refused again", asked, []func(*story){fail(refusal), (*story).look, wait(minutes), func(s *story) { s.NoteSleep(s.now) }, fail(refusal)}, Unknown, refusal, minutes},

		{"refused while heartbeats come", TrackerOptions{Poll: 5 * minutes, Push: 5 * minutes}, []func(*story){heard, fail(refusal)}, OK, nil, 0},
		{"refused, and heartbeats stop", TrackerOptions{Poll: 5 * minutes, Push: 5 * minutes}, []func(*story){heard, fail(refusal), wait(15*minutes + 1)}, Unknown, refusal, 0},
		{"refused, and a heartbeat comes", TrackerOptions{Poll: 5 * minutes, Push: 5 * minutes}, []func(*story){fail(refusal), wait(minutes), heard}, OK, nil, 0},

		{"heartbeats stop, and nobody asks", TrackerOptions{Push: 5 * minutes}, []func(*story){heard, wait(15*minutes + 1)}, Unknown, ErrSilent, 0},
		{"awake among heartbeats", TrackerOptions{Push: 5 * minutes}, []func(*story){heard, wake, wait(15 * minutes)}, Unknown, nil, 0},
		{"heartbeats of an unknown interval stop", TrackerOptions{}, []func(*story){heard, wait(time.Hour)}, Unknown, nil, 0},
		{"no heartbeat ever came", TrackerOptions{Push: 5 * minutes}, []func(*story){wait(time.Hour)}, Unknown, nil, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStory(test.options, numbers...)
			s.NoteSleep(s.now)
			if test.options.Poll > 0 {
				s.PollStarted(s.now)
				answer(s)
				s.PollEnded(nil, true, s.now)
				s.PollStarted(s.now)
			}
			for _, event := range test.events {
				event(s)
			}
			h := s.Health(s.now)
			if h.Level != test.level || !errors.Is(h.BlindErr, test.why) || h.BlindErr == nil != (test.why == nil) {
				t.Errorf("%s, blind for %v; want %s, %v", h.Level, h.BlindErr, test.level, test.why)
			}
			if test.why != nil && !h.BlindSince.Equal(noon.Add(test.since)) {
				t.Errorf("since %v, want %v", h.BlindSince, noon.Add(test.since))
			}
			if h.Level == Unknown && h.UpCount() > 0 {
				t.Errorf("%d numbers are up", h.UpCount())
			}
		})
	}
}

// look lets the tracker see that time has passed, as its owner does every few seconds.
func (s *story) look() { s.Health(s.now) }
