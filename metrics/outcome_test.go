package metrics

import (
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

// outcomeNames are for messages of tests.
var outcomeNames = [outcomes]string{
	"talked", "rang out", "line busy", "not connected", "gave up",
	"menu only", "first party", "machine", "not over", "end not known", "unknown", "other",
}

const (
	in     = exotel.DirectionInbound
	dial   = exotel.DirectionOutboundDial
	api    = exotel.DirectionOutboundAPI
	record = "https://recordings.exotel.com/a.mp3"
)

func details(conversation int, leg1, leg2 string, onCall ...int) *exotel.Details {
	d := &exotel.Details{Conversation: conversation, Leg1Status: leg1, Leg2Status: leg2}
	for i, seconds := range onCall {
		d.Legs = append(d.Legs, exotel.Leg{ID: i + 1, OnCall: seconds})
	}
	return d
}

func TestStatusIsExotelsWord(t *testing.T) {
	for _, test := range []struct {
		word  string
		ended bool
		want  Status
	}{
		{"completed", true, Answered},
		{"completed", false, Answered},
		{"no-answer", true, NoAnswer},
		{"busy", true, Busy},
		{"failed", true, Failed},
		{"canceled", true, Canceled},
		{"queued", false, Live},
		{"ringing", false, Live},
		{"in-progress", false, Live},
		{"in-progress", true, Other},
		{"", false, Other},
		{"", true, Other},
		{"dlvrd-to-handset", true, Other},
	} {
		call := exotel.Call{Status: test.word, Created: noon}
		if test.ended {
			call.Ended = noon
		}
		if got := Classify(&call).At(noon.Sub(CreatedAt(&call))).Status; got != test.want {
			t.Errorf("%q, ended %v: got %v, want %v", test.word, test.ended, got, test.want)
		}
	}
}

// outcomeAfter is the outcome of a call of that age.
func outcomeAfter(call *exotel.Call, age time.Duration) Outcome {
	return Classify(call).At(age).Outcome
}

func TestOutcomeTellsWhatHappenedToThePerson(t *testing.T) {
	const done = exotel.StatusCompleted
	for _, test := range []struct {
		name string
		call exotel.Call
		want Outcome
	}{
		// 2.4, rule 0
		{"inbound, as it is a minute after its end", exotel.Call{Status: done, Direction: in, Duration: exotel.Unknown, Details: details(0, done, "")}, OutcomeUnknown},
		{"outbound, no length yet", exotel.Call{Status: done, Direction: dial, Duration: exotel.Unknown, Details: details(exotel.Unknown, done, "busy")}, OutcomeUnknown},
		{"not completed, no end yet", exotel.Call{Status: "no-answer", Direction: in, Duration: exotel.Unknown, Details: details(0, done, "no-answer")}, OutcomeUnknown},
		{"no status, no end yet", exotel.Call{Direction: in, Duration: exotel.Unknown, Details: details(0, done, "")}, OutcomeUnknown},
		{"no details, no end yet", exotel.Call{Status: "busy", Direction: in, Duration: exotel.Unknown}, OutcomeUnknown},
		{"an end without a length", exotel.Call{Status: done, Direction: in, Ended: noon, Duration: exotel.Unknown, Details: details(0, done, "")}, MenuOnly},
		{"a length without an end", exotel.Call{Status: done, Direction: in, Duration: 8, Details: details(0, done, "")}, MenuOnly},
		{"a talk time without an end", exotel.Call{Status: done, Direction: in, Duration: exotel.Unknown, Details: details(5, done, "")}, Talked},
		// rule 1
		{"queued", exotel.Call{Status: "queued", Direction: api}, NotOver},
		{"ringing", exotel.Call{Status: "ringing", Direction: in}, NotOver},
		{"in progress, already talking", exotel.Call{Status: "in-progress", Direction: in, Details: details(40, done, "", 50)}, NotOver},
		{"in progress with an end", exotel.Call{Status: "in-progress", Direction: in, Ended: noon, Details: details(0, done, "")}, OutcomeOther},
		// rule 2
		{"inbound, talked", exotel.Call{Status: done, Direction: in, Details: details(70, done, done, 90, 70)}, Talked},
		{"outbound, talked", exotel.Call{Status: done, Direction: dial, Details: details(70, done, done, 90, 70)}, Talked},
		{"outbound, a machine answered", exotel.Call{Status: done, Direction: dial, AnsweredBy: "machine", Details: details(20, done, done, 30, 20)}, Machine},
		{"outbound, a machine answered, in a callback's letters", exotel.Call{Status: done, Direction: api, AnsweredBy: "Machine", Details: details(20, done, done, 30, 20)}, Machine},
		{"outbound, nobody is sure who answered", exotel.Call{Status: done, Direction: api, AnsweredBy: "NotSure", Details: details(20, done, done, 30, 20)}, Talked},
		{"outbound, a machine and no conversation", exotel.Call{Status: done, Direction: dial, AnsweredBy: "machine", Details: details(0, done, "no-answer", 30, 0)}, RangOut},
		{"outbound, no status, a machine answered", exotel.Call{Direction: dial, Ended: noon, AnsweredBy: "machine", RecordingURL: record, Details: details(0, done, done, 30, 20)}, Machine},
		{"inbound, whatever answered", exotel.Call{Status: done, Direction: in, AnsweredBy: "machine", Details: details(20, done, done, 30, 20)}, Talked},
		{"talked, whatever the status says", exotel.Call{Status: "no-answer", Direction: dial, Details: details(5, done, done)}, Talked},
		// rule 3, P-LOT's rows
		{"no legs, recording, 11 s", exotel.Call{Status: done, Direction: in, RecordingURL: record, Duration: 11, Details: details(0, "", "")}, Talked},
		{"no legs, recording, 10 s", exotel.Call{Status: done, Direction: in, RecordingURL: record, Duration: 10, Details: details(0, "", "")}, MenuOnly},
		{"no legs, recording, no duration", exotel.Call{Status: done, Direction: in, Ended: noon, RecordingURL: record, Duration: exotel.Unknown, Details: details(0, "", "")}, MenuOnly},
		{"no legs, no recording", exotel.Call{Status: done, Direction: in, Duration: 60, Details: details(0, "", "")}, MenuOnly},
		{"recording but legs", exotel.Call{Status: done, Direction: in, RecordingURL: record, Duration: 60, Details: details(0, done, "no-answer", 60, 0)}, RangOut},
		{"no legs, recording, picked up", exotel.Call{Status: done, Direction: in, RecordingURL: record, Duration: 45, Details: details(0, done, done)}, Talked},
		{"a voicemail: nobody picked up", exotel.Call{Status: done, Direction: in, RecordingURL: record, Duration: 45, Details: details(0, done, "no-answer")}, RangOut},
		{"a voicemail: busy", exotel.Call{Status: done, Direction: in, RecordingURL: record, Duration: 45, Details: details(0, done, "busy")}, LineBusy},
		{"a voicemail: not connected", exotel.Call{Status: done, Direction: in, RecordingURL: record, Duration: 45, Details: details(0, done, "failed")}, NotConnected},
		{"a voicemail: the caller gave up", exotel.Call{Status: done, Direction: in, RecordingURL: record, Duration: 45, Details: details(0, done, "canceled")}, GaveUp},
		{"outbound, no legs, recording", exotel.Call{Status: done, Direction: dial, RecordingURL: record, Duration: 60, Details: details(0, "", "")}, OutcomeUnknown},
		// rule 4, P-LOT's rows
		{"no status, recording", exotel.Call{Direction: dial, Ended: noon, RecordingURL: record, Details: details(0, done, "")}, Talked},
		{"no status, a voicemail: nobody picked up", exotel.Call{Direction: in, Ended: noon, RecordingURL: record, Details: details(0, done, "no-answer")}, RangOut},
		{"no status, recording, picked up", exotel.Call{Direction: dial, Ended: noon, RecordingURL: record, Details: details(0, done, done)}, Talked},
		{"no status, recording, outbound, busy", exotel.Call{Direction: dial, Ended: noon, RecordingURL: record, Details: details(0, done, "busy")}, LineBusy},
		{"no status, second leg on the line", exotel.Call{Direction: dial, Ended: noon, Details: details(0, done, "", 30, 12)}, Talked},
		{"no status, first leg on the line", exotel.Call{Direction: dial, Ended: noon, Details: details(0, done, "no-answer", 30, 0)}, RangOut},
		{"no status, inbound, no second leg", exotel.Call{Direction: in, Ended: noon, Details: details(0, done, "", 30)}, MenuOnly},
		{"no status, not ended", exotel.Call{Direction: dial, RecordingURL: record, Details: details(0, done, "", 30, 12)}, OutcomeOther},
		// rule 5
		{"inbound, second leg never tried", exotel.Call{Status: done, Direction: in, Details: details(0, done, "", 30)}, MenuOnly},
		{"inbound, agent did not answer", exotel.Call{Status: done, Direction: in, Details: details(0, done, "no-answer", 30, 0)}, RangOut},
		{"inbound, agent busy", exotel.Call{Status: done, Direction: in, Details: details(0, done, "busy", 30, 0)}, LineBusy},
		{"inbound, agent not connected", exotel.Call{Status: done, Direction: in, Details: details(0, done, "failed", 30, 0)}, NotConnected},
		{"inbound, caller gave up", exotel.Call{Status: done, Direction: in, Details: details(0, done, "canceled", 30, 0)}, GaveUp},
		{"inbound, picked up, not settled", exotel.Call{Status: done, Direction: in, Details: details(exotel.Unknown, done, done)}, OutcomeUnknown},
		{"inbound, a word of the second leg nobody knows", exotel.Call{Status: done, Direction: in, Details: details(0, done, "odd")}, OutcomeUnknown},
		// rule 6
		{"outbound, agent not reached", exotel.Call{Status: "no-answer", Direction: dial, Details: details(0, "no-answer", "", 0)}, FirstPartyNotReached},
		{"outbound, agent busy", exotel.Call{Status: "busy", Direction: api, Details: details(0, "busy", "", 0)}, FirstPartyNotReached},
		{"outbound, customer did not answer", exotel.Call{Status: "no-answer", Direction: api, Details: details(0, done, "no-answer", 20, 0)}, RangOut},
		{"outbound, customer busy", exotel.Call{Status: "busy", Direction: api, Details: details(0, done, "busy", 20, 0)}, LineBusy},
		{"outbound, customer failed", exotel.Call{Status: "failed", Direction: dial, Details: details(0, done, "failed", 20, 0)}, NotConnected},
		{"outbound, canceled", exotel.Call{Status: "canceled", Direction: dial, Details: details(0, done, "canceled", 20, 0)}, GaveUp},
		{"outbound, the second leg tells, not the status", exotel.Call{Status: done, Direction: dial, Details: details(0, done, "busy", 20, 0)}, LineBusy},
		{"outbound, the status tells, not the legs", exotel.Call{Status: "busy", Direction: dial, Details: details(0, done, "")}, LineBusy},
		{"outbound, picked up, not settled", exotel.Call{Status: done, Direction: dial, Details: details(exotel.Unknown, done, done)}, OutcomeUnknown},
		{"outbound, picked up, but Exotel says no answer", exotel.Call{Status: "no-answer", Direction: dial, Details: details(0, done, done)}, RangOut},
		{"outbound, a word of the second leg nobody knows", exotel.Call{Status: done, Direction: dial, Details: details(0, done, "odd")}, OutcomeUnknown},
		{"outbound, customer never dialed", exotel.Call{Status: done, Direction: dial, Details: details(0, done, "")}, RangOut},
		{"outbound, legs not told", exotel.Call{Status: done, Direction: dial, Details: details(0, "", "")}, OutcomeUnknown},
		{"into a flow, customer picked up", exotel.Call{Status: done, Direction: api, To: "+918040000001", ExoPhone: "08040000001", Details: details(0, done, "", 20)}, MenuOnly},
		{"into a flow, customer did not answer", exotel.Call{Status: "no-answer", Direction: api, To: "08040000001", ExoPhone: "08040000001", Details: details(0, "no-answer", "")}, RangOut},
		{"into a flow, customer busy", exotel.Call{Status: "busy", Direction: api, To: "08040000001", ExoPhone: "08040000001", Details: details(0, "", "")}, LineBusy},
		{"into a flow, legs not told", exotel.Call{Status: done, Direction: api, To: "08040000001", ExoPhone: "08040000001", Details: details(0, "", "")}, OutcomeUnknown},
		// rule 7
		{"inbound, no answer", exotel.Call{Status: "no-answer", Direction: in, Details: details(0, "no-answer", "")}, RangOut},
		{"inbound, busy", exotel.Call{Status: "busy", Direction: in, Details: details(0, "busy", "")}, LineBusy},
		{"inbound, failed", exotel.Call{Status: "failed", Direction: in, Details: details(0, "failed", "")}, NotConnected},
		{"inbound, canceled", exotel.Call{Status: "canceled", Direction: in, Details: details(0, "canceled", "")}, GaveUp},
		{"a status nobody knows", exotel.Call{Status: "sms-delivered", Direction: in, Ended: noon, Details: details(0, done, "no-answer")}, OutcomeOther},
		{"a status nobody knows, outbound", exotel.Call{Status: "sms-delivered", Direction: dial, Ended: noon, Details: details(0, done, "no-answer")}, OutcomeOther},
		// without details the status is all there is
		{"no details, completed", exotel.Call{Status: done, Direction: in, RecordingURL: record, Duration: 60}, OutcomeUnknown},
		{"no details, no answer", exotel.Call{Status: "no-answer", Direction: in}, RangOut},
		{"no details, busy", exotel.Call{Status: "busy", Direction: dial}, LineBusy},
		{"no details, failed", exotel.Call{Status: "failed", Direction: dial}, NotConnected},
		{"no details, canceled", exotel.Call{Status: "canceled", Direction: dial}, GaveUp},
		{"no details, no status", exotel.Call{Direction: dial, Ended: noon, RecordingURL: record}, OutcomeOther},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := outcomeAfter(&test.call, time.Hour); got != test.want {
				t.Errorf("got %q, want %q", outcomeNames[got], outcomeNames[test.want])
			}
		})
	}
}

