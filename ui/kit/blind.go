package kit

import (
	"cmp"
	"errors"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
	"exotel-monitor/ui/text"
)

// BlindActions is what a notice of the watch's own trouble offers. All are required.
type BlindActions struct {
	FixKeys func()
	Check   func() // asks Exotel again
}

// BlindNotice says that the ExoPhones cannot be seen, or that the account refuses the
// keys for something else, of which refused says why. It says nothing when all is well.
func BlindNotice(h heartbeat.Health, refused error, f text.Format, actions BlindActions) NoticeText {
	if keysAreRefused(h.PollErr) {
		refused = cmp.Or(refused, h.PollErr)
	}
	if h.BlindErr == nil && refused == nil {
		return NoticeText{}
	}
	t := NoticeText{Tone: Grave, Title: text.Tr("Not connected"), Body: text.Error(refused), Action: text.Tr("Try again"), Do: actions.Check, Details: text.Details(refused)}
	if refused != nil && text.KeysAreWrong(refused) {
		t.Action, t.Do = text.Tr("Fix keys"), actions.FixKeys
	}
	if h.BlindErr == nil {
		return t
	}
	t.Title, t.Body, t.Details = text.Tr("Can't see your lines"), text.Error(h.BlindErr), text.Details(h.BlindErr)
	if errors.Is(h.BlindErr, heartbeat.ErrSilent) {
		t.Body = text.Tr("No heartbeats arrive from Exotel. Check the webhook and the way to it in Settings.")
	}
	t.Body = text.Sentences(t.Body, text.Tr("Since %s.", f.DayClock(h.BlindSince, h.At)))
	return t
}

// keysAreRefused reports whether the account refuses the keys.
func keysAreRefused(err error) bool {
	failed, ok := errors.AsType[*exotel.Error](err)
	return ok && failed.RefusesKeys()
}
