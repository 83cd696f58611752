package archive

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"exotel-monitor/exotel"
)

// merge brings what is stored of a call up to date. Exotel may leave out later
// what it once said, so that what is new counts only where it says something.
func merge(stored, read exotel.Call) exotel.Call {
	finished := !read.Ended.IsZero() || read.Duration != exotel.Unknown
	read.ParentSid = cmp.Or(read.ParentSid, stored.ParentSid)
	read.Created = moment(read.Created, stored.Created)
	read.Updated = moment(read.Updated, stored.Updated)
	read.Started = moment(read.Started, stored.Started)
	read.Ended = moment(read.Ended, stored.Ended)
	read.From = cmp.Or(read.From, stored.From)
	read.To = cmp.Or(read.To, stored.To)
	read.ExoPhone = cmp.Or(read.ExoPhone, stored.ExoPhone)
	read.Direction = cmp.Or(read.Direction, stored.Direction)
	ended := !read.Ended.IsZero()
	read.Status = status(read.Status, stored.Status, ended)
	read.Duration = seconds(read.Duration, stored.Duration)
	read.Price = cmp.Or(read.Price, stored.Price)
	read.AnsweredBy = cmp.Or(read.AnsweredBy, stored.AnsweredBy)
	read.RecordingURL = cmp.Or(read.RecordingURL, stored.RecordingURL)
	switch {
	case read.Details == nil:
		read.Details = stored.Details
	case stored.Details != nil:
		read.Details = mergeDetails(stored.Details, read.Details, ended)
		if !finished && read.Details.Conversation == 0 { // until then Exotel says 0 for what it does not know
			read.Details.Conversation = stored.Details.Conversation
		}
	}
	read.Extra = mergeExtra(stored.Extra, read.Extra)
	return read
}

func mergeDetails(stored, read *exotel.Details, ended bool) *exotel.Details {
	merged := &exotel.Details{
		Conversation: seconds(read.Conversation, stored.Conversation),
		Leg1Status:   status(read.Leg1Status, stored.Leg1Status, ended),
		Leg2Status:   status(read.Leg2Status, stored.Leg2Status, ended),
		Legs:         slices.Clone(read.Legs),
	}
	if len(read.Legs) == 0 {
		merged.Legs = stored.Legs
	}
	for i := range merged.Legs {
		leg := &merged.Legs[i]
		if same := slices.IndexFunc(stored.Legs, func(l exotel.Leg) bool { return l.ID == leg.ID }); same >= 0 {
			leg.OnCall = seconds(leg.OnCall, stored.Legs[same].OnCall)
		}
	}
	return merged
}

// status is the word that was read, or the one that is stored where none was. What
// a call was while it ran is no word for one that has ended: Exotel leaves some of
// those without any.
func status(read, stored string, ended bool) string {
	running := stored == exotel.StatusQueued || stored == exotel.StatusRinging || stored == exotel.StatusInProgress
	if read == "" && !(ended && running) {
		return stored
	}
	return read
}

// moment is the time that was read, or the one that is stored where none was.
func moment(read, stored time.Time) time.Time {
	if read.IsZero() {
		return stored
	}
	return read
}

func seconds(read, stored int) int {
	if read == exotel.Unknown {
		return stored
	}
	return read
}

// longestExtra keeps a row small, should Exotel send fields of another name each
// time. It is twice what one reading may have.
const longestExtra = 16 << 10

// mergeExtra merges two JSON objects field by field.
func mergeExtra(stored, read string) string {
	if stored == "" || read == "" || stored == read {
		return cmp.Or(read, stored)
	}
	var fields map[string]json.RawMessage
	for _, extra := range []string{stored, read} {
		if json.Unmarshal([]byte(extra), &fields) != nil {
			return read
		}
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // the values stay as they came
	if e.Encode(fields) != nil || b.Len() > longestExtra {
		return stored
	}
	return strings.TrimSuffix(b.String(), "\n")
}