// The rows that clients stumble over, as the fake account has them.
func TestEdgeRowsHaveTheirOutcome(t *testing.T) {
	want := map[string]Outcome{
		"answered": Talked, "agentnoanswer": RangOut, "agentbusy": LineBusy, "agentfailed": NotConnected,
		"callergaveup": GaveUp, "noleg2": MenuOnly, "menuonly": MenuOnly, "canceled": GaveUp,
		"emptystatustalked": Talked, "emptystatusmissed": RangOut, "unfinished": Talked, "unfinishedgreeting": MenuOnly,
		"neversettled": OutcomeUnknown,
		"voicemail":    RangOut, "machineanswered": Machine,
		"sipagent": Talked, "unknownstatus": OutcomeOther, "thinmissed": RangOut, "nodetails": OutcomeUnknown,
		"timesdisagree": Talked, "customernoanswer": RangOut, "customerbusy": LineBusy, "customerfailed": NotConnected,
		"agentnotreached": FirstPartyNotReached, "inboundfailed": NotConnected, "queued": NotOver, "ringing": NotOver, "inprogress": NotOver,
	}
	seen := 0
	for _, call := range exoteltest.EdgeRows(noon, exotel.India) {
		name := strings.TrimRight(strings.TrimSuffix(call.Sid, "m"), "0")
		outcome, listed := want[name]
		if !listed {
			continue
		}
		seen++
		if got := outcomeAfter(&call, time.Hour); got != outcome {
			t.Errorf("%s: got %q, want %q", name, outcomeNames[got], outcomeNames[outcome])
		}
	}
	equal(t, "rows of the list that occur", seen, len(want))
}

func TestParseStatusReadsEveryStatusAndExotelsLiveWords(t *testing.T) {
	for _, s := range AllStatuses() {
		if got, ok := ParseStatus(s.String()); !ok || got != s {
			t.Errorf("%q: got %v, %v", s.String(), got, ok)
		}
	}
	for word, want := range map[string]Status{"queued": Live, "ringing": Live, "in-progress": Live, "In Progress": Live, "cancelled": Canceled, "COMPLETED ": Answered, "no answer": NoAnswer} {
		if got, ok := ParseStatus(word); !ok || got != want {
			t.Errorf("%q: got %v, %v", word, got, ok)
		}
	}
	for _, word := range []string{"", "answered", "none"} {
		if got, ok := ParseStatus(word); ok {
			t.Errorf("%q: got %v", word, got)
		}
	}
	equal(t, "statuses", len(AllStatuses()), int(statuses))
}
