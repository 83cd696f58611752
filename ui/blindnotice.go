package ui

import (
	"cmp"
	"errors"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
)

// blindActions is what a notice of the watch's own trouble offers. All are required.
type blindActions struct {
	fixKeys func()
	check   func() // asks Exotel again
}

// blindNotice says that the ExoPhones cannot be seen, or that the account refuses the
// keys for something else, of which refused says why. It says nothing when all is well.
func blindNotice(h heartbeat.Health, refused error, zone *time.Location, actions blindActions) noticeText {
	if keysAreRefused(h.Trouble) {
		refused = cmp.Or(refused, h.Trouble)
	}
	if h.Blind == nil && refused == nil {
		return noticeText{}
	}
	t := noticeText{grave, tr("Not connected"), errorText(refused), tr("Try again"), actions.check}
	if refused != nil && keysAreWrong(refused) {
		t.action, t.do = tr("Fix keys"), actions.fixKeys
	}
	if h.Blind == nil {
		return t
	}
	t.word, t.about = tr("Can't see your lines"), errorText(h.Blind)
	if errors.Is(h.Blind, heartbeat.ErrSilent) {
		t.about = tr("No heartbeats arrive from Exotel. Check the webhook and the way to it in Settings.")
	}
	t.about = sentences(t.about, tr("Since %s.", dayClock(h.BlindSince, h.At, zone)))
	return t
}

// keysAreRefused reports whether the account refuses the keys.
func keysAreRefused(err error) bool {
	failed, ok := errors.AsType[*exotel.Error](err)
	return ok && failed.RefusesKeys()
}
