package sample

import (
	"fmt"
	"strings"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
)

// The states of a line.
const (
	Up       = heartbeat.Up
	Down     = heartbeat.Down
	NotKnown = heartbeat.StateUnknown
)

// Phone returns an ExoPhone in these states.
func Phone(number, name string, incoming, outgoing heartbeat.State) heartbeat.PhoneHealth {
	return heartbeat.PhoneHealth{
		Key: exotel.NumberKey(number), Number: number, Name: name,
		Incoming: heartbeat.LineHealth{State: incoming}, Outgoing: heartbeat.LineHealth{State: outgoing},
	}
}

// Phones returns ExoPhones in these states, incoming and outgoing by turns.
func Phones(states ...heartbeat.State) []heartbeat.PhoneHealth {
	var phones []heartbeat.PhoneHealth
	for i := 0; i < len(states); i += 2 {
		phones = append(phones, Phone("0804711220"+string(rune('0'+i/2)), "", states[i], states[i+1]))
	}
	return phones
}

// Health returns the health of a listed account, pulled three minutes ago; the
// level is since 10:42.
func Health(level heartbeat.Level, phones ...heartbeat.PhoneHealth) heartbeat.Health {
	return heartbeat.Health{
		Level: level, At: Now, Since: Now.Add(-3*time.Hour - 40*time.Minute - 33*time.Second),
		ReportedAt: Now.Add(-3 * time.Minute), Origin: heartbeat.Polled, Interval: 5 * time.Minute, Listed: true, Phones: phones,
	}
}

// HealthAt returns the health on the pictures: two numbers down, one unknown.
func HealthAt(level heartbeat.Level) heartbeat.Health {
	h := Health(level,
		Phone("+918047112201", "Support main", Down, Up), Phone("+912248900102", "Sales west", Down, Up),
		Phone("+914440001100", "Field ops", NotKnown, NotKnown),
		Phone("+914446310304", "Collections", Up, Up), Phone("+911141190203", "Sales north", Up, Up),
		Phone("+913340041005", "", Up, Up),
	)
	h.Phones[0].Incoming.Alternates = []string{"08047112233"}
	return h
}

// ManyPhones returns n numbers with long names, the second half down.
func ManyPhones(n int) []heartbeat.PhoneHealth {
	var phones []heartbeat.PhoneHealth
	for i := range n {
		state := Down
		if i >= n/2 {
			state = Up
		}
		phones = append(phones, Phone(fmt.Sprintf("+9180471%05d", i), fmt.Sprint("line ", i, strings.Repeat(" Collections of the far north", i%3)), state, Up))
	}
	return phones
}
