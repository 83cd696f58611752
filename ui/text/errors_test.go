package text

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/ui/uitest/sample"
)

func TestErrorText(t *testing.T) {
	partial := &exotel.IncompleteError{Tally: exotel.Tally{Received: 3, Announced: 5}}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{errors.New("the zone is wrong"), "The zone is wrong."},
		{partial, "Exotel's list ended before its own total."},
		{&exotel.IncompleteError{Err: sample.Refused}, sample.Refused.Reason() + " " + sample.Refused.Advice()},
		{fmt.Errorf("calls could not be kept in /home/asha/calls.db: %w", file.ErrInUse), "Another Exotel Monitor is using this account; use or quit that one."},
		{sample.ErrDiskFull, "The disk is full; free some space."},
		{errors.Join(errors.New("day"), sample.Refused), sample.Refused.Reason() + " " + sample.Refused.Advice()},
	} {
		if got := Error(tt.err); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.err, got, tt.want)
		}
	}
	if got := Error(sample.Unreachable); !strings.HasPrefix(got, "Exotel could not be reached: ") || strings.Contains(got, "list calls") {
		t.Error(got)
	}
}
