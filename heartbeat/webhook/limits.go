package webhook

import "time"

// limits keep a listener small and quick. Together they bound its memory: each
// connection holds at most a small body and each of the large bodies a whole
// one, about 32 MB + 20 MB, and while a body grows twice that.
type limits struct {
	connections int   // open at once
	body        int64 // bytes of a body
	small       int64 // bytes of a body that may be read beside all others
	large       int   // bodies over small that are read and taken in at once

	header    time.Duration // for a request's header
	request   time.Duration // for header and body together
	answer    time.Duration // from the header's end to the answer's
	idle      time.Duration // between the requests of a connection
	largeTurn time.Duration // waiting to be one of the large bodies
	leftover  time.Duration // for the rest of a request that was refused
	rest      time.Duration // from a large body to when its memory is given back

	finish time.Duration // for requests under way when the listener ends
	cut    time.Duration // for what is left to end once their connections are closed
}

const headerBytes = 16 << 10 // far more than Exotel and a tunnel's edge need

// usual are the limits in use: see exotel/API.md, Heartbeats.
var usual = limits{
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
