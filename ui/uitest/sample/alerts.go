package sample

import (
	"strings"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/heartbeat/monitor"
)

// Incident returns an incident that lasted from one time of Now's day to
// another; "" for one that lasts.
func Incident(number, name string, direction heartbeat.Direction, from, to string) alert.Incident {
	return alert.Incident{
		Key: exotel.NumberKey(number), Number: number, Name: name, Direction: direction,
		Cause: "major_outage", Opened: Clock(from), Closed: Clock(to),
	}
}

// Clock returns a time of Now's day, or of a day before when it is written
// with it, such as "18 23:50"; the zero time for "".
func Clock(clock string) time.Time {
	if clock == "" {
		return time.Time{}
	}
	if !strings.Contains(clock, " ") {
		clock = "20 " + clock
	}
	at, err := time.ParseInLocation("2006-01 2 15:04", "2026-11 "+clock, exotel.India)
	if err != nil {
		panic(err)
	}
	return at
}

// Alert returns the open alert on the pictures.
func Alert() *alert.Alert {
	in, out := heartbeat.Incoming, heartbeat.Outgoing
	a := &alert.Alert{
		ID: 9, Level: heartbeat.Critical, Worst: heartbeat.Critical, Opened: Clock("10:42"),
		Incidents: []alert.Incident{
			Incident("+918047112201", "Support main", in, "10:42", ""), Incident("+912248900102", "Sales west", in, "10:44", ""),
			Incident("+911141190203", "Sales north", out, "10:44", "11:05"), Incident("+914440001100", "Field ops", out, "10:51", ""),
		},
	}
	a.Incidents[0].Alternates = []string{"08047112233"}
	a.Incidents[3].Cause = "partial_network_outage"
	return a
}

func note(kind alert.Kind, clock string, state journal.DeliveryState, reason string) journal.Delivery {
	return journal.Delivery{Note: alert.Note{Kind: kind, At: Clock(clock)}, State: state, Error: reason}
}

// Entries returns the alerts on the pictures, newest first.
func Entries() []journal.Entry {
	in, out := heartbeat.Incoming, heartbeat.Outgoing
	closed := func(id int64, level heartbeat.Level, from, to string, incidents ...alert.Incident) journal.Entry {
		return journal.Entry{Alert: alert.Alert{ID: id, Level: level, Worst: level, Opened: Clock(from), Closed: Clock(to), Incidents: incidents}}
	}
	open := journal.Entry{Alert: *Alert(), Deliveries: []journal.Delivery{
		note(alert.Announcement, "10:42", journal.Accepted, ""), note(alert.Announcement, "10:51", journal.Accepted, ""), note(alert.Reminder, "11:06", journal.Accepted, ""),
	}, Steps: []alert.Change{
		{At: Clock("10:42"), Step: alert.Opened, Level: heartbeat.Warning}, {At: Clock("10:44"), Step: alert.Joined, Level: heartbeat.Warning},
		{At: Clock("10:51"), Step: alert.Worsened, Level: heartbeat.Critical},
	}}
	second := closed(8, heartbeat.Warning, "18 23:50", "19 00:38", Incident("+918047112201", "Support main", in, "18 23:50", "19 00:38"))
	third := closed(7, heartbeat.Critical, "15 10:42", "15 11:30", Incident("+918047112201", "Support main", in, "15 10:42", "15 11:30"),
		Incident("+912248900102", "Sales west", in, "15 10:42", "15 11:28"), Incident("+912248900102", "Sales west", out, "15 10:45", "15 11:28"))
	third.Steps = []alert.Change{{At: Clock("15 10:42"), Step: alert.Opened, Level: heartbeat.Critical}, {At: Clock("15 10:45"), Step: alert.Joined, Level: heartbeat.Critical},
		{At: Clock("15 10:50"), Step: alert.Acknowledged, Level: heartbeat.Critical}, {At: Clock("15 11:30"), Step: alert.Closed}}
	third.Acknowledged = Clock("15 10:50")
	third.Deliveries = []journal.Delivery{note(alert.Announcement, "15 10:42", journal.Accepted, ""), note(alert.Recovery, "15 11:31", journal.Refused, "no notification service answers; start one, such as dunst")}
	fourth := closed(6, heartbeat.TooLarge, "11 09:02", "11 09:03", alert.Incident{Opened: Clock("11 09:02"), Closed: Clock("11 09:03")})
	fourth.Deliveries = []journal.Delivery{note(alert.Announcement, "11 09:02", journal.Sending, "")}
	fifth := closed(5, heartbeat.Warning, "3 16:20", "3 16:51", Incident("+913340041005", "", out, "3 16:20", "3 16:51"))
	fifth.Deliveries = []journal.Delivery{note(alert.Announcement, "3 16:20", journal.Unreported, "")}
	return []journal.Entry{open, second, third, fourth, fifth}
}

// Picture returns what the watch sees on the pictures.
func Picture() monitor.Snapshot {
	return monitor.Snapshot{Health: HealthAt(heartbeat.Critical), Alert: Alert()}
}
