package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// menuOption is one line of a menu.
type menuOption struct{ text, value string }

// menuChip is a chip that shows the chosen option and opens a menu of all.
type menuChip struct {
	chip     *chip
	options  []menuOption
	value    string
	onChoose func(value string)
}

func newMenuChip(options []menuOption, onChoose func(string)) *menuChip {
	m := &menuChip{options: options, onChoose: onChoose}
	m.chip = newChip(lookButton, options[0].text, m.open)
	m.chip.opens = true
	return m
}

// SetOptions offers other options; the chosen one stays by its value.
func (m *menuChip) SetOptions(options []menuOption) {
	if !slices.Equal(options, m.options) {
		m.options = options
		m.Select(m.value)
	}
}

// Select shows the option of that value.
func (m *menuChip) Select(value string) {
	m.value = value
	for _, o := range m.options {
		if o.value == value {
			m.chip.Set(o.text)
		}
	}
}

// menuTextMost is the width at which a menu's text is cut.
const menuTextMost = 400

// line is an option's text as the menu has room for it.
func (m *menuChip) line(text string) string {
	return shortenName(text, menuTextMost, func(text string) fyne.Size {
		return fyne.MeasureText(text, m.chip.Theme().Size(theme.SizeNameText), fyne.TextStyle{})
	})
}

func (m *menuChip) open() {
	menu := fyne.NewMenu("")
	for _, o := range m.options {
		item := fyne.NewMenuItem(m.line(o.text), func() { m.onChoose(o.value) })
		item.Checked = o.value == m.value
		menu.Items = append(menu.Items, item)
	}
	m.chip.showMenu(menu)
}
