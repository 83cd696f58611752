package kit

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Option is one line of a menu.
type Option struct{ Text, Value string }

// MenuChip is a chip that shows the chosen option and opens a menu of all.
type MenuChip struct {
	Chip     *Chip
	Options  []Option
	Value    string
	OnChoose func(value string)
}

// NewMenuChip returns a chip that shows the first option. onChoose is called with the
// value of the line that the user takes.
func NewMenuChip(options []Option, onChoose func(string)) *MenuChip {
	m := &MenuChip{Options: options, OnChoose: onChoose}
	m.Chip = NewChip(LookButton, options[0].Text, m.Open)
	m.Chip.Opens = true
	return m
}

// SetOptions offers other options; the chosen one stays by its value.
func (m *MenuChip) SetOptions(options []Option) {
	if !slices.Equal(options, m.Options) {
		m.Options = options
		m.Select(m.Value)
	}
}

// Select shows the option of that value.
func (m *MenuChip) Select(value string) {
	m.Value = value
	for _, o := range m.Options {
		if o.Value == value {
			m.Chip.Set(o.Text)
		}
	}
}

// MenuTextMost is the width at which a menu's text is cut.
const menuTextMost = 400

// line returns an option's text as the menu has room for it.
func (m *MenuChip) line(text string) string {
	return shortenName(text, menuTextMost, func(text string) fyne.Size {
		return fyne.MeasureText(text, m.Chip.Theme().Size(theme.SizeNameText), fyne.TextStyle{})
	})
}

// Open opens the menu.
func (m *MenuChip) Open() {
	menu := fyne.NewMenu("")
	for _, o := range m.Options {
		item := fyne.NewMenuItem(m.line(o.Text), func() { m.OnChoose(o.Value) })
		item.Checked = o.Value == m.Value
		menu.Items = append(menu.Items, item)
	}
	m.Chip.ShowMenu(menu)
}
