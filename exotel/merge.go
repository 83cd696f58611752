package exotel

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Merge merges two answers about one call. The later one counts: the one with the later
// DateUpdated, or else newer. But a call that is over never runs again, whatever a late
// answer says. A field that the later answer leaves empty keeps its older value. See
// API.md, Settling.
func Merge(older, newer Call) Call {
	stale := !newer.Updated.IsZero() && newer.Updated.Before(older.Updated)
	if running := newer.IsRunning(); running != older.IsRunning() {
		stale = running
	}
	if stale {
		older, newer = newer, older
	}
	newer.ParentSid = cmp.Or(newer.ParentSid, older.ParentSid)
	newer.Created = knownTime(newer.Created, older.Created)
	newer.Updated = knownTime(newer.Updated, older.Updated)
	newer.Started = knownTime(newer.Started, older.Started)
	newer.Ended = knownTime(newer.Ended, older.Ended)
	newer.From = cmp.Or(newer.From, older.From)
	newer.To = cmp.Or(newer.To, older.To)
	newer.ExoPhone = cmp.Or(newer.ExoPhone, older.ExoPhone)
	newer.Direction = cmp.Or(newer.Direction, older.Direction)
	newer.Status = knownStatus(newer.Status, older.Status)
	newer.Duration = knownSeconds(newer.Duration, older.Duration)
	newer.Price = cmp.Or(newer.Price, older.Price)
	newer.AnsweredBy = cmp.Or(newer.AnsweredBy, older.AnsweredBy)
	newer.RecordingURL = cmp.Or(newer.RecordingURL, older.RecordingURL)
	switch {
	case newer.Details == nil:
		newer.Details = older.Details
	case older.Details != nil:
		newer.Details = mergeDetails(older.Details, newer.Details)
	}
	newer.Extra = mergeExtra(older.Extra, newer.Extra)
	return newer
}

// IsRunning reports whether Exotel showed the call as queued, ringing or in progress.
func (c *Call) IsRunning() bool { return c.Ended.IsZero() && isRunning(c.Status) }

func isRunning(status string) bool {
	return status == StatusQueued || status == StatusRinging || status == StatusInProgress
}

func mergeDetails(older, newer *Details) *Details {
	merged := &Details{
		Conversation: knownSeconds(newer.Conversation, older.Conversation),
		Leg1Status:   knownStatus(newer.Leg1Status, older.Leg1Status),
		Leg2Status:   knownStatus(newer.Leg2Status, older.Leg2Status),
		Legs:         slices.Clone(newer.Legs),
	}
	if len(newer.Legs) == 0 {
		merged.Legs = older.Legs
	}
	for i := range merged.Legs {
		leg := &merged.Legs[i]
		if same := slices.IndexFunc(older.Legs, func(l Leg) bool { return l.ID == leg.ID }); same >= 0 {
			leg.OnCall = knownSeconds(leg.OnCall, older.Legs[same].OnCall)
		}
	}
	return merged
}

// knownStatus returns newer, or older if newer is empty. It returns no status of a
// running call then: some calls end without a status. See API.md, Statuses.
func knownStatus(newer, older string) string {
	if newer == "" && !isRunning(older) {
		return older
	}
	return newer
}

func knownTime(newer, older time.Time) time.Time {
	if newer.IsZero() {
		return older
	}
	return newer
}

func knownSeconds(newer, older int) int {
	if newer == Unknown {
		return older
	}
	return newer
}

// maxMergedExtra keeps a call small in case Exotel sends fields of other names each time.
// It is twice what one answer may have.
const maxMergedExtra = 16 << 10

// mergeExtra merges two JSON objects field by field.
func mergeExtra(older, newer string) string {
	if older == "" || newer == "" || older == newer {
		return cmp.Or(newer, older)
	}
	var fields map[string]json.RawMessage
	for _, extra := range []string{older, newer} {
		if json.Unmarshal([]byte(extra), &fields) != nil {
			return newer
		}
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // the values stay as they came
	if e.Encode(fields) != nil || b.Len() > maxMergedExtra {
		return older
	}
	return strings.TrimSuffix(b.String(), "\n")
}
