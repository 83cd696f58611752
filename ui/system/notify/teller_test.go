package notify

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/ui/system/instance"
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
		state, err := Teller(n, false)(t.Context(), journal.Delivery{Note: alert.Note{Title: "t", Body: "b", Urgent: true, Sound: true}})
		if state != test.state || !errors.Is(err, test.err) || n.got != (Message{Title: "t", Body: "b", Urgent: true, Sound: true, Opens: instance.Link{Screen: instance.Alerts}}) {
			t.Errorf("%v: %s, %v, %+v", test.answer, state, err, n.got)
		}
	}
}

func TestAClickLeadsToTheAlertOfANote(t *testing.T) {
	alerts := instance.Link{Screen: instance.Alerts}
	for name, test := range map[string]struct {
		note alert.Note
		want instance.Link
	}{
		"of an alert":          {alert.Note{Kind: alert.Announcement, Alert: &alert.Alert{ID: 12}}, instance.Link{Screen: instance.Alerts, ID: 12}},
		"of one not on record": {alert.Note{Kind: alert.Recovery, Alert: &alert.Alert{}}, alerts},
		"of several":           {alert.Note{Kind: alert.Summary, Alert: &alert.Alert{ID: 12}}, alerts},
		"a test":               {alert.Note{Kind: alert.Trial}, instance.Link{}},
	} {
		n := &answering{}
		if _, err := Teller(n, false)(t.Context(), journal.NewDelivery(test.note)); err != nil || n.got.Opens != test.want {
			t.Errorf("%s: %v, %v", name, n.got.Opens, err)
		}
	}
}

func TestTellerHidesNumbersIfThatIsChosen(t *testing.T) {
	note := alert.Note{Title: "OK again: 08040000001", Body: "Alternate: +918040000002."}
	for hide, want := range map[bool]Message{
		false: {Title: note.Title, Body: note.Body},
		true:  {Title: "OK again: 080•••••001", Body: "Alternate: 080•••••002."},
	} {
		n := &answering{}
		if _, err := Teller(n, hide)(t.Context(), journal.NewDelivery(note)); err != nil || n.got.Title != want.Title || n.got.Body != want.Body {
			t.Errorf("%v: %v, %+v", hide, err, n.got)
		}
	}
}
