package archive

import (
	"cmp"
	"slices"
	"time"

	"exotel-monitor/exotel"
)

// merge brings what is stored of a call up to date. Exotel may leave out later
// what it once said, so that what is new counts only where it says something.
func merge(stored, read exotel.Call) exotel.Call {
	read.ParentSid = cmp.Or(read.ParentSid, stored.ParentSid)
	read.Created = moment(read.Created, stored.Created)
	read.Updated = moment(read.Updated, stored.Updated)
	read.Started = moment(read.Started, stored.Started)
	read.Ended = moment(read.Ended, stored.Ended)
	read.From = cmp.Or(read.From, stored.From)
	read.To = cmp.Or(read.To, stored.To)
	read.ExoPhone = cmp.Or(read.ExoPhone, stored.ExoPhone)
	read.Direction = cmp.Or(read.Direction, stored.Direction)
	read.Status = cmp.Or(read.Status, stored.Status)
	read.Duration = seconds(read.Duration, stored.Duration)
	read.Price = cmp.Or(read.Price, stored.Price)
	read.AnsweredBy = cmp.Or(read.AnsweredBy, stored.AnsweredBy)
	read.RecordingURL = cmp.Or(read.RecordingURL, stored.RecordingURL)
	switch {
	case read.Details == nil:
		read.Details = stored.Details
	case stored.Details != nil:
		read.Details = mergeDetails(stored.Details, read.Details)
	}
	return read
}

func mergeDetails(stored, read *exotel.Details) *exotel.Details {
	merged := &exotel.Details{
		Conversation: seconds(read.Conversation, stored.Conversation),
		Leg1Status:   cmp.Or(read.Leg1Status, stored.Leg1Status),
		Leg2Status:   cmp.Or(read.Leg2Status, stored.Leg2Status),
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
