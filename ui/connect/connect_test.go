package connect

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/exotel"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
	"exotel-monitor/ui/uitest"
	"exotel-monitor/ui/uitest/sample"
)

func TestMain(m *testing.M) { uitest.Main(m) }

// TestNothingMovesWhenTheFormSpeaks: neither the fields nor what is below the words.
func TestNothingMovesWhenTheFormSpeaks(t *testing.T) {
	uitest.UseTheme(t, theme.VariantLight)
	s := New(config.Credentials{}, Actions{Test: func(config.Credentials) {}, Connect: func(config.Credentials) {}, Demo: func() {}})
	r := uitest.Show(t, s.View)
	places := func() map[string]fyne.Position {
		r.Settle()
		r.Settle()
		at := map[string]fyne.Position{}
		uitest.Walk(s.View, func(o fyne.CanvasObject) {
			if b, ok := o.(*kit.Button); ok && b != s.Stop {
				at[b.Text] = fyne.CurrentApp().Driver().AbsolutePositionForObject(b)
			}
		})
		at["key"] = fyne.CurrentApp().Driver().AbsolutePositionForObject(s.Key)
		return at
	}
	before := places()
	for name, speak := range map[string]func(){
		"busy":       func() { s.Busy(text.Tr("Asking Exotel…"), text.Tr("Cancel"), nil) },
		"refused":    func() { s.Ready(text.Error(sample.Refused), false) },
		"no network": func() { s.Ready(text.Error(sample.Unreachable), false) },
		"not found": func() {
			s.Ready(text.Error(&exotel.Error{Op: "test the connection", Kind: exotel.KindNotFound, Status: 404}), false)
		},
		"connected": func() { s.Ready(text.Tr("Connected to %s.", "acme1"), true) },
		"silent":    func() { s.Ready("", true) },
	} {
		speak()
		for what, at := range places() {
			if at != before[what] {
				t.Errorf("%s: %s moves from %v to %v", name, what, before[what], at)
			}
		}
	}
}
