package metrics

import (
	"time"

	"exotel-monitor/exotel"
)

// Verdict is what a call counts as.
type Verdict struct {
	Status  Status
	Outcome Outcome
	Phase   Phase
}

// Phase is how far Exotel's record of a call is.
type Phase uint8

// The phases.
const (
	Finished   Phase = iota
	Running          // queued, ringing or in-progress, and no end
	Unfinished       // over by its status, but without an end, a length or a talk time
	Phases           // how many there are
)

// Judge returns the verdict on a call of which Exotel says no more. Before that,
// see At.
func Judge(call *exotel.Call) Verdict {
	return Verdict{lastStatus(call), outcomeOf(call), phaseOf(call)}
}

// At returns the verdict on a call of that age. While Exotel can still finish the
// record, nobody knows what happened to the person.
func (v Verdict) At(age time.Duration) Verdict {
	switch {
	case age >= v.Phase.Patience():
	case v.Phase == Running:
		v.Status, v.Outcome = Live, NotOver
	case v.Phase == Unfinished:
		v.Outcome = OutcomeUnknown
	}
	return v
}

const (
	// YoungCall is the age up to which Exotel may still change any call, by most of its
	// documents. See exotel/API.md, Settling.
	YoungCall = 10 * time.Minute
	// SettleWithin is how long a call that lacks something is asked for again. Some
	// never get it.
	SettleWithin = 24 * time.Hour
)

// longestCall is the longest that Exotel lets a call last. See exotel/API.md, Statuses.
const longestCall = 4 * time.Hour

// Patience returns the age up to which Exotel is expected to finish such a record.
func (p Phase) Patience() time.Duration {
	return [Phases]time.Duration{Running: longestCall, Unfinished: SettleWithin}[p]
}

func phaseOf(call *exotel.Call) Phase {
	talk := call.Details != nil && call.Details.Conversation > 0
	switch {
	case !call.Ended.IsZero():
		return Finished
	case call.IsRunning():
		return Running
	case call.Duration >= 0 || talk:
		return Finished
	}
	return Unfinished
}

// CreatedAt returns when a call was created or, where Exotel left that out, when it
// was started. See exotel/API.md, Rows.
func CreatedAt(call *exotel.Call) time.Time {
	if call.Created.IsZero() {
		return call.Started
	}
	return call.Created
}

// String returns the outcome in words for exports and other programs.
func (o Outcome) String() string {
	return [outcomes]string{
		Talked: "spoke", RangOut: "no answer", LineBusy: "busy", NotConnected: "failed", GaveUp: "gave up",
		MenuOnly: "hung up in menu", FirstParty: "agent not reached", Machine: "machine answered", NotOver: "live",
		EndUnknown: "end not known", OutcomeUnknown: "not known yet", OutcomeOther: "other",
	}[o]
}
