package dashboard

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2/theme"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
	"exotel-monitor/ui/uitest"
)

// TestNamesOfExoPhonesAreOneLineInTheirMenu: a sign that turns the writing round
// would show another name, and another number.
func TestNamesOfExoPhonesAreOneLineInTheirMenu(t *testing.T) {
	uitest.UseTheme(t, theme.VariantLight)
	b := newFilterBar(text.Format{}, func(refresh.Choice) {}, func() {})
	list := []exotel.ExoPhone{{SID: "08047112201", Number: "+918047112201", Name: "\u202eSales\n\x1b[31m\twest "}}
	b.SetPhones(exotel.NewDirectory(list), []string{"\u202e1022118408"}, heartbeat.Health{})
	want := []kit.Option{{Text: "All ExoPhones", Value: ""}, {Text: "Sales [31m west · +918047112201", Value: "8047112201"}, {Text: "1022118408", Value: "\u202e1022118408"}}
	if !slices.Equal(b.Phones.Options, want) {
		t.Errorf("got  %q\nwant %q", b.Phones.Options, want)
	}
}

func TestFiguresSayTheirFilters(t *testing.T) {
	uitest.UseTheme(t, theme.VariantLight)
	noAnswer := metrics.NoAnswer
	b := newFilterBar(text.Format{}, func(refresh.Choice) {}, func() {})
	b.SetPhones(exotel.NewDirectory([]exotel.ExoPhone{{SID: "08040000001", Number: "+918040000001", Name: "Support main"}}), []string{"02248900102"}, heartbeat.Health{})
	for _, tt := range []struct {
		filter metrics.Filter
		want   string
	}{
		{metrics.Filter{}, ""},
		{metrics.Filter{Direction: exotel.DirectionInbound, ExoPhone: "8040000001", Status: &noAnswer, Text: "98000"},
			"Only: inbound · Support main · no answer · “98000”"},
		{metrics.Filter{ExoPhone: "2248900102"}, "Only: 02248900102"},
		{metrics.Filter{ExoPhone: "3340000005"}, "Only: 3340000005"},
	} {
		if got := b.filterText(tt.filter); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
