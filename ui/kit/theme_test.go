package kit_test

import (
	"fmt"
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/uitest"
)

func TestThemeKnowsEveryColourOfFyne(t *testing.T) {
	test.AssertAllColorNamesDefined(t, kit.NewTheme(), "monitor")
}

func TestThemeLeavesTheRestToFyne(t *testing.T) {
	uitest.UseTheme(t, theme.VariantLight)
	th, base := kit.NewTheme(), theme.DefaultTheme()
	if got, want := th.Size(theme.SizeNamePadding), base.Size(theme.SizeNamePadding); got != want {
		t.Errorf("padding %v, want Fyne's %v", got, want)
	}
	const unheardOf fyne.ThemeColorName = "unheard-of"
	if got, want := th.Color(unheardOf, theme.VariantLight), base.Color(unheardOf, theme.VariantLight); got != want {
		t.Errorf("unknown colour %v, want Fyne's %v", got, want)
	}
	if th.Size(kit.SizeFigure) != 34 || th.Size(kit.SizeLabel) != 13 || th.Size(kit.SizeSub) != 12 {
		t.Error("type sizes differ from the window's description")
	}
}

func TestThemeInOneVariant(t *testing.T) {
	all := kit.NewTheme()
	for name, variant := range uitest.Variants {
		one := kit.NewThemeIn(variant)
		for _, color := range []fyne.ThemeColorName{kit.ColorSurface, theme.ColorNameBackground} {
			for _, asked := range uitest.Variants {
				if got, want := one.Color(color, asked), all.Color(color, variant); got != want {
					t.Errorf("%s: %s is %v, want %v", name, color, got, want)
				}
			}
		}
	}
}

// TestFyneWidgetsGolden keeps a picture of Fyne's own widgets in our colours.
func TestFyneWidgetsGolden(t *testing.T) {
	for name, variant := range uitest.Variants {
		t.Run(name, func(t *testing.T) {
			uitest.UseTheme(t, variant)
			window := test.NewTempWindow(t, standardWidgets())
			window.Resize(fyne.NewSize(460, 330))
			test.AssertImageMatches(t, "theme_widgets_"+name+".png", window.Canvas().Capture())
		})
	}
}

// standardWidgets is one of each kind that the window uses, in its states.
func standardWidgets() fyne.CanvasObject {
	filled, empty := widget.NewEntry(), widget.NewEntry()
	filled.SetText("acme1")
	empty.SetPlaceHolder("API key")
	wrong := widget.NewEntry()
	wrong.Validator = func(string) error { return fmt.Errorf("not a subdomain") }
	wrong.SetText("?")
	ranges := widget.NewSelect([]string{"All directions"}, nil)
	ranges.SetSelected("All directions")
	ticked := widget.NewCheck("Notify", nil)
	ticked.SetChecked(true)
	first := widget.NewButton("Save", nil)
	first.Importance = widget.HighImportance
	danger := widget.NewButton("Forget", nil)
	danger.Importance = widget.DangerImportance
	disabled := widget.NewButton("Test", nil)
	disabled.Disable()
	form := widget.NewForm(widget.NewFormItem("Account", filled), widget.NewFormItem("Key", empty),
		widget.NewFormItem("Subdomain", wrong), widget.NewFormItem("Calls", ranges))
	return container.NewVBox(form,
		container.NewHBox(ticked, widget.NewCheck("Start minimised", nil), widget.NewHyperlink("Help", nil)),
		widget.NewSeparator(),
		container.NewHBox(first, widget.NewButton("Cancel", nil), danger, disabled))
}

// contrastRule says which contrast a colour keeps on which grounds.
type contrastRule struct {
	front   fyne.ThemeColorName
	grounds []fyne.ThemeColorName
	least   float64
}

const (
	textContrast  = 4.5 // WCAG 2.2, 1.4.3
	shapeContrast = 3.0 // WCAG 2.2, 1.4.11
)

func TestContrast(t *testing.T) {
	panes := []fyne.ThemeColorName{theme.ColorNameBackground, kit.ColorSurface,
		theme.ColorNameMenuBackground, theme.ColorNameOverlayBackground, theme.ColorNameHeaderBackground}
	cards := []fyne.ThemeColorName{theme.ColorNameBackground, kit.ColorSurface}
	surface := []fyne.ThemeColorName{kit.ColorSurface}
	rules := []contrastRule{
		{theme.ColorNameForeground, append(panes, theme.ColorNameButton, theme.ColorNameInputBackground), textContrast},
		{kit.ColorMuted, panes, textContrast},
		{theme.ColorNamePlaceHolder, append(panes, theme.ColorNameInputBackground), textContrast},
		{theme.ColorNamePrimary, cards, textContrast},
		{theme.ColorNameHyperlink, cards, textContrast},
		{theme.ColorNameError, cards, textContrast},
		{theme.ColorNameWarning, cards, textContrast},
		{theme.ColorNameSuccess, cards, textContrast},
		{theme.ColorNameForegroundOnPrimary, []fyne.ThemeColorName{theme.ColorNamePrimary}, textContrast},
		{theme.ColorNameForegroundOnError, []fyne.ThemeColorName{theme.ColorNameError}, textContrast},
		{theme.ColorNameForegroundOnWarning, []fyne.ThemeColorName{theme.ColorNameWarning}, textContrast},
		{theme.ColorNameForegroundOnSuccess, []fyne.ThemeColorName{theme.ColorNameSuccess}, textContrast},
		{theme.ColorNameInputBorder, append(cards, theme.ColorNameInputBackground), shapeContrast},
		{kit.ColorAnswered, surface, shapeContrast},
		// ColorNoAnswer itself is exempt in light: its edge stands for it.
		{kit.ColorNoAnswerEdge, surface, shapeContrast},
		{kit.ColorBusy, surface, shapeContrast},
		{kit.ColorFailed, surface, shapeContrast},
		{kit.ColorOther, surface, shapeContrast},
		{kit.ColorUnknown, cards, shapeContrast},
		{kit.ColorHealthy, cards, shapeContrast},
		{kit.ColorCritical, cards, shapeContrast},
	}
	th := kit.NewTheme()
	for name, variant := range uitest.Variants {
		for _, rule := range rules {
			for _, ground := range rule.grounds {
				t.Run(fmt.Sprintf("%s/%s on %s", name, rule.front, ground), func(t *testing.T) {
					got := contrast(th.Color(rule.front, variant), th.Color(ground, variant))
					if got < rule.least {
						t.Errorf("%.2f:1, want at least %.1f:1", got, rule.least)
					}
				})
			}
		}
	}
}

// contrast is WCAG's contrast ratio of two opaque colours.
func contrast(a, b color.Color) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// luminance is WCAG's relative luminance.
func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

// linear undoes the gamma of one sRGB channel.
func linear(channel uint32) float64 {
	v := float64(channel) / 0xffff
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}
