package kit

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2/test"

	"exotel-monitor/ui/text"
)

func TestCardsLayoutColumns(t *testing.T) {
	for width, want := range map[float32]int{0: 5, 1216: 5, 1040: 5, 1030: 3, 836: 3, 600: 2, 200: 1, 50: 1} {
		l := &CardsLayout{Gap: 14, MinWidth: 196, width: width}
		if got := l.columns(5); got != want {
			t.Errorf("%v wide: %d columns, want %d", width, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(NewTheme())
	w := NewText(ColorText, SizeSub, 2)
	w.Set("189 no answer · 52 busy · 30 failed and" + text.NoBreak + "more words than fit into two lines")
	for _, width := range []float32{1000, 200, 120, 60, 20, 1} {
		lines := w.wrap(width)
		if len(lines) > 2 {
			t.Errorf("%v: %d lines", width, len(lines))
		}
		for _, line := range lines {
			if line != "…" && w.Measure(line).Width > width {
				t.Errorf("%v: %q is too wide", width, line)
			}
			if strings.HasPrefix(line, "·") {
				t.Errorf("%v: %q begins with a dot", width, line)
			}
			if strings.HasSuffix(line, "·") {
				t.Errorf("%v: %q ends in a dot", width, line)
			}
		}
	}
	if lines := w.wrap(120); !strings.HasSuffix(lines[1], "…") {
		t.Errorf("cut without a sign: %q", lines)
	}
	w.Set("")
	if got := w.wrap(100); slices.Contains(got, "x") || len(got) != 0 {
		t.Error(got)
	}
	one := NewText(ColorText, SizeSub, 1)
	one.MaxWidth = 50
	one.Set("a name that is much too long")
	if one.MinSize().Width != 50 {
		t.Error(one.MinSize())
	}
}
