package ui

import (
	"sort"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// words is a text in one of the theme's colours and sizes, on up to a given
// number of lines. What does not fit ends in "…".
type words struct {
	widget.BaseWidget

	text  string
	color fyne.ThemeColorName
	size  fyne.ThemeSizeName
	style fyne.TextStyle
	lines int
	fit   bool    // take the room that the text needs, not that of all lines
	most  float32 // the widest that one line asks for; 0 for all of the text
}

func newWords(color fyne.ThemeColorName, size fyne.ThemeSizeName, lines int) *words {
	w := &words{color: color, size: size, lines: lines}
	w.ExtendBaseWidget(w)
	return w
}

func newBoldWords(size fyne.ThemeSizeName) *words {
	w := newWords(plain, size, 1)
	w.style.Bold = true
	return w
}

// Set shows another text; the same one costs nothing.
func (w *words) Set(text string) {
	if w.text != text {
		w.text = text
		w.Refresh()
	}
}

// SetColor shows the text in another colour.
func (w *words) SetColor(name fyne.ThemeColorName) {
	if w.color != name {
		w.color = name
		w.Refresh()
	}
}

// AccessibilityLabel is the whole text.
func (w *words) AccessibilityLabel() string { return w.text }

// AccessibilityRole says that this is text.
func (w *words) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer implements fyne.Widget.
func (w *words) CreateRenderer() fyne.WidgetRenderer {
	r := &wordsRenderer{words: w}
	for range w.lines {
		r.objects = append(r.objects, canvas.NewText("", nil))
	}
	r.Refresh()
	return r
}

func (w *words) measure(text string) fyne.Size {
	return fyne.MeasureText(text, w.Theme().Size(w.size), w.style)
}

// wrap breaks the text into lines no wider than width.
func (w *words) wrap(width float32) []string {
	if w.text == "" {
		return nil
	}
	var lines []string
	rest := strings.Split(w.text, " ") // not at a no-break space
	for len(rest) > 0 {
		n := 1
		for n < len(rest) && w.measure(strings.Join(rest[:n+1], " ")).Width <= width {
			n++
		}
		if len(lines) == w.lines-1 {
			return append(lines, shorten(strings.Join(rest, " "), width, w.measure))
		}
		line := strings.TrimSuffix(strings.Join(rest[:n], " "), " ·")
		lines = append(lines, shorten(line, width, w.measure))
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
		return shorten(text, width, measure)
	}
	return shorten(text[:at], width-measure(text[at:]).Width, measure) + text[at:]
}

// shorten cuts a line that is wider than width and ends it in "…".
func shorten(line string, width float32, measure func(string) fyne.Size) string {
	if measure(line).Width <= width {
		return line
	}
	runes := []rune(line)
	fits := sort.Search(len(runes), func(n int) bool { return measure(string(runes[:n+1])+"…").Width > width })
	return strings.TrimRight(string(runes[:fits]), " ·") + "…"
}

type wordsRenderer struct {
	words   *words
	objects []fyne.CanvasObject
}

func (r *wordsRenderer) Destroy()                     {}
func (r *wordsRenderer) Objects() []fyne.CanvasObject { return r.objects }

// narrowest is how wide a column of several lines is at least.
const narrowest = 80

// MinSize is one line, or for several lines a narrow column: of all of them, or
// of as many as the text needs in the last width.
func (r *wordsRenderer) MinSize() fyne.Size {
	w := r.words
	height := w.measure("M").Height
	switch width := w.Size().Width; {
	case w.lines == 1:
		size := fyne.NewSize(w.measure(w.text).Width, height)
		if w.most > 0 {
			size.Width = min(size.Width, w.most)
		}
		return size
	case w.fit && width > 0:
		return fyne.NewSize(narrowest, height*float32(max(1, len(w.wrap(width)))))
	case w.fit:
		return fyne.NewSize(narrowest, height)
	default:
		return fyne.NewSize(narrowest, height*float32(w.lines))
	}
}

func (r *wordsRenderer) Layout(size fyne.Size) {
	lines := r.words.wrap(size.Width)
	height := r.words.measure("M").Height
	top := float32(0)
	if r.words.lines == 1 || r.words.fit {
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

func (r *wordsRenderer) Refresh() {
	th, variant := r.words.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	for _, object := range r.objects {
		text := object.(*canvas.Text)
		text.Color = th.Color(r.words.color, variant)
		text.TextSize = th.Size(r.words.size)
		text.TextStyle = r.words.style
	}
	r.Layout(r.words.Size())
	for _, object := range r.objects {
		object.Refresh()
	}
}

// plain is the colour of first-rank text.
const plain = theme.ColorNameForeground
