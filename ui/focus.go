package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Fyne hands keys to the focused widget alone, and its own widgets keep those
// they have no use for. The widgets of this window pass them on, so that the
// window's keys work wherever the focus is.

// passKey hands a key that a focused widget has no use for to the window.
func passKey(from fyne.CanvasObject, e *fyne.KeyEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(from); c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(e)
	}
}

// passRune is passKey for characters.
func passRune(from fyne.CanvasObject, r rune) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(from); c != nil && c.OnTypedRune() != nil {
		c.OnTypedRune()(r)
	}
}

// passShortcut hands one of the window's shortcuts to it and reports whether it
// was one. It goes the way of the keys, because not every canvas takes shortcuts.
func passShortcut(from fyne.CanvasObject, s fyne.Shortcut) bool {
	custom, ok := s.(*desktop.CustomShortcut)
	if !ok || custom.Modifier != fyne.KeyModifierShortcutDefault || !slices.Contains(controlKeys, custom.KeyName) {
		return false
	}
	passKey(from, &fyne.KeyEvent{Name: withControl(custom.KeyName)})
	return true
}

// isWindowKey reports whether a text field leaves a key to the window.
func isWindowKey(name fyne.KeyName) bool {
	return slices.Contains([]fyne.KeyName{fyne.KeyEscape, fyne.KeyF5, fyne.KeyPageUp, fyne.KeyPageDown}, name)
}

// field is a text field. Over it the mouse wheel scrolls the page, as it does
// beside it: Fyne's own keeps the wheel for its one line.
type field struct {
	widget.Entry
	escape func() // what Escape does in it; nil leaves it to the window
}

// CreateRenderer implements fyne.Widget.
func (f *field) CreateRenderer() fyne.WidgetRenderer {
	return &fieldRenderer{f.Entry.CreateRenderer(), newWheel(f)}
}

type fieldRenderer struct {
	fyne.WidgetRenderer
	wheel *wheel
}

func (r *fieldRenderer) Objects() []fyne.CanvasObject {
	return append(slices.Clone(r.WidgetRenderer.Objects()), r.wheel)
}

func (r *fieldRenderer) Layout(size fyne.Size) {
	r.WidgetRenderer.Layout(size)
	r.wheel.Resize(size)
}

// wheel lies unseen over a field and takes nothing but the mouse wheel.
type wheel struct {
	widget.BaseWidget
	field *field
}

var _ fyne.Scrollable = (*wheel)(nil)

func newWheel(f *field) *wheel {
	w := &wheel{field: f}
	w.ExtendBaseWidget(w)
	return w
}

// CreateRenderer implements fyne.Widget.
func (w *wheel) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewWithoutLayout())
}

// Scrolled scrolls the page.
func (w *wheel) Scrolled(e *fyne.ScrollEvent) {
	if page := pageOf(w.field); page != nil {
		page.Scrolled(e)
	}
}

func newField() *field {
	f := &field{}
	f.Wrapping = fyne.TextWrap(fyne.TextTruncateClip)
	f.ExtendBaseWidget(f)
	return f
}

func newSecretField() *field {
	f := newField()
	f.Password = true
	return f
}

// TypedKey edits the text or passes the key on.
func (f *field) TypedKey(e *fyne.KeyEvent) {
	switch {
	case e.Name == fyne.KeyEscape && f.escape != nil:
		f.escape()
	case isWindowKey(e.Name):
		passKey(f, e)
	default:
		f.Entry.TypedKey(e)
	}
}

// TypedShortcut edits the text or passes the shortcut on.
func (f *field) TypedShortcut(s fyne.Shortcut) {
	if !passShortcut(f, s) {
		f.Entry.TypedShortcut(s)
	}
}

// button is Fyne's, which Enter presses as well as Space.
type button struct{ widget.Button }

func newButton(text string, importance widget.Importance, onTap func()) *button {
	b := &button{}
	b.Text, b.Importance, b.OnTapped = text, importance, onTap
	b.ExtendBaseWidget(b)
	return b
}

// TypedKey presses the button or passes the key on.
func (b *button) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		b.Tapped(nil)
	default:
		passKey(b, e)
	}
}

// TypedRune passes on what was typed.
func (b *button) TypedRune(r rune) { passRune(b, r) }

// reveal scrolls a screen so that an object on it can be seen.
func reveal(object fyne.CanvasObject) {
	scroll := pageOf(object)
	if scroll == nil {
		return
	}
	const margin = 8
	driver := fyne.CurrentApp().Driver()
	top := driver.AbsolutePositionForObject(object).Y - driver.AbsolutePositionForObject(scroll).Y - margin
	below := top + object.Size().Height + 2*margin - scroll.Size().Height
	if move := min(top, max(below, 0)); move != 0 {
		scroll.ScrollToOffset(scroll.Offset.AddXY(0, move))
	}
}

// pageOf is the page that scrolls with an object on it; nil for none.
func pageOf(object fyne.CanvasObject) *container.Scroll {
	c := fyne.CurrentApp().Driver().CanvasForObject(object)
	if c == nil {
		return nil
	}
	if page := pageIn(c); page != nil && holds(page.Content, object) {
		return page
	}
	return nil
}

// pageIn is the page of a window that scrolls; nil for none.
func pageIn(c fyne.Canvas) *container.Scroll {
	parts := []fyne.CanvasObject{c.Content()}
	if root, ok := c.Content().(*fyne.Container); ok {
		parts = root.Objects
	}
	for _, part := range parts {
		if scroll, ok := part.(*container.Scroll); ok {
			return scroll
		}
	}
	return nil
}

// holds reports whether an object is somewhere in a screen.
func holds(screen, object fyne.CanvasObject) bool {
	var parts []fyne.CanvasObject
	switch s := screen.(type) {
	case *fyne.Container:
		parts = s.Objects
	case *panel:
		parts = []fyne.CanvasObject{s.content}
	}
	for _, part := range parts {
		if part == object || holds(part, object) {
			return true
		}
	}
	return false
}
