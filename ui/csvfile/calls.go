package csvfile

import (
	"bufio"
	"io"
	"iter"
	"strconv"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics/calls"
)

// WriteCalls writes calls in their order, with times in the zone and lengths in seconds,
// below rows that say what they are. name returns a line's name, "" for none. It returns
// how many calls it wrote.
func WriteCalls(out io.Writer, about [][]string, list iter.Seq2[calls.Call, error], zone *time.Location, name func(line string) string) (n int, err error) {
	w := bufio.NewWriterSize(out, 1<<16)
	if _, err := w.WriteString(Mark); err != nil {
		return 0, err
	}
	head := []string{"created", "zone", "direction", "line", "line name", "customer", "agent", "status", "outcome", "duration seconds", "talk seconds", "price", "recording", "sid"}
	if err := Write(w, append(about, head)); err != nil {
		return 0, err
	}
	for call, err := range list {
		if err != nil {
			return n, err
		}
		if err := Write(w, [][]string{callRow(&call, zone, name)}); err != nil {
			return n, err
		}
		n++
	}
	return n, w.Flush()
}

// AboutCalls returns the rows above calls: which they are, how many, of when, and what
// the columns mean.
func AboutCalls(which string, n int, at time.Time) [][]string {
	return [][]string{
		{"calls", Text(which)},
		{"rows", strconv.Itoa(n)},
		{"as of", at.Format(time.DateTime + " -07:00")},
		{"time zone", at.Location().String()},
		{"status", "Exotel's word; completed also when only the menu picked up"},
		{"outcome", "what happened to the person: spoke when both sides were connected"},
		{"talk seconds", "how long both sides were connected"},
		{},
	}
}

func callRow(call *calls.Call, zone *time.Location, name func(string) string) []string {
	customer, agent := calls.Parties(&call.Call)
	talk := exotel.Unknown
	if call.Details != nil {
		talk = call.Details.Conversation
	}
	recording := "no"
	if call.RecordingURL != "" {
		recording = "yes"
	}
	created := call.Created.In(zone)
	return []string{
		created.Format(time.DateTime), created.Format("-07:00"), call.Direction, Text(call.ExoPhone), Text(name(call.ExoPhone)), Text(customer), Text(agent),
		Text(call.Call.Status), call.Outcome.String(), seconds(call.Duration), seconds(talk), Text(call.Price), recording, Text(call.Sid),
	}
}

func seconds(n int) string {
	if n == exotel.Unknown {
		return ""
	}
	return strconv.Itoa(n)
}
