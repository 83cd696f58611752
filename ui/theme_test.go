package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/uitest"
)

// look is the look of the window whatever the system's is: "light", "dark", or
// "system" for the system's.
func look() string {
	shown := fyne.CurrentApp().Settings().Theme()
	for name, variant := range uitest.Variants {
		held := true
		for _, asked := range uitest.Variants {
			held = held && shown.Color(kit.ColorSurface, asked) == kit.NewTheme().Color(kit.ColorSurface, variant)
		}
		if held {
			return name
		}
	}
	return "system"
}

func TestTheWindowStartsInTheChosenTheme(t *testing.T) {
	for _, chosen := range []string{config.ThemeSystem, config.ThemeLight, config.ThemeDark} {
		began := ""
		newRig(t, rigOptions{env: true, settings: func(s *config.Settings) { s.Theme = chosen }, params: func(p *Params) {
			newClient := p.NewClient
			p.NewClient = func(c config.Credentials, s config.Settings) (*exotel.Client, error) {
				began = look() // the rig chooses its own later
				return newClient(c, s)
			}
		}})
		if began != chosen {
			t.Errorf("%s: it looks %s", chosen, began)
		}
	}
}

func TestAThemeThatIsSavedShowsAtOnce(t *testing.T) {
	r := opened(t, rigOptions{}, metrics.Today)
	r.showPreferences()
	for i, tt := range []struct {
		shown string
		item  int
		want  string
	}{{"System", 2, config.ThemeDark}, {"Dark", 1, config.ThemeLight}, {"Light", 0, config.ThemeSystem}} {
		r.Choose(tt.shown, tt.item)
		r.Tap("Save")
		if len(r.saved) != i+1 || r.saved[i].Theme != tt.want || look() != tt.want {
			t.Errorf("%s: it looks %s, saved %d times", tt.want, look(), len(r.saved))
		}
	}
	// Other settings leave the theme alone.
	r.Look(theme.VariantDark)
	r.Tap("Indian number format (1,24,700)")
	r.Tap("Save")
	if look() != config.ThemeDark {
		t.Errorf("it looks %s", look())
	}
}
