package jsonapi

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/monitor"
)

// Health is the ExoPhones' health: the guide's three fields, and more.
type Health struct {
	Status string `json:"status"` // OK, WARNING, CRITICAL, PAYLOAD_TOO_LARGE or UNKNOWN
	// Reason is why the status is UNKNOWN, in a sentence; null if it is known.
	Reason *string `json:"reason"`
	// LastUpdated is when the last word about the ExoPhones was made; null before
	// the first.
	LastUpdated *string `json:"lastUpdated"`
	Details     []Phone `json:"details"` // ExoPhones that are down in a direction at least
	// Since is when the trouble began, or else the level; null while UNKNOWN
	// from the start.
	Since  *string `json:"since"`
	Source string  `json:"source"` // webhook, pull, or "" before the first word
	// ExpectedSeconds is how often a word is expected. After three times as long
	// without one the status is UNKNOWN.
	ExpectedSeconds int     `json:"expectedSeconds"`
	Phones          []Phone `json:"phones"` // all ExoPhones
	Alert           *Alert  `json:"alert"`  // the open one, or null
	// Trouble is why Exotel could not be asked, or nothing recorded; or null.
	Trouble *string `json:"trouble"`
	// UnrecognisedAt is when a post last came that was no heartbeat; or null.
	UnrecognisedAt *string `json:"unrecognisedAt"`
}

// Phone is an ExoPhone.
type Phone struct {
	PhoneNumber string `json:"phoneNumber"`
	Name        string `json:"name"`
	Incoming    Line   `json:"incoming"`
	Outgoing    Line   `json:"outgoing"`
}

// Line is an ExoPhone in one direction.
type Line struct {
	State       string   `json:"state"`  // up, down or unknown
	Status      string   `json:"status"` // Exotel's last word
	Since       *string  `json:"since"`
	LastChecked *string  `json:"lastChecked"`
	Alternates  []string `json:"alternates"`
}

// Alert is the account's open alert.
type Alert struct {
	ID           int64   `json:"id"`
	Level        string  `json:"level"`
	Worst        string  `json:"worst"`
	Opened       string  `json:"opened"`
	Acknowledged *string `json:"acknowledged"`
	Incidents    int     `json:"incidents"` // that are open
}

func optional(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := stamp(t)
	return &text
}

// newHealth writes what a watch sees.
func newHealth(p monitor.Snapshot) Health {
	h := Health{
		Status: p.Health.Level.String(), LastUpdated: optional(p.Health.ReportedAt), Since: optional(p.Health.Since),
		Source: string(p.Health.Origin), ExpectedSeconds: int(p.Health.Interval / time.Second),
		Details: []Phone{}, Phones: []Phone{}, UnrecognisedAt: optional(p.UnrecognizedAt),
	}
	for _, phone := range p.Health.Phones {
		shown := Phone{phone.Number, phone.Name, newLine(phone.Incoming), newLine(phone.Outgoing)}
		h.Phones = append(h.Phones, shown)
		if phone.IsAffected() {
			h.Details = append(h.Details, shown)
		}
	}
	if a := p.Alert; a != nil {
		h.Alert = &Alert{a.ID, a.Level.String(), a.Worst.String(), stamp(a.Opened), optional(a.Acknowledged), len(a.OpenIncidents())}
	}
	if text := reason(p.Health); text != "" {
		h.Reason = &text
	}
	if err := errors.Join(p.Health.PollErr, p.RecordErr); err != nil {
		text := err.Error()
		h.Trouble = &text
	}
	return h
}

// reason says in a sentence why the level is unknown, "" if it is known.
func reason(h heartbeat.Health) string {
	silence := h.At.Sub(h.ReportedAt).Round(time.Second)
	switch h.Reason() {
	case heartbeat.UnrecognizedLevel:
		return fmt.Sprintf("Exotel sent an unrecognised status: %q.", h.LevelText)
	case heartbeat.SomeUnknown:
		return fmt.Sprintf("%d of %d numbers are up; the others are not known.", h.UpCount(), len(h.Phones))
	case heartbeat.PollFailed:
		return fmt.Sprintf("The ExoPhones could not be asked for: %v", h.PollErr)
	case heartbeat.NoExoPhones:
		return "The account has no ExoPhones."
	case heartbeat.NoReportYet:
		return "Nothing was heard of the ExoPhones yet."
	case heartbeat.Silence:
		return fmt.Sprintf("Nothing was heard of the ExoPhones for %v; expected every %v.", silence, h.Interval)
	case heartbeat.NotReported:
		return "Exotel has not said how the ExoPhones are."
	default:
		return ""
	}
}

func newLine(l heartbeat.LineHealth) Line {
	state := map[heartbeat.State]string{heartbeat.Up: "up", heartbeat.Down: "down", heartbeat.StateUnknown: "unknown"}[l.State]
	return Line{State: state, Status: l.Status, Since: optional(l.Since), LastChecked: optional(l.Checked), Alternates: append([]string{}, l.Alternates...)}
}

func (s *server) health(w http.ResponseWriter, r *http.Request) {
	if _, err := parameters(r); err != nil {
		fail(w, http.StatusBadRequest, err.Error())
		return
	}
	reply(w, http.StatusOK, newHealth(s.Health()))
}
