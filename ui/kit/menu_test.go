package kit

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

func TestTheChipOfAnExoPhoneShowsItsNumber(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(NewTheme())
	name := strings.Repeat("Customer service of the west, ", 4)
	for text, want := range map[string]string{name + " · +918040000001": "… · +918040000001", "West · sip:" + name: "…"} {
		r := NewChip(LookButton, text, nil).CreateRenderer().(*chipRenderer)
		if got := r.text.Text; !strings.HasSuffix(got, want) || r.text.MinSize().Width > chipTextMost {
			t.Errorf("%q: %q, %v wide", text, got, r.text.MinSize().Width)
		}
	}
}

func TestMenusTellNumbersApartWhoseNamesBeginAlike(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(NewTheme())
	menu := NewMenuChip([]Option{{Text: "All ExoPhones"}}, nil)
	long := strings.Repeat("Customer service of the west, ", 4)
	for text, want := range map[string]string{
		"Support · +918040000001":      "Support · +918040000001",
		long + "day · +918040000001":   "… · +918040000001",
		long + "night · +912240000002": "… · +912240000002",
		long:                           "…",
		"West · sip:" + long:           "…",
	} {
		got := menu.line(text)
		width := fyne.MeasureText(got, menu.Chip.Theme().Size(theme.SizeNameText), fyne.TextStyle{}).Width
		if !strings.HasSuffix(got, want) || width > menuTextMost {
			t.Errorf("%q: %q, %v wide", text, got, width)
		}
	}
}
