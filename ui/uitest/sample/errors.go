package sample

import (
	"fmt"
	"net"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics/dbfile"
)

// Refused is the error of an account that refuses the keys.
var Refused = &exotel.Error{Op: "list calls", Kind: exotel.KindCredentials, Status: 401, Message: "Authentication failed"}

// Unreachable is the error of an Exotel that cannot be reached.
var Unreachable = &exotel.Error{Op: "list calls", Kind: exotel.KindNetwork, Err: &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "api.exotel.com", IsNotFound: true}}}

// ErrDiskFull is what the calls' store says where the disk is full.
var ErrDiskFull = fmt.Errorf("calls could not be kept in /home/asha/calls.db: %w", dbfile.ErrFull)
