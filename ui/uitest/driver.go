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
	"exotel-monitor/ui/text"
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
	return strings.Contains(d.Texts(), text) || strings.Contains(strings.Join(drawn(d.Top()), "\n"), text)
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

// Chosen returns the texts of the chips that are shown as chosen.
func (d *Driver) Chosen() []string {
	var list []string
	Walk(d.Top(), func(o fyne.CanvasObject) {
		if c, ok := o.(*kit.Chip); ok && c.Chosen {
			list = append(list, c.Text)
		}
	})
	return list
}

// Tap presses the button or chip of that text, or else whatever else of that text can
// be pressed, such as the line of a menu.
func (d *Driver) Tap(text string) {
	d.T.Helper()
	target := d.find(text)
	if target == nil {
		target = d.findLine(text)
	}
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

// findLine returns what can be pressed, beside chips and buttons, and has the text: the
// innermost, for a menu can be pressed, too.
func (d *Driver) findLine(text string) (target fyne.Tappable) {
	Walk(d.Top(), func(o fyne.CanvasObject) {
		line, ok := o.(fyne.Tappable)
		if _, typed := o.(*kit.Field); ok && !typed && slices.Contains(drawn(o), text) {
			target = line
		}
	})
	return target
}

// ChooseFrom opens the menu of a chip and takes the line of that text.
func (d *Driver) ChooseFrom(chip, line string) {
	d.T.Helper()
	d.Tap(chip)
	d.Tap(line)
}

// Lines returns the lines of the menu of a chip.
func (d *Driver) Lines(chip string) []string {
	d.T.Helper()
	d.Tap(chip)
	defer d.Press(fyne.KeyEscape)
	return drawn(d.Top())
}

// drawn returns the texts that an object draws.
func drawn(o fyne.CanvasObject) []string {
	var list []string
	Walk(o, func(o fyne.CanvasObject) {
		if text, ok := o.(*canvas.Text); ok {
			list = append(list, text.Text)
		}
	})
	return list
}

// card returns the panel that can be pressed and is headed by a name, with its texts.
func (d *Driver) card(name string) (card *kit.Press, texts []string) {
	d.T.Helper()
	Walk(d.Top(), func(o fyne.CanvasObject) {
		press, ok := o.(*kit.Press)
		if !ok || card != nil {
			return
		}
		var list []string
		Walk(press, func(o fyne.CanvasObject) {
			if text, ok := o.(*kit.Text); ok {
				list = append(list, text.Text)
			}
		})
		if len(list) > 0 && list[0] == name {
			card, texts = press, list[1:]
		}
	})
	if card == nil {
		d.T.Fatalf("there is no card %q", name)
	}
	return card, texts
}

// Figure returns the figure of a card.
func (d *Driver) Figure(card string) string {
	d.T.Helper()
	_, texts := d.card(card)
	return texts[0]
}

// Under returns what stands under the figure of a card, below what is usual.
func (d *Driver) Under(card string) string {
	d.T.Helper()
	_, texts := d.card(card)
	return strings.ReplaceAll(texts[len(texts)-1], text.NoBreak, " ")
}

// TapCard presses a card.
func (d *Driver) TapCard(name string) {
	d.T.Helper()
	card, _ := d.card(name)
	card.Tapped(&fyne.PointEvent{})
	d.Settle()
}

// Field returns the field that follows a label, or that has this placeholder.
func (d *Driver) Field(label string) *kit.Field {
	d.T.Helper()
	var found *kit.Field
	last := ""
	Walk(d.Top(), func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *canvas.Text:
			last = o.Text
		case *kit.Text:
			last = o.Text
		case *kit.Field:
			if found == nil && (last == label || o.PlaceHolder == label) {
				found = o
			}
		}
	})
	if found == nil {
		d.T.Fatalf("there is no field %q", label)
	}
	return found
}

// Fill types into the field of a label, in place of what is there.
func (d *Driver) Fill(label, text string) {
	d.T.Helper()
	d.Window.Canvas().Focus(d.Field(label))
	d.Retype(text)
}

// Retype types into the field that has the focus, in place of what is there.
func (d *Driver) Retype(text string) {
	if field, ok := d.Window.Canvas().Focused().(fyne.Shortcutable); ok {
		field.TypedShortcut(&fyne.ShortcutSelectAll{})
	}
	d.Press(fyne.KeyBackspace)
	d.Enter(text)
	d.Settle()
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
