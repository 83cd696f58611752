package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/ui/kit"
)

// What the settings screen is laid out with.

// sheetMargin is the room above and below the sheet.
const sheetMargin = 16

// newSheet puts parts below each other, in the middle of the window.
func newSheet(parts ...fyne.CanvasObject) fyne.CanvasObject {
	box := kit.NewPanel(container.New(&kit.PageLayout{Gap: 14}, parts...))
	sheet := container.NewCenter(container.New(&kit.WidthLayout{Width: kit.FormWidth}, box))
	return container.New(layout.NewCustomPaddedLayout(0, sheetMargin, 0, 0), sheet)
}

// section is a part of the sheet that the list of sections leads to.
type section struct {
	title string
	view  fyne.CanvasObject
	first fyne.Focusable // its first control
}

func newSection(title, about string, rows ...fyne.CanvasObject) section {
	s := section{title: title, view: kit.NewSection(title, about, rows...)}
	s.first = firstControl(s.view)
	return s
}

// firstControl returns the first control among the rows of a form.
func firstControl(o fyne.CanvasObject) fyne.Focusable {
	switch o := o.(type) {
	case fyne.Focusable:
		return o
	case *fyne.Container:
		for _, part := range o.Objects {
			if control := firstControl(part); control != nil {
				return control
			}
		}
	}
	return nil
}

// newContents lists the sections, above the sheet and as wide.
func newContents(sections []section, goTo func(section)) fyne.CanvasObject {
	row := kit.NewRow(8)
	for _, s := range sections {
		row.Add(kit.NewChip(kit.LookButton, s.title, func() { goTo(s) }))
	}
	list := container.NewCenter(container.New(&kit.WidthLayout{Width: kit.FormWidth}, row))
	return container.New(layout.NewCustomPaddedLayout(12, 12, 0, 0), list)
}

// beside puts a hint to the right of a narrow field.
func beside(f *kit.Field, text string) fyne.CanvasObject {
	hint := kit.NewText(kit.ColorMuted, theme.SizeNameCaptionText, 1)
	hint.Set(text)
	return kit.NewRow(10, container.New(&kit.WidthLayout{Width: kit.NumberWidth}, f), hint)
}

// check is Fyne's check box, on which Enter does what it does in a field.
type check struct {
	widget.Check
	submit func()
}

func newCheck(text string, submit func()) *check {
	c := &check{submit: submit}
	c.Text = text
	c.ExtendBaseWidget(c)
	return c
}

// TypedKey submits the form or passes the key on.
func (c *check) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		c.submit()
	case fyne.KeySpace: // comes as a character, too
	default:
		kit.PassKey(c, e)
	}
}

// TypedRune toggles the box or passes on what was typed.
func (c *check) TypedRune(r rune) {
	if r == ' ' {
		c.Check.TypedRune(r)
	} else {
		kit.PassRune(c, r)
	}
}

// FocusGained shows the focus, and the box if it was scrolled away.
func (c *check) FocusGained() {
	c.Check.FocusGained()
	kit.Reveal(c)
}

// choice is a menu that shows what is chosen, with a name before it.
type choice struct {
	*kit.MenuChip
	name string
}

func newChoice(name string, changed func(), options ...kit.Option) *choice {
	c := &choice{name: name}
	c.MenuChip = kit.NewMenuChip(options, func(value string) {
		c.Set(value)
		changed()
	})
	return c
}

// Set chooses the option of that value.
func (c *choice) Set(value string) {
	c.Select(value)
	c.Chip.Label = c.name + ": " + c.Chip.Text
}

// row is the choice as a row of a form.
func (c *choice) row() fyne.CanvasObject { return kit.NewFormRow(c.name, kit.NewRow(0, c.Chip)) }
