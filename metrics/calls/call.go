package calls

import (
	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
)

// Call is a stored call, with the status and outcome that it counts as at Query.Now.
type Call struct {
	exotel.Call
	Status  metrics.Status
	Outcome metrics.Outcome
	// Cursor continues a list after this call.
	Cursor Cursor
}

// Direction is the direction of a call.
type Direction uint8

// The directions. OtherDirection is for undocumented and missing directions.
const (
	Inbound Direction = iota
	OutboundDial
	OutboundAPI
	OtherDirection
	NumDirections // number of directions
)

// String returns Exotel's word for the direction, or "other".
func (d Direction) String() string {
	return [NumDirections]string{exotel.DirectionInbound, exotel.DirectionOutboundDial, exotel.DirectionOutboundAPI, "other"}[d]
}

// ParseDirection returns the direction of Exotel's word for it, and OtherDirection for
// any other word.
func ParseDirection(word string) Direction {
	switch word {
	case exotel.DirectionInbound:
		return Inbound
	case exotel.DirectionOutboundDial:
		return OutboundDial
	case exotel.DirectionOutboundAPI:
		return OutboundAPI
	}
	return OtherDirection
}

// DirectionOf returns the direction of a call.
func DirectionOf(call *exotel.Call) Direction {
	return ParseDirection(call.Direction)
}

// Parties returns the customer's and the agent's address of a call as Exotel wrote
// them, "" where it has no such side.
//
// An inbound call comes from the customer and goes to an agent, or to nobody when
// To is the ExoPhone itself. An outbound call rings the agent first and then the
// customer; when To is the ExoPhone, it connects the customer with a flow.
func Parties(call *exotel.Call) (customer, agent string) {
	toLine := call.ExoPhone != "" && exotel.NumberKey(call.To) == exotel.NumberKey(call.ExoPhone)
	switch DirectionOf(call) {
	case OutboundDial, OutboundAPI:
		if !toLine {
			return call.To, call.From
		}
	default:
		if !toLine {
			return call.From, call.To
		}
	}
	return call.From, ""
}
