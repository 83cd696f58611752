package kit

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"
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
