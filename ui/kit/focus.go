package kit

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

// PassKey hands a key that a focused widget has no use for to the window.
func PassKey(from fyne.CanvasObject, e *fyne.KeyEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(from); c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(e)
	}
}

// PassRune hands a character that a focused widget has no use for to the window.
func PassRune(from fyne.CanvasObject, r rune) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(from); c != nil && c.OnTypedRune() != nil {
		c.OnTypedRune()(r)
	}
}

// PassShortcut hands one of the window's shortcuts to it and reports whether it
// was one. It goes the way of the keys, because not every canvas takes shortcuts.
func PassShortcut(from fyne.CanvasObject, s fyne.Shortcut) bool {
	custom, ok := s.(*desktop.CustomShortcut)
	if !ok || custom.Modifier != fyne.KeyModifierShortcutDefault || !slices.Contains(ControlKeys, custom.KeyName) {
		return false
	}
	PassKey(from, &fyne.KeyEvent{Name: WithControl(custom.KeyName)})
	return true
}

// IsWindowKey reports whether a text field leaves a key to the window.
func IsWindowKey(name fyne.KeyName) bool {
	return slices.Contains([]fyne.KeyName{fyne.KeyEscape, fyne.KeyF5, fyne.KeyPageUp, fyne.KeyPageDown}, name)
}

// Field is a text field. Over it the mouse wheel scrolls the page, as it does
// beside it: Fyne's own keeps the wheel for its one line.
type Field struct {
	widget.Entry
	Escape func() // what Escape does in it; nil leaves it to the window
}

// CreateRenderer implements fyne.Widget.
func (f *Field) CreateRenderer() fyne.WidgetRenderer {
	return &fieldRenderer{f.Entry.CreateRenderer(), newWheel(f)}
}

type fieldRenderer struct {
	fyne.WidgetRenderer
	wheel *wheel
}

// Objects implements fyne.WidgetRenderer.
func (r *fieldRenderer) Objects() []fyne.CanvasObject {
	return append(slices.Clone(r.WidgetRenderer.Objects()), r.wheel)
}

// Layout implements fyne.WidgetRenderer.
func (r *fieldRenderer) Layout(size fyne.Size) {
	r.WidgetRenderer.Layout(size)
	r.wheel.Resize(size)
}

// wheel lies unseen over a field and takes nothing but the mouse wheel.
type wheel struct {
	widget.BaseWidget
	field *Field
}

var _ fyne.Scrollable = (*wheel)(nil)

func newWheel(f *Field) *wheel {
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

// NewField returns an empty field.
func NewField() *Field {
	f := &Field{}
	f.Wrapping = fyne.TextWrap(fyne.TextTruncateClip)
	f.ExtendBaseWidget(f)
	return f
}

// NewSecretField returns an empty field that does not show what is typed.
func NewSecretField() *Field {
	f := NewField()
	f.Password = true
	return f
}

// TypedKey edits the text or passes the key on.
func (f *Field) TypedKey(e *fyne.KeyEvent) {
	switch {
	case e.Name == fyne.KeyEscape && f.Escape != nil:
		f.Escape()
	case IsWindowKey(e.Name):
		PassKey(f, e)
	default:
		f.Entry.TypedKey(e)
	}
}

// TypedShortcut edits the text or passes the shortcut on.
func (f *Field) TypedShortcut(s fyne.Shortcut) {
	if !PassShortcut(f, s) {
		f.Entry.TypedShortcut(s)
	}
}

// Button is Fyne's, which Enter presses as well as Space.
type Button struct{ widget.Button }

// NewButton returns a button that calls onTap when it is pressed.
func NewButton(text string, importance widget.Importance, onTap func()) *Button {
	b := &Button{}
	b.Text, b.Importance, b.OnTapped = text, importance, onTap
	b.ExtendBaseWidget(b)
	return b
}

// TypedKey presses the button or passes the key on.
func (b *Button) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		b.Tapped(nil)
	default:
		PassKey(b, e)
	}
}

// TypedRune passes on what was typed.
func (b *Button) TypedRune(r rune) { PassRune(b, r) }

// Reveal scrolls a screen so that an object on it can be seen.
func Reveal(object fyne.CanvasObject) {
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
	if page := PageIn(c); page != nil && Contains(page.Content, object) {
		return page
	}
	return nil
}

// PageIn returns the page of a window that scrolls, or nil if there is none.
func PageIn(c fyne.Canvas) *container.Scroll { return scrollIn(c.Content()) }

// scrollIn returns the first scroller in a screen; nil for none.
func scrollIn(screen fyne.CanvasObject) *container.Scroll {
	switch s := screen.(type) {
	case *container.Scroll:
		return s
	case *fyne.Container:
		for _, part := range s.Objects {
			if scroll := scrollIn(part); scroll != nil {
				return scroll
			}
		}
	}
	return nil
}

// Contains reports whether an object is somewhere in a screen.
func Contains(screen, object fyne.CanvasObject) bool {
	var parts []fyne.CanvasObject
	switch s := screen.(type) {
	case *fyne.Container:
		parts = s.Objects
	case *Press:
		parts = []fyne.CanvasObject{s.panel}
	case *Panel:
		parts = []fyne.CanvasObject{s.content}
	}
	for _, part := range parts {
		if part == object || Contains(part, object) {
			return true
		}
	}
	return false
}

// FocusGained shows the focus, and the field if it was scrolled away.
func (f *Field) FocusGained() {
	f.Entry.FocusGained()
	Reveal(f)
}

// FocusGained shows the focus, and the button if it was scrolled away.
func (b *Button) FocusGained() {
	b.Button.FocusGained()
	Reveal(b)
}

// ControlKeys work with Ctrl, wherever the focus is.
var ControlKeys = []fyne.KeyName{fyne.KeyR, fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5, fyne.KeyComma, fyne.KeyE, fyne.KeyF, fyne.KeyQ}

// WithControl names a key with Ctrl.
func WithControl(key fyne.KeyName) fyne.KeyName { return "Ctrl+" + key }
