package dashboard

import (
	"slices"
	"testing"

	"exotel-monitor/heartbeat"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/uitest/sample"
)

func TestLinesThatAreDownComeFirstTheBusiestOfEquals(t *testing.T) {
	h := sample.Health(heartbeat.Warning,
		sample.Phone("08040000001", "Quiet", sample.Down, sample.Up), sample.Phone("08040000002", "Busy", sample.Up, sample.Down), sample.Phone("08040000003", "Both", sample.Down, sample.Down),
		sample.Phone("08040000004", "Unknown", sample.NotKnown, sample.NotKnown), sample.Phone("08040000005", "Up", sample.Up, sample.Up), sample.Phone("08040000006", "Up and busy", sample.Up, sample.Up),
	)
	var got []string
	sorted := WorstFirst(h, map[string]int{"8040000001": 3, "8040000002": 40, "8040000006": 100})
	for _, p := range sorted.Phones {
		got = append(got, p.Name)
	}
	if want := []string{"Both", "Busy", "Quiet", "Unknown", "Up", "Up and busy"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	menu := []kit.Option{{Text: "Up and busy", Value: "8040000006"}, {Text: "Busy", Value: "8040000002"}, {Text: "Both", Value: "8040000003"}, {Text: "Up", Value: "8040000005"}}
	downFirst(menu, sorted)
	if want := []kit.Option{{Text: "Both", Value: "8040000003"}, {Text: "Busy", Value: "8040000002"}, {Text: "Up and busy", Value: "8040000006"}, {Text: "Up", Value: "8040000005"}}; !slices.Equal(menu, want) {
		t.Errorf("in the menu %q, want %q", menu, want)
	}
}
