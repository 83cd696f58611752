package csvfile_test

import (
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/ui/csvfile"
)

func listOf(list ...calls.Call) iter.Seq2[calls.Call, error] {
	return func(yield func(calls.Call, error) bool) {
		for _, call := range list {
			if !yield(call, nil) {
				return
			}
		}
	}
}

func TestCallsAreRowsThatASpreadsheetLeavesAsTheyAre(t *testing.T) {
	at := time.Date(2026, 11, 19, 23, 59, 1, 0, exotel.India)
	call := calls.Call{Outcome: metrics.Talked, Call: exotel.Call{
		Sid: "=1+1", Created: at.UTC(), Direction: exotel.DirectionInbound, From: "07395311298", To: "sip:agent17", ExoPhone: "08047112201",
		Status: "completed", Duration: 140, Price: "0.70", RecordingURL: "https://recordings.example/1", Details: &exotel.Details{Conversation: 112},
	}}
	open := calls.Call{Outcome: metrics.NotOver, Call: exotel.Call{
		Sid: "b", Created: at, Direction: exotel.DirectionInbound, From: "07395311298", ExoPhone: "x", Status: "in-progress", Duration: exotel.Unknown,
	}}
	var out strings.Builder
	n, err := csvfile.WriteCalls(&out, csvfile.AboutCalls("Thu 19 Nov", 2, at), listOf(call, open), exotel.India, func(line string) string {
		return map[string]string{"08047112201": "@Support, main"}[line]
	})
	if err != nil || n != 2 {
		t.Fatal(n, err)
	}
	lines := strings.Split(strings.TrimSpace(strings.TrimPrefix(out.String(), csvfile.Mark)), "\n")
	want := []string{
		`"calls","Thu 19 Nov"`, `"rows","2"`, `"as of","2026-11-19 23:59:01 +05:30"`, `"time zone","IST"`,
	}
	if !slices.Equal(lines[:4], want) {
		t.Errorf("above the calls:\n%s", strings.Join(lines[:4], "\n"))
	}
	want = []string{
		`"2026-11-19 23:59:01","+05:30","inbound","'08047112201","'@Support, main","'07395311298","sip:agent17","completed","spoke","140","112","'0.70","yes","'=1+1"`,
		`"2026-11-19 23:59:01","+05:30","inbound","x","","'07395311298","","in-progress","live","","","","no","b"`,
	}
	if got := lines[len(lines)-2:]; !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestCallsThatCannotBeReadAreAnError(t *testing.T) {
	broken := errors.New("the disk is gone")
	list := func(yield func(calls.Call, error) bool) { yield(calls.Call{}, broken) }
	if _, err := csvfile.WriteCalls(&strings.Builder{}, nil, list, exotel.India, func(string) string { return "" }); !errors.Is(err, broken) {
		t.Error(err)
	}
}
