package metrics

import (
	"time"

	"exotel-monitor/exotel"
)

// Classification is what a call counts as.
type Classification struct {
	Status  Status
	Outcome Outcome
	Phase   Phase
}

// Phase is the state of Exotel's record of a call.
type Phase uint8

// The phases.
const (
	Finished   Phase = iota
	Running          // queued, ringing or in-progress, and no end
	Unfinished       // over by its status, but without an end, a length and a talk time
	NumPhases        // number of phases
)

// Classify classifies a call of which Exotel says no more. For others, see At.
func Classify(call *exotel.Call) Classification {
	return Classification{finalStatus(call), outcomeOf(call), phaseOf(call)}
}

// At returns the classification at an age of the call. As long as Exotel may still finish
// the record, the outcome is unknown.
func (v Classification) At(age time.Duration) Classification {
	switch {
	case age >= v.Phase.MaxAge():
	case v.Phase == Running:
		v.Status, v.Outcome = Live, NotOver
	case v.Phase == Unfinished:
		v.Outcome = OutcomeUnknown
	}
	return v
}

const (
	// VolatileAge is the age up to which Exotel may still change any call, by most of its
	// documents. See exotel/API.md, Settling.
	VolatileAge = 10 * time.Minute
	// SettleTimeout is the age up to which an incomplete record is requested again. Some
	// are never completed.
	SettleTimeout = 24 * time.Hour
)

// maxCallDuration is the longest duration of a call at Exotel. See exotel/API.md,
// Statuses.
const maxCallDuration = 4 * time.Hour

// MaxAge returns the age up to which Exotel may finish a record in this phase.
func (p Phase) MaxAge() time.Duration {
	return [NumPhases]time.Duration{Running: maxCallDuration, Unfinished: SettleTimeout}[p]
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

// CreatedAt returns when a call was created or, if Exotel left that out, when it was
// started. See exotel/API.md, Rows.
func CreatedAt(call *exotel.Call) time.Time {
	if call.Created.IsZero() {
		return call.Started
	}
	return call.Created
}

// String returns the outcome as exports and other programs write it.
func (o Outcome) String() string {
	return [outcomes]string{
		Talked: "spoke", RangOut: "no answer", LineBusy: "busy", NotConnected: "failed", GaveUp: "gave up",
		MenuOnly: "hung up in menu", FirstPartyNotReached: "agent not reached", Machine: "machine answered", NotOver: "live",
		EndUnknown: "end not known", OutcomeUnknown: "not known yet", OutcomeOther: "other",
	}[o]
}
