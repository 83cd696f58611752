package sample

import (
	"errors"
	"fmt"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics/dbfile"
)

var Refused = &exotel.Error{Op: "list calls", Kind: exotel.KindCredentials, Status: 401, Message: "Authentication failed"}

var Unreachable = &exotel.Error{Op: "list calls", Kind: exotel.KindNetwork, Err: errors.New("dial tcp: lookup api.exotel.com: no such host")}

// ErrDiskFull is what the calls' store says where the disk is full.
var ErrDiskFull = fmt.Errorf("calls could not be kept in /home/asha/calls.db: %w", dbfile.ErrFull)
