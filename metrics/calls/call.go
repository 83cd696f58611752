package calls

import (
	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
)

// Call is a stored call, with what the figures count it as at Query.Now.
type Call struct {
	exotel.Call
	Status  metrics.Status
	Outcome metrics.Outcome
	// Place continues a list behind this call.
	Place Cursor
}

// Direction is who placed a call.
type Direction uint8

// The directions. OtherDirection is every word that Exotel does not document, and
// none at all.
const (
	Inbound Direction = iota
	OutboundDial
	OutboundAPI
	OtherDirection
	Directions // how many there are
)

// String returns Exotel's word for the direction, or "other".
func (d Direction) String() string {
	return [Directions]string{exotel.DirectionInbound, exotel.DirectionOutboundDial, exotel.DirectionOutboundAPI, "other"}[d]
}

// ParseDirection returns the direction of Exotel's word for it; every other word is
// OtherDirection.
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

// Sides returns the customer's and the agent's address of a call as Exotel wrote
// them, "" where it has no such side.
//
// An inbound call comes from the customer and goes to an agent, or to nobody when
// To is the ExoPhone itself. An outbound call rings the agent first and then the
// customer; when To is the ExoPhone, it connects the customer with a flow.
func Sides(call *exotel.Call) (customer, agent string) {
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
