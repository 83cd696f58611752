package alert

import (
	"fmt"
	"time"

	"exotel-monitor/heartbeat"
)

// Span is a part of a day, in minutes after midnight. A span that ends before it begins
// ends on the next day.
type Span struct{ From, To int }

// Rules are the user's choices about notifications.
type Rules struct {
	Critical bool // notify of CRITICAL
	Warning  bool // notify of WARNING
	Sound    bool // ask the system for a sound with CRITICAL
	// Quiet are the hours of each weekday, Sunday first, in which the user is not
	// notified; nil for none. What happens in them is recorded and summarized at their
	// end.
	Quiet [7]*Span
	// CriticalAnyway notifies of CRITICAL in quiet hours, too.
	CriticalAnyway bool
	// Zone is the account's time zone, of the quiet hours and of the times in texts.
	Zone *time.Location
	// Text formats an English text with its args in the user's language; nil means
	// English. It is called by the goroutines that call the Policy and NewTrial.
	Text func(english string, args ...any) string
}

// quiet reports whether now is in quiet hours.
func (r Rules) quiet(now time.Time) bool {
	now = now.In(r.Zone)
	minute := now.Hour()*60 + now.Minute()
	today, yesterday := r.Quiet[now.Weekday()], r.Quiet[(now.Weekday()+6)%7]
	switch {
	case yesterday != nil && yesterday.To < yesterday.From && minute < yesterday.To:
		return true
	case today == nil:
		return false
	case today.To < today.From:
		return minute >= today.From
	default:
		return minute >= today.From && minute < today.To
	}
}

// wants reports whether the user wants to be notified of a level. Unknown is for
// everybody who wants any notification.
func (r Rules) wants(level heartbeat.Level) bool {
	switch level {
	case heartbeat.Critical:
		return r.Critical
	case heartbeat.Unknown:
		return r.Critical || r.Warning
	default:
		return r.Warning
	}
}

// wantsNews reports whether the user wants to be notified of an open alert.
func (r Rules) wantsNews(a *Alert) bool {
	return r.wants(a.Level) || (a.openBlind() != nil || a.seesAgain()) && r.wants(heartbeat.Unknown)
}

// wantsAfter reports whether the user wants to be notified of an alert that is over.
func (r Rules) wantsAfter(a *Alert) bool {
	return r.wants(a.Worst) || a.lastBlind() != nil && r.wants(heartbeat.Unknown)
}

// tr returns a formatted text in the user's language.
func (r Rules) tr(english string, args ...any) string {
	if r.Text == nil {
		return fmt.Sprintf(english, args...)
	}
	return r.Text(english, args...)
}

// translated returns the translation of a text from elsewhere, such as an error's advice.
func (r Rules) translated(english string) string {
	if r.Text == nil {
		return english
	}
	return r.Text(english)
}

// trN is tr for a text that counts something; both forms take the same args.
func (r Rules) trN(n int, one, many string, args ...any) string {
	if n == 1 {
		return r.tr(one, args...)
	}
	return r.tr(many, args...)
}
