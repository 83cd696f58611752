package exotel_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
)

var (
	early = time.Date(2026, 11, 22, 10, 0, 0, 0, exotel.India)
	late  = early.Add(time.Minute)
)

// ringing and over are two states of one call.
func ringing(updated time.Time) exotel.Call {
	return exotel.Call{Sid: "one", Status: exotel.StatusRinging, Updated: updated, Duration: exotel.Unknown, From: "09800000001"}
}

func over(updated time.Time) exotel.Call {
	return exotel.Call{Sid: "one", Status: exotel.StatusCompleted, Updated: updated, Ended: late, Duration: 60}
}

func TestTheNewerStateOfACallCounts(t *testing.T) {
	busy := over(late)
	busy.Status = exotel.StatusBusy
	inProgress := ringing(late)
	inProgress.Status = exotel.StatusInProgress
	for name, test := range map[string]struct {
		older, newer exotel.Call
		want         string
	}{
		"that comes later":                 {ringing(early), over(late), exotel.StatusCompleted},
		"that came before":                 {over(late), ringing(early), exotel.StatusCompleted},
		"that was updated later":           {busy, over(early), exotel.StatusBusy},
		"of two of one second the second":  {over(late), busy, exotel.StatusBusy},
		"of two without time the second":   {over(time.Time{}), busy, exotel.StatusBusy},
		"of two that run":                  {inProgress, ringing(early), exotel.StatusInProgress},
		"over in the same second":          {over(early), ringing(early), exotel.StatusCompleted},
		"over, though updated before":      {over(early), ringing(late), exotel.StatusCompleted},
		"over, whatever has no time":       {over(late), ringing(time.Time{}), exotel.StatusCompleted},
		"over, though that has no time":    {ringing(late), over(time.Time{}), exotel.StatusCompleted},
		"over, though the running is late": {ringing(late), over(early), exotel.StatusCompleted},
	} {
		t.Run(name, func(t *testing.T) {
			merged := exotel.Merge(test.older, test.newer)
			if merged.Status != test.want {
				t.Errorf("got %s, want %s", merged.Status, test.want)
			}
			if test.want == exotel.StatusCompleted && (merged.Duration != 60 || !merged.Ended.Equal(late)) {
				t.Errorf("got %+v", merged)
			}
		})
	}
}

func TestWhatTheNewerStateLeavesOpenIsKept(t *testing.T) {
	older := exotel.Call{
		Sid: "one", ParentSid: "parent", Created: early, Updated: early, Started: early, Ended: late, From: "a", To: "b", ExoPhone: "c",
		Direction: "inbound", Status: "completed", Duration: 60, Price: "1.50", AnsweredBy: "human", RecordingURL: "https://x/one.mp3",
		Details: &exotel.Details{Conversation: 40, Leg1Status: "completed", Leg2Status: "busy", Legs: []exotel.Leg{{ID: 1, OnCall: 50}, {ID: 2, OnCall: 40}}},
		Extra:   `{"A":1,"B":"<x>"}`,
	}
	empty := exotel.Call{Sid: "one", Duration: exotel.Unknown}
	if merged := exotel.Merge(older, empty); !reflect.DeepEqual(merged, older) {
		t.Errorf("of nothing: got %+v", merged)
	}
	newer := exotel.Call{
		Sid: "one", Updated: late, Duration: 0, Price: "0",
		Details: &exotel.Details{Conversation: exotel.Unknown, Leg2Status: "completed", Legs: []exotel.Leg{{ID: 2, OnCall: exotel.Unknown}}},
		Extra:   `{"B":"<y>","C":null}`,
	}
	legs := reflect.ValueOf(older.Details.Legs).Pointer()
	merged := exotel.Merge(older, newer)
	want := older
	want.Updated, want.Duration, want.Price = late, 0, "0"
	want.Details = &exotel.Details{Conversation: 40, Leg1Status: "completed", Leg2Status: "completed", Legs: []exotel.Leg{{ID: 2, OnCall: 40}}}
	want.Extra = `{"A":1,"B":"<y>","C":null}`
	if !reflect.DeepEqual(merged, want) {
		t.Errorf("got %+v %+v,\nwant %+v %+v", merged, merged.Details, want, want.Details)
	}
	if again := exotel.Merge(merged, newer); !reflect.DeepEqual(again, want) {
		t.Errorf("again: got %+v", again)
	}
	if reflect.ValueOf(older.Details.Legs).Pointer() != legs || older.Details.Legs[1].OnCall != 40 {
		t.Error("the older state was changed")
	}
}

func TestACallWithoutAStatusRunsNoLonger(t *testing.T) {
	running := exotel.Call{Sid: "one", Status: exotel.StatusInProgress, Updated: early, Details: &exotel.Details{Leg1Status: exotel.StatusInProgress}}
	ended := exotel.Call{Sid: "one", Updated: early.Add(time.Minute), Details: &exotel.Details{}}
	if merged := exotel.Merge(running, ended); merged.Status != "" || merged.Details.Leg1Status != "" {
		t.Errorf("got %q and %q", merged.Status, merged.Details.Leg1Status)
	}
	busy := exotel.Call{Sid: "one", Status: exotel.StatusBusy, Updated: early}
	if merged := exotel.Merge(busy, ended); merged.Status != exotel.StatusBusy {
		t.Errorf("got %q", merged.Status)
	}
}

func TestExtraFieldsOfOtherNamesDoNotPileUp(t *testing.T) {
	merged := exotel.Call{Sid: "one", Extra: `{"First":1}`}
	for i := range 100 {
		merged = exotel.Merge(merged, exotel.Call{Sid: "one", Extra: `{"Field` + strings.Repeat("x", i) + `":"` + strings.Repeat("y", 1000) + `"}`})
	}
	if len(merged.Extra) > 16<<10 || !strings.Contains(merged.Extra, "First") {
		t.Errorf("%d bytes", len(merged.Extra))
	}
}
