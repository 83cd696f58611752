package kit

import (
	"sort"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Text is a text in one of the theme's colours and sizes, on up to a given
// number of lines. What does not fit ends in "…".
type Text struct {
	widget.BaseWidget

	Text     string
	Color    fyne.ThemeColorName
	size     fyne.ThemeSizeName
	style    fyne.TextStyle
	lines    int
	Fit      bool    // take the room that the text needs, not that of all lines
	MaxWidth float32 // the widest that one line asks for; 0 for all of the text
}

// NewText returns an empty text on that many lines at most.
func NewText(color fyne.ThemeColorName, size fyne.ThemeSizeName, lines int) *Text {
	w := &Text{Color: color, size: size, lines: lines}
	w.ExtendBaseWidget(w)
	return w
}

// NewBoldText returns an empty text on one line that stands out.
func NewBoldText(size fyne.ThemeSizeName) *Text {
	w := NewText(ColorText, size, 1)
	w.style.Bold = true
	return w
}

// Set shows another text; the same one costs nothing.
func (w *Text) Set(text string) {
	if w.Text != text {
		w.Text = text
		w.Refresh()
	}
}

// SetColor shows the text in another colour.
func (w *Text) SetColor(name fyne.ThemeColorName) {
	if w.Color != name {
		w.Color = name
		w.Refresh()
	}
}

// AccessibilityLabel returns the whole text.
func (w *Text) AccessibilityLabel() string { return w.Text }

// AccessibilityRole says that this is text.
func (w *Text) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer implements fyne.Widget.
func (w *Text) CreateRenderer() fyne.WidgetRenderer {
	r := &textRenderer{words: w}
	for range w.lines {
		r.objects = append(r.objects, canvas.NewText("", nil))
	}
	r.Refresh()
	return r
}

// Measure returns how large a text is on one line.
func (w *Text) Measure(text string) fyne.Size {
	return fyne.MeasureText(text, w.Theme().Size(w.size), w.style)
}

// wrap breaks the text into lines no wider than width.
func (w *Text) wrap(width float32) []string {
	if w.Text == "" {
		return nil
	}
	var lines []string
	rest := strings.Split(w.Text, " ") // not at a no-break space
	for len(rest) > 0 {
		if rest[0] == "·" { // separates nothing at the beginning of a line
			rest = rest[1:]
			continue
		}
		n := 1
		for n < len(rest) && w.Measure(strings.Join(rest[:n+1], " ")).Width <= width {
			n++
		}
		if len(lines) == w.lines-1 {
			return append(lines, Shorten(strings.Join(rest, " "), width, w.Measure))
		}
		line := strings.TrimSuffix(strings.Join(rest[:n], " "), " ·")
		lines = append(lines, Shorten(line, width, w.Measure))
		rest = rest[n:]
	}
	return lines
}

// shortenName shortens a name with a number behind it, as ExoPhones are shown, so
// that the number still tells it from those whose names begin alike. A number that
// leaves no room for a name, such as a long SIP address, is cut itself.
func shortenName(text string, width float32, measure func(string) fyne.Size) string {
	at := strings.LastIndex(text, " · ")
	if at < 0 || measure("…"+text[at:]).Width > width {
		return Shorten(text, width, measure)
	}
	return Shorten(text[:at], width-measure(text[at:]).Width, measure) + text[at:]
}

// Shorten cuts a line that is wider than width and ends it in "…".
func Shorten(line string, width float32, measure func(string) fyne.Size) string {
	if measure(line).Width <= width {
		return line
	}
	runes := []rune(line)
	fits := sort.Search(len(runes), func(n int) bool { return measure(string(runes[:n+1])+"…").Width > width })
	return strings.TrimRight(string(runes[:fits]), " ·") + "…"
}

type textRenderer struct {
	words   *Text
	objects []fyne.CanvasObject
}

// Destroy implements fyne.WidgetRenderer.
func (r *textRenderer) Destroy() {}

// Objects implements fyne.WidgetRenderer.
func (r *textRenderer) Objects() []fyne.CanvasObject { return r.objects }

// narrowest is how wide a column of several lines is at least.
const narrowest = 80

// MinSize returns the size of one line, or for several lines that of a narrow column: of
// all of them, or of as many as the text needs in the last width.
func (r *textRenderer) MinSize() fyne.Size {
	w := r.words
	height := w.Measure("M").Height
	switch width := w.Size().Width; {
	case w.lines == 1:
		size := fyne.NewSize(w.Measure(w.Text).Width, height)
		if w.MaxWidth > 0 {
			size.Width = min(size.Width, w.MaxWidth)
		}
		return size
	case w.Fit && width > 0:
		return fyne.NewSize(narrowest, height*float32(max(1, len(w.wrap(width)))))
	case w.Fit:
		return fyne.NewSize(narrowest, height)
	default:
		return fyne.NewSize(narrowest, height*float32(w.lines))
	}
}

// Layout implements fyne.WidgetRenderer.
func (r *textRenderer) Layout(size fyne.Size) {
	lines := r.words.wrap(size.Width)
	height := r.words.Measure("M").Height
	top := float32(0)
	if r.words.lines == 1 || r.words.Fit {
		top = (size.Height - height*float32(max(1, len(lines)))) / 2
	}
	for i, object := range r.objects {
		text := object.(*canvas.Text)
		text.Text = ""
		if i < len(lines) {
			text.Text = lines[i]
		}
		text.Move(fyne.NewPos(0, top+float32(i)*height))
		text.Resize(fyne.NewSize(size.Width, height))
	}
}

// Refresh implements fyne.WidgetRenderer.
func (r *textRenderer) Refresh() {
	th, variant := r.words.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	for _, object := range r.objects {
		text := object.(*canvas.Text)
		text.Color = th.Color(r.words.Color, variant)
		text.TextSize = th.Size(r.words.size)
		text.TextStyle = r.words.style
	}
	r.Layout(r.words.Size())
	for _, object := range r.objects {
		object.Refresh()
	}
}

// ColorText is the colour of first-rank text.
const ColorText = theme.ColorNameForeground
