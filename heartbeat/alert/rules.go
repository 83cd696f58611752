package alert

import (
	"fmt"
	"time"

	"exotel-monitor/heartbeat"
)

// Span is a part of a day, in minutes after midnight. When it ends before it
// begins, it ends on the next day.
type Span struct{ From, To int }

// Rules are what the user chose about being told.
type Rules struct {
	Critical bool // tell of CRITICAL
	Warning  bool // tell of WARNING
	Sound    bool // ask the system for a sound with CRITICAL
	// Quiet are the hours of each weekday (Sunday first) in which nothing is
	// told but recorded, and summed up at their end; nil for none.
	Quiet [7]*Span
	// CriticalAnyway tells of CRITICAL in quiet hours, too.
	CriticalAnyway bool
	// Zone is the one of the quiet hours and of the times in texts: the account's.
	Zone *time.Location
	// Text formats an English text with its args in the user's language. It is
	// called by the goroutines that call the Desk and NewTrial; nil is English.
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

// wants reports whether the user wants to be told of a level. Who wants to be told of
// anything wants to know when nothing can be told any more.
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

// wantsNews reports whether the user wants to be told how an open alert is.
func (r Rules) wantsNews(a *Alert) bool {
	return r.wants(a.Level) || (a.blind() != nil || a.seesAgain()) && r.wants(heartbeat.Unknown)
}

// wantsAfter reports whether the user wants to be told of an alert that is over.
func (r Rules) wantsAfter(a *Alert) bool {
	return r.wants(a.Worst) || a.lastSeen() != nil && r.wants(heartbeat.Unknown)
}

// tr writes a text in the user's language.
func (r Rules) tr(english string, args ...any) string {
	if r.Text == nil {
		return fmt.Sprintf(english, args...)
	}
	return r.Text(english, args...)
}

// translated returns a text that comes from elsewhere, such as an error's advice, in
// the user's language.
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
