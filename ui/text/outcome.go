package text

import (
	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
)

// Outcome says what happened to the person in a call of a direction, a word of Exotel's.
func Outcome(o metrics.Outcome, direction string) string {
	inbound := direction == exotel.DirectionInbound
	switch o {
	case metrics.Talked:
		return Tr("Spoke")
	case metrics.RangOut:
		if inbound {
			return Tr("Nobody picked up")
		}
		return Tr("Customer didn't answer")
	case metrics.LineBusy:
		return Tr("Busy")
	case metrics.NotConnected:
		return Tr("Couldn't be connected")
	case metrics.GaveUp:
		return Tr("Hung up while it rang")
	case metrics.MenuOnly:
		return Tr("Hung up in menu")
	case metrics.FirstPartyNotReached:
		return Tr("Agent didn't answer")
	case metrics.Machine:
		return Tr("A machine answered")
	case metrics.NotOver:
		return Tr("Live")
	case metrics.EndUnknown:
		return Tr("End not known")
	case metrics.OutcomeUnknown:
		return Tr("Not known yet")
	default:
		return Tr("Other status")
	}
}

// WhyOutcome says why a call with Exotel's status is called otherwise here, "" where
// both say the same.
func WhyOutcome(call *exotel.Call, o metrics.Outcome) string {
	if call.Status != exotel.StatusCompleted {
		return ""
	}
	switch o {
	case metrics.MenuOnly:
		return Tr("Exotel says “completed”: the menu picked up, and the caller hung up there.")
	case metrics.RangOut, metrics.LineBusy, metrics.NotConnected, metrics.GaveUp:
		if call.Direction == exotel.DirectionInbound {
			return Tr("Exotel says “completed”: the menu picked up, but no agent did.")
		}
		return Tr("Exotel says “completed”: your side picked up, but the customer didn't.")
	case metrics.FirstPartyNotReached:
		return Tr("Exotel says “completed”, but the first side to be rung didn't pick up.")
	case metrics.Machine:
		return Tr("Exotel says “completed”: a machine picked up.")
	case metrics.OutcomeUnknown:
		return Tr("Exotel says “completed”; what it sent doesn't tell whether anybody spoke.")
	}
	return ""
}

// CallDirection says who placed a call.
func CallDirection(direction string) string {
	switch direction {
	case exotel.DirectionInbound:
		return Tr("in")
	case exotel.DirectionOutboundDial, exotel.DirectionOutboundAPI:
		return Tr("out")
	default:
		return "—"
	}
}
