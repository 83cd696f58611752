package jsonapi

import (
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/monitor"
)

// warned is an account with one of two numbers down, incoming.
func warned() monitor.Snapshot {
	at := time.Date(2026, 11, 22, 5, 12, 0, 0, time.UTC)
	down := heartbeat.LineHealth{State: heartbeat.Down, Status: "major_outage", Since: at, Checked: at.Add(time.Minute), Alternates: []string{"08040000011"}}
	up := heartbeat.LineHealth{State: heartbeat.Up, Status: "active", Since: at, Checked: at.Add(time.Minute)}
	return monitor.Snapshot{
		Health: heartbeat.Health{
			Level: heartbeat.Warning, Since: at, ReportedAt: at.Add(5 * time.Minute), Origin: heartbeat.Pushed, Interval: 5 * time.Minute,
			Phones: []heartbeat.PhoneHealth{
				{Number: "+918040000010", Name: "Support", Incoming: down, Outgoing: up},
				{Number: "+918040000011", Incoming: up},
			},
			PollErr: errors.New("Exotel refused the keys"),
		},
		Alert: &alert.Alert{ID: 7, Level: heartbeat.Warning, Worst: heartbeat.Critical, Opened: at, Incidents: []alert.Incident{{}}},
	}
}

func TestHealthHasTheGuidesFieldsAndMore(t *testing.T) {
	_, h := newHandler(t, Options{Health: warned})
	const phone = `{"phoneNumber": "+918040000010", "name": "Support",
		"incoming": {"state": "down", "status": "major_outage", "since": "2026-11-22T05:12:00.000Z", "lastChecked": "2026-11-22T05:13:00.000Z", "alternates": ["08040000011"]},
		"outgoing": {"state": "up", "status": "active", "since": "2026-11-22T05:12:00.000Z", "lastChecked": "2026-11-22T05:13:00.000Z", "alternates": []}}`
	want := object(t, []byte(`{"status": "WARNING", "reason": null, "lastUpdated": "2026-11-22T05:17:00.000Z", "details": [`+phone+`],
		"since": "2026-11-22T05:12:00.000Z", "source": "webhook", "expectedSeconds": 300,
		"phones": [`+phone+`, {"phoneNumber": "+918040000011", "name": "",
			"incoming": {"state": "up", "status": "active", "since": "2026-11-22T05:12:00.000Z", "lastChecked": "2026-11-22T05:13:00.000Z", "alternates": []},
			"outgoing": {"state": "unknown", "status": "", "since": null, "lastChecked": null, "alternates": []}}],
		"alert": {"id": 7, "level": "WARNING", "worst": "CRITICAL", "opened": "2026-11-22T05:12:00.000Z", "acknowledged": null, "incidents": 1},
		"trouble": "Exotel refused the keys", "unrecognisedAt": null}`))
	w := ask(h, "GET", "/api/health")
	if got := object(t, w.Body.Bytes()); w.Code != http.StatusOK || !reflect.DeepEqual(got, want) {
		t.Errorf("%d: got %s", w.Code, w.Body)
	}
	w = ask(h, "GET", "/api/dashboard")
	if got := object(t, w.Body.Bytes())["health"]; !reflect.DeepEqual(got, any(want)) {
		t.Errorf("in the dashboard: %v", got)
	}
}

func TestHealthIsUnknownBeforeTheFirstWord(t *testing.T) {
	_, h := newHandler(t, Options{})
	includes(t, "health", object(t, ask(h, "GET", "/api/health").Body.Bytes()), object(t, []byte(`{"status": "UNKNOWN", "lastUpdated": null, "details": [], "phones": [], "alert": null}`)))
}

func TestUnknownHealthHasAReason(t *testing.T) {
	heard := time.Date(2026, 11, 22, 5, 12, 0, 0, time.UTC)
	up, dunno := heartbeat.LineHealth{State: heartbeat.Up}, heartbeat.LineHealth{}
	one := []heartbeat.PhoneHealth{{Incoming: dunno, Outgoing: dunno}}
	refused := &exotel.Error{Op: "list ExoPhones", Kind: exotel.KindCredentials, Status: 401}
	for _, test := range []struct {
		name   string
		health heartbeat.Health
		want   string
	}{
		{"nothing yet", heartbeat.Health{}, "Nothing was heard of the ExoPhones yet."},
		{"refused keys", heartbeat.Health{ReportedAt: heard, PollErr: refused, Phones: one}, "The ExoPhones could not be asked for: list ExoPhones: Exotel refused the API key or token (HTTP 401). Check the API key and token;"},
		{"some", heartbeat.Health{ReportedAt: heard, Phones: []heartbeat.PhoneHealth{{Incoming: up, Outgoing: up}, {Incoming: up}}}, "1 of 2 numbers are up; the others are not known."},
		{"silence", heartbeat.Health{At: heard.Add(20 * time.Minute), ReportedAt: heard, Interval: 5 * time.Minute, Origin: heartbeat.Pushed, Phones: one}, "Nothing was heard of the ExoPhones for 20m0s; expected every 5m0s."},
		{"a strange word", heartbeat.Health{At: heard, ReportedAt: heard, Interval: 5 * time.Minute, Origin: heartbeat.Pushed, LevelText: "MAINTENANCE"}, `Exotel sent an unrecognised status: "MAINTENANCE".`},
		{"no ExoPhones", heartbeat.Health{Listed: true}, "The account has no ExoPhones."},
		{"nothing said", heartbeat.Health{At: heard, ReportedAt: heard, Interval: 5 * time.Minute, Phones: one}, "Exotel has not said how the ExoPhones are."},
	} {
		_, h := newHandler(t, Options{Health: func() monitor.Snapshot { return monitor.Snapshot{Health: test.health} }})
		got := object(t, ask(h, "GET", "/api/health").Body.Bytes())
		if reason, _ := got["reason"].(string); got["status"] != "UNKNOWN" || !strings.HasPrefix(reason, test.want) {
			t.Errorf("%s: %v because of %q, want %q", test.name, got["status"], reason, test.want)
		}
	}
}

func TestHealthIsAskedForByGETAlone(t *testing.T) {
	_, h := newHandler(t, Options{})
	for target, want := range map[string]int{"/api/health?x=1": http.StatusBadRequest, "/api/health/": http.StatusNotFound} {
		if w := ask(h, "GET", target); w.Code != want {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
	if w := ask(h, "POST", "/api/health"); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
}
