package settings

import (
	"slices"
	"testing"
	_ "time/tzdata" // as in the program

	"fyne.io/fyne/v2"

	"exotel-monitor/ui/config"
)

func TestTheZoneIsFoundByWhatIsTyped(t *testing.T) {
	for typed, want := range map[string]struct{ says, saved string }{
		"Asia/Dubai":         {"Days and hours use this zone: UTC+4.", "Asia/Dubai"},
		" asia/dubai ":       {"Days and hours use this zone: UTC+4.", "Asia/Dubai"},
		"dubai":              {"Days and hours use this zone: UTC+4.", "Asia/Dubai"},
		"Kuala Lumpur":       {"Days and hours use this zone: UTC+8.", "Asia/Kuala_Lumpur"},
		"Asia/Calcutta":      {"Days and hours use this zone: IST (UTC+5:30).", "Asia/Calcutta"},
		"Pacific/Kiritimati": {"Days and hours use this zone: UTC+14.", "Pacific/Kiritimati"},
		"UTC":                {"Days and hours use this zone: UTC.", "UTC"},
		"kolk":               {"That isn't a time zone. Do you mean Asia/Kolkata?", ""},
		"ho chi":             {"Do you mean Asia/Ho_Chi_Minh?", ""},
		"Mars":               {"Choose one from the list, or write it like Asia/Kolkata.", ""},
		"":                   {"Choose one from the list, or write it like Asia/Kolkata.", ""},
		"Local":              {"That isn't a time zone", ""},
	} {
		r := open(t, config.Default())
		r.Zone.SetText(typed)
		if !r.Shows(want.says) {
			t.Errorf("%q: it says %q", typed, r.zone.about.Text)
		}
		r.Save()
		switch {
		case want.saved == "" && (len(r.stored) > 0 || !r.Shows("Correct the account's time zone first.") || r.Window.Canvas().Focused() != fyne.Focusable(r.Zone)):
			t.Errorf("%q: saved, or it is not said where it is wrong", typed)
		case want.saved != "" && (len(r.stored) != 1 || r.stored[0].Zone != want.saved || r.Zone.Text != want.saved):
			t.Errorf("%q: saved %+v", typed, r.stored)
		}
	}
}

// TestTheZoneIsChosenFromAList, which what is typed narrows.
func TestTheZoneIsChosenFromAList(t *testing.T) {
	r := open(t, config.Default())
	r.Tap("Choose")
	r.Press(fyne.KeyDown, fyne.KeyReturn) // the zone that is saved is the first
	if r.Zone.Text != "Asia/Singapore" || !r.Shows("Unsaved changes") {
		t.Errorf("chose %q", r.Zone.Text)
	}
	r.Zone.SetText("york")
	r.Choose("Choose", 0)
	if r.Zone.Text != "America/New_York" {
		t.Errorf("searched and chose %q", r.Zone.Text)
	}
}

func TestTheListHasZonesOnce(t *testing.T) {
	for i, zone := range zones {
		if location(zone) == nil || slices.Contains(zones[:i], zone) {
			t.Errorf("%s is twice, or no zone", zone)
		}
	}
}
