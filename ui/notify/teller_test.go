package notify

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal"
)

// answering is a Notifier that answers with an error, and notes what it got.
type answering struct {
	err error
	got Message
}

func (a *answering) Notify(_ context.Context, m Message) error {
	a.got = m
	return a.err
}

func TestTellerHandsOnTheNoteAndSaysWhatBecameOfIt(t *testing.T) {
	refused := errors.New("start a notification daemon")
	for _, test := range []struct {
		answer error
		state  journal.DeliveryState
		err    error
	}{
		{nil, journal.Accepted, nil},
		{fmt.Errorf("here: %w", ErrNotReported), journal.Unreported, nil},
		{refused, journal.Refused, refused},
	} {
		n := &answering{err: test.answer}
		state, err := Teller(n)(t.Context(), alert.Note{Title: "t", Body: "b", Urgent: true, Sound: true})
		if state != test.state || !errors.Is(err, test.err) || n.got != (Message{"t", "b", true, true}) {
			t.Errorf("%v: %s, %v, %+v", test.answer, state, err, n.got)
		}
	}
}
