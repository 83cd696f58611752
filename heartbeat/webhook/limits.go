package webhook

import "time"

// limits bound the time and the memory of a listener. Each connection holds at most a
// small body, and each of the large bodies a whole one: about 32 MB + 20 MB, and twice
// that while a body grows.
type limits struct {
	connections int   // open at once
	body        int64 // bytes of a body
	small       int64 // bytes of a body that needs no turn
	large       int   // bodies over small that are read and processed at once

	header    time.Duration // for a request's header
	request   time.Duration // for header and body together
	answer    time.Duration // from the header's end to the answer's
	idle      time.Duration // between the requests of a connection
	largeTurn time.Duration // waiting for the turn of a large body
	leftover  time.Duration // for the rest of a refused request
	rest      time.Duration // from a large body to when its memory is freed

	finish time.Duration // for requests under way when the listener ends
	cut    time.Duration // for what is left once their connections are closed
}

const headerBytes = 16 << 10 // far more than Exotel and a tunnel's edge need

// defaultLimits are the limits in use. See exotel/API.md, Heartbeats.
var defaultLimits = limits{
	connections: 256,
	body:        10 << 20,
	small:       128 << 10, // some 400 ExoPhones that are down
	large:       2,
	header:      5 * time.Second,
	request:     15 * time.Second,
	answer:      30 * time.Second,
	idle:        time.Minute,
	largeTurn:   5 * time.Second,
	leftover:    time.Second,
	rest:        5 * time.Second,
	finish:      2 * time.Second,
	cut:         500 * time.Millisecond,
}
