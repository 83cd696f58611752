package uitest

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/ui/kit"
)

// Variants names both looks of the window for subtests.
var Variants = map[string]fyne.ThemeVariant{"light": theme.VariantLight, "dark": theme.VariantDark}

// UseTheme starts a test application in our theme's variant.
func UseTheme(t testing.TB, variant fyne.ThemeVariant) {
	t.Helper()
	app := NewApp(t)
	app.Settings().SetTheme(kit.NewThemeIn(variant))
}

// NewApp returns Fyne's app for a test. It paints nothing once, because Fyne dates the
// widgets by the last painting: after a minute without any, new ones count as
// forgotten, and lose their parts at the first picture.
func NewApp(t testing.TB) fyne.App {
	t.Helper()
	app := test.NewTempApp(t)
	software.NewCanvas().Capture()
	return app
}
