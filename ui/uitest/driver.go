package uitest

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/ui/kit"
)

// Driver uses a window as a person does: it reads, presses and types.
type Driver struct {
	T      testing.TB
	Window fyne.Window
	Keys   []fyne.KeyName // keys that reached the window of Show
}

// Show shows a screen that scrolls in a window of its own, without a header.
func Show(t testing.TB, view fyne.CanvasObject) *Driver {
	t.Helper()
	return ShowPage(t, container.NewVScroll(view))
}

// ShowPage shows a screen as high as the window in one of its own, without a header.
func ShowPage(t testing.TB, view fyne.CanvasObject) *Driver {
	t.Helper()
	d := &Driver{T: t, Window: test.NewTempWindow(t, container.NewStack(view))}
	d.Window.SetPadded(false)
	d.Window.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { d.Keys = append(d.Keys, e.Name) })
	d.Resize(1280, 800)
	return d
}

// Resize gives the window another size.
func (d *Driver) Resize(width, height float32) {
	d.Window.Resize(fyne.NewSize(width, height))
	d.Settle()
}

// Settle lays the window out, as the desktop driver does before it paints.
func (d *Driver) Settle() {
	d.Window.Content().Refresh()
	d.Window.Content().Refresh() // texts that wrap change the heights below them
}

// Look shows the window in a variant of the theme.
func (d *Driver) Look(variant fyne.ThemeVariant) {
	fyne.CurrentApp().Settings().SetTheme(kit.NewThemeIn(variant))
	d.Settle()
}

// Picture compares the window with a golden picture.
func (d *Driver) Picture(name string) {
	d.T.Helper()
	d.Settle()
	test.AssertImageMatches(d.T.(*testing.T), name+".png", d.Window.Canvas().Capture())
}

// Top returns what the user can reach: the topmost dialog or menu, or the screen.
func (d *Driver) Top() fyne.CanvasObject {
	if top := d.Window.Canvas().Overlays().Top(); top != nil {
		return top
	}
	return d.Window.Content()
}

// HasOverlay reports whether a dialog, menu or definition is open.
func (d *Driver) HasOverlay() bool { return d.Window.Canvas().Overlays().Top() != nil }

// Texts returns all texts that can be read, one a line.
func (d *Driver) Texts() string {
	var list []string
	Walk(d.Top(), func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *kit.Text:
			list = append(list, o.Text)
		case *widget.Label:
			list = append(list, o.Text)
		}
	})
	return strings.Join(list, "\n")
}

// Shows reports whether a text can be read on the screen.
func (d *Driver) Shows(text string) bool {
	found := strings.Contains(d.Texts(), text)
	Walk(d.Top(), func(o fyne.CanvasObject) {
		if drawn, ok := o.(*canvas.Text); ok {
			found = found || strings.Contains(drawn.Text, text)
		}
	})
	return found
}

// Says fails the test for each text that cannot be read.
func (d *Driver) Says(want ...string) {
	d.T.Helper()
	for _, text := range want {
		if got := d.Texts(); !strings.Contains(got, text) {
			d.T.Errorf("the screen does not say %q, but\n%s", text, got)
		}
	}
}

// SaysNot fails the test if a text can be read.
func (d *Driver) SaysNot(text string) {
	d.T.Helper()
	if strings.Contains(d.Texts(), text) {
		d.T.Errorf("the screen says %q", text)
	}
}

// Chips returns the texts of the chips that can be pressed.
func (d *Driver) Chips() []string {
	var list []string
	Walk(d.Top(), func(o fyne.CanvasObject) {
		if c, ok := o.(*kit.Chip); ok {
			list = append(list, c.Text)
		}
	})
	return list
}

// Tap presses the button, chip or menu item of that text.
func (d *Driver) Tap(text string) {
	d.T.Helper()
	target := d.find(text)
	if target == nil {
		d.T.Fatalf("there is no button %q among %q", text, d.Chips())
	}
	target.Tapped(&fyne.PointEvent{})
	d.Settle()
}

// CanTap reports whether there is an enabled button or chip of that text.
func (d *Driver) CanTap(text string) bool { return d.find(text) != nil }

func (d *Driver) find(text string) (target fyne.Tappable) {
	Walk(d.Top(), func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *kit.Chip:
			if o.Text == text {
				target = o
			}
		case *kit.Button:
			if o.Text == text && !o.Disabled() {
				target = o
			}
		}
	})
	return target
}

// Choose opens the menu of a chip and takes an item of it.
func (d *Driver) Choose(chip string, item int) {
	d.T.Helper()
	d.Tap(chip)
	d.Press(slices.Repeat([]fyne.KeyName{fyne.KeyDown}, item+1)...)
	d.Press(fyne.KeyReturn)
}

// Press types keys as the desktop driver does.
func (d *Driver) Press(names ...fyne.KeyName) {
	c := d.Window.Canvas()
	for _, name := range names {
		switch focused := c.Focused(); {
		case name == fyne.KeyTab:
			c.FocusNext()
		case focused != nil:
			focused.TypedKey(&fyne.KeyEvent{Name: name})
		default:
			c.OnTypedKey()(&fyne.KeyEvent{Name: name})
		}
	}
	d.Settle()
}

// Enter types text as the desktop driver does.
func (d *Driver) Enter(text string) {
	c := d.Window.Canvas()
	for _, char := range text {
		if focused := c.Focused(); focused != nil {
			focused.TypedRune(char)
		} else {
			c.OnTypedRune()(char)
		}
	}
}

// Control types a key with Ctrl as the desktop driver does.
func (d *Driver) Control(name fyne.KeyName) {
	var s fyne.Shortcut = &desktop.CustomShortcut{KeyName: name, Modifier: fyne.KeyModifierShortcutDefault}
	if name == fyne.KeyC {
		s = &fyne.ShortcutCopy{Clipboard: fyne.CurrentApp().Clipboard()}
	}
	c := d.Window.Canvas()
	if focused, ok := c.Focused().(fyne.Shortcutable); ok {
		focused.TypedShortcut(s)
		return
	}
	// The test driver wraps the canvas that hears shortcuts.
	inner := reflect.ValueOf(c).Elem().FieldByName("WindowlessCanvas").Interface()
	inner.(fyne.Shortcutable).TypedShortcut(s)
}

// Walk visits what is visible of an object, in the order of Tab.
func Walk(o fyne.CanvasObject, visit func(fyne.CanvasObject)) {
	if o == nil || !o.Visible() {
		return
	}
	visit(o)
	switch o := o.(type) {
	case *fyne.Container:
		for _, part := range o.Objects {
			Walk(part, visit)
		}
	case fyne.Widget:
		for _, part := range test.WidgetRenderer(o).Objects() {
			Walk(part, visit)
		}
	}
}
