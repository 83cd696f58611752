package dashboard

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2/theme"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
	refresh "exotel-monitor/metrics/sync"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
	"exotel-monitor/ui/uitest"
)

// TestNamesOfExoPhonesAreOneLineInTheirMenu: a sign that turns the writing round
// would show another name, and another number.
func TestNamesOfExoPhonesAreOneLineInTheirMenu(t *testing.T) {
	uitest.UseTheme(t, theme.VariantLight)
	b := NewFilterBar(text.Format{}, func(refresh.Choice) {}, func() {})
	list := []exotel.ExoPhone{{SID: "08047112201", Number: "+918047112201", Name: "\u202eSales\n\x1b[31m\twest "}}
	b.SetPhones(exotel.NewDirectory(list), []string{"\u202e1022118408"}, heartbeat.Health{})
	want := []kit.Option{{Text: "All ExoPhones", Value: ""}, {Text: "Sales [31m west · +918047112201", Value: "8047112201"}, {Text: "1022118408", Value: "\u202e1022118408"}}
	if !slices.Equal(b.Phones.Options, want) {
		t.Errorf("got  %q\nwant %q", b.Phones.Options, want)
	}
}
