package ui

import (
	"slices"
	"testing"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
)

func TestLinesThatAreDownComeFirstTheBusiestOfEquals(t *testing.T) {
	h := testHealth(heartbeat.Warning,
		testPhone("08040000001", "Quiet", down, up), testPhone("08040000002", "Busy", up, down), testPhone("08040000003", "Both", down, down),
		testPhone("08040000004", "Unknown", dunno, dunno), testPhone("08040000005", "Up", up, up), testPhone("08040000006", "Up and busy", up, up),
	)
	var got []string
	sorted := worstFirst(h, map[string]int{"8040000001": 3, "8040000002": 40, "8040000006": 100})
	for _, p := range sorted.Phones {
		got = append(got, p.Name)
	}
	if want := []string{"Both", "Busy", "Quiet", "Unknown", "Up", "Up and busy"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	menu := []menuOption{{"Up and busy", "8040000006"}, {"Busy", "8040000002"}, {"Both", "8040000003"}, {"Up", "8040000005"}}
	downFirst(menu, sorted)
	if want := []menuOption{{"Both", "8040000003"}, {"Busy", "8040000002"}, {"Up and busy", "8040000006"}, {"Up", "8040000005"}}; !slices.Equal(menu, want) {
		t.Errorf("in the menu %q, want %q", menu, want)
	}
}

func TestIncidentsOfTheWorstLineComeFirst(t *testing.T) {
	incidents := []alert.Incident{
		testIncident("08040000001", "A over", heartbeat.Incoming, "10:40", "10:41"),
		testIncident("08040000002", "B incoming", heartbeat.Incoming, "10:42", ""),
		testIncident("08040000003", "C both", heartbeat.Outgoing, "10:42", ""),
		testIncident("08040000003", "C both", heartbeat.Incoming, "10:42", ""),
		{OfWatch: true, Name: "Exotel Monitor", Opened: onTestDay("10:50")},
	}
	var got []string
	for _, in := range byName(incidents) {
		got = append(got, in.Name)
	}
	if want := []string{"Exotel Monitor", "C both", "C both", "B incoming", "A over"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := alertTitle(heartbeat.Warning, incidents[1:]), "Can't see your lines · Incoming and outgoing down on C both · Incoming down on B incoming"; got != want {
		t.Errorf("the title is %q, want %q", got, want)
	}
}
