package heartbeat_test

import (
	"fmt"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
)

// A heartbeat of Exotel's: one of the account's ExoPhones takes no calls.
const body = `{
	"timestamp": "2026-11-20T12:00:00+05:30",
	"status_type": "WARNING",
	"incoming_affected": ["08040000001"],
	"outgoing_affected": null,
	"data": {"08040000001": {"phone_number": "+918040000001", "incoming_call": {"status": "major_outage"}, "outgoing_call": {"status": "active"}}}
}`

// To track the health of an account's ExoPhones by its heartbeats.
func ExampleTracker() {
	noon := time.Date(2026, time.November, 20, 12, 0, 0, 0, exotel.India)
	tracker := heartbeat.NewTracker(heartbeat.TrackerOptions{Push: 5 * time.Minute})
	tracker.SetExoPhones([]exotel.ExoPhone{
		{SID: "08040000001", Number: "+918040000001", Name: "Support"},
		{SID: "08040000002", Number: "+918040000002", Name: "Sales"},
	}, noon)
	report, err := heartbeat.Parse([]byte(body), noon)
	if err != nil {
		fmt.Println(err)
		return
	}
	tracker.AddReport(report, noon)

	health := tracker.Health(noon.Add(time.Minute))
	fmt.Println(health.Level, "since", health.Since.In(exotel.India).Format("15:04"))
	for _, phone := range health.Phones {
		fmt.Println(phone.Name, "is affected:", phone.IsAffected())
	}
	fmt.Println(tracker.Health(noon.Add(time.Hour)).Level) // no heartbeat came since
	// Output:
	// WARNING since 12:00
	// Support is affected: true
	// Sales is affected: false
	// UNKNOWN
}

func ExampleParse() {
	report, err := heartbeat.Parse([]byte(body), time.Now())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Level)
	for _, line := range report.Lines {
		fmt.Println(line.Number, line.Direction, line.Status, line.Healthy())
	}
	// Output:
	// WARNING
	// +918040000001 incoming major_outage false
	// +918040000001 outgoing active true
}
