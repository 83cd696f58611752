package metrics

import (
	"strings"

	"exotel-monitor/exotel"
)

// Status is Exotel's status of a call, in the buckets of the guide's figures.
type Status uint8

// The statuses. Live calls are not over. Other is for undocumented and missing statuses,
// and for calls that Exotel shows as live for longer than a call can last. Live and Other
// do not count as ended. See exotel/API.md, Statuses.
const (
	Answered Status = iota // completed
	NoAnswer               // no-answer
	Busy
	Failed
	Canceled
	Live // queued, ringing or in-progress, and no end, for less than four hours
	Other
	statuses
)

// String returns the status as filters and machines write it.
func (s Status) String() string {
	return [statuses]string{"completed", "no-answer", "busy", "failed", "canceled", "live", "other"}[s]
}

// AllStatuses returns the statuses in the order of their display.
func AllStatuses() []Status {
	return []Status{Answered, NoAnswer, Busy, Failed, Canceled, Live, Other}
}

// ParseStatus parses a status as a user writes it, in Exotel's or our spelling.
func ParseStatus(text string) (Status, bool) {
	word := exotel.NormalizeWord(text)
	if running := (exotel.Call{Status: word}); running.IsRunning() {
		return Live, true
	}
	for _, s := range AllStatuses() {
		if s.String() == word {
			return s, true
		}
	}
	return 0, false
}

// finalStatus returns the status of a call of which Exotel says no more.
func finalStatus(call *exotel.Call) Status {
	switch call.Status {
	case exotel.StatusCompleted:
		return Answered
	case exotel.StatusNoAnswer:
		return NoAnswer
	case exotel.StatusBusy:
		return Busy
	case exotel.StatusFailed:
		return Failed
	case exotel.StatusCanceled:
		return Canceled
	}
	return Other
}

// Outcome is what happened to the person called or calling, by the details of the call's
// legs.
type Outcome uint8

// The outcomes. The four after Talked say why nobody picked up.
const (
	Talked               Outcome = iota // both parties were connected
	RangOut                             // nobody picked up while it rang
	LineBusy                            // nobody picked up: the line was busy
	NotConnected                        // nobody picked up: the call could not be connected
	GaveUp                              // nobody picked up before the other side hung up
	MenuOnly                            // hung up in the menu or greeting
	FirstPartyNotReached                // outbound: the party rung first was not reached
	Machine                             // outbound: a machine answered
	NotOver                             // the call is live
	EndUnknown                          // Exotel shows it as live for longer than a call can last
	OutcomeUnknown                      // completed, and the record does not tell (yet)
	OutcomeOther                        // a status that Exotel does not document
	outcomes
)

// minUnsettledTalk is the length from which the recording of an inbound record without
// legs means a conversation. See exotel/API.md, Answered calls.
const minUnsettledTalk = 10 // seconds

// outcomeOf returns the outcome by what the record shows now. See exotel/API.md, Answered
// calls.
func outcomeOf(call *exotel.Call) Outcome {
	status := finalStatus(call)
	details := call.Details
	inbound := call.Direction == exotel.DirectionInbound
	ended := call.Status == "" && !call.Ended.IsZero()
	// A recording may be a voicemail. It means nothing if the second leg was not picked
	// up.
	recorded := call.RecordingURL != "" && details != nil && (details.Leg2Status == "" || details.Leg2Status == exotel.StatusCompleted)
	switch {
	case phaseOf(call) == Running:
		return EndUnknown
	case details == nil:
		return withoutDetails(status)
	case details.Conversation > 0:
		return connected(call)
	case inbound && status == Answered && recorded && len(details.Legs) == 0 && call.Duration > minUnsettledTalk:
		return connected(call)
	case ended && (recorded || secondLegTalked(details)):
		// Without a status the conversation may be 0 though the parties talked. See
		// exotel/API.md, Statuses.
		return connected(call)
	case inbound && (status == Answered || ended):
		return inboundUnanswered(details)
	case !inbound && (status != Other || ended):
		return outboundUnanswered(call, details, status)
	default:
		return withoutDetails(status)
	}
}

func withoutDetails(s Status) Outcome {
	return [statuses]Outcome{OutcomeUnknown, RangOut, LineBusy, NotConnected, GaveUp, NotOver, OutcomeOther}[s]
}

// connected returns the outcome of a call whose parties were connected.
func connected(call *exotel.Call) Outcome {
	if call.Direction != exotel.DirectionInbound && strings.EqualFold(call.AnsweredBy, "machine") {
		return Machine
	}
	return Talked
}

func secondLegTalked(d *exotel.Details) bool {
	for _, leg := range d.Legs {
		if leg.ID >= 2 && leg.OnCall > 0 {
			return true
		}
	}
	return false
}

// inboundUnanswered returns the outcome by the second leg, because Exotel itself picks up
// the first.
func inboundUnanswered(d *exotel.Details) Outcome {
	if d.Leg2Status == "" {
		return MenuOnly
	}
	return legReason(d.Leg2Status, notSettled)
}

// notSettled is the outcome of a call without a conversation whose second leg was picked
// up or has an undocumented status. Nobody can say whether the parties talked.
const notSettled = OutcomeUnknown

// outboundUnanswered returns the outcome by both legs. The first is the agent's, or the
// customer's if the call goes into a flow.
func outboundUnanswered(call *exotel.Call, d *exotel.Details, status Status) Outcome {
	intoFlow := call.To != "" && exotel.NumberKey(call.To) == exotel.NumberKey(call.ExoPhone)
	refused := status != Answered && status != Other
	reason := legReason(call.Status, RangOut)
	switch {
	case status == Answered && d.Leg1Status == "" && d.Leg2Status == "":
		return OutcomeUnknown
	case intoFlow && d.Leg1Status == exotel.StatusCompleted:
		return MenuOnly
	case intoFlow:
		return legReason(d.Leg1Status, reason)
	case d.Leg1Status != "" && d.Leg1Status != exotel.StatusCompleted:
		return FirstPartyNotReached
	case d.Leg2Status != "" && !refused:
		return legReason(d.Leg2Status, notSettled)
	default:
		return legReason(d.Leg2Status, reason)
	}
}

func legReason(word string, otherwise Outcome) Outcome {
	switch word {
	case exotel.StatusNoAnswer:
		return RangOut
	case exotel.StatusBusy:
		return LineBusy
	case exotel.StatusFailed:
		return NotConnected
	case exotel.StatusCanceled:
		return GaveUp
	}
	return otherwise
}
