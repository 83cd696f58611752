package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

// TestWhatIsInTheHeaderIsNotLookedForInTheScreen, but what is in its panels.
func TestWhatIsInTheHeaderIsNotLookedForInTheScreen(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(NewTheme())
	header, chip, inCard := NewText(ColorText, SizeSub, 1), NewChip(LookButton, "Pause", nil), NewText(ColorText, SizeSub, 1)
	card := NewPress(NewPanel(container.NewVBox(inCard)), func() string { return "" }, func() {})
	screen := container.NewVBox(container.NewHBox(chip), card)
	for o, want := range map[fyne.CanvasObject]bool{header: false, chip: true, inCard: true, screen: false} {
		if Contains(screen, o) != want {
			t.Errorf("%T is in the screen: %v", o, !want)
		}
	}
	Reveal(NewChip(LookButton, "nowhere", nil))
}
