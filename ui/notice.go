package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// notice is a line above the figures that says why they are not to be trusted
// as they stand, and offers the one thing to do about it. It takes no room
// while there is nothing to say.
type notice struct {
	view  *panel
	row   *fyne.Container
	word  *words
	about *words
	act   *chip
}

// noticeTone is how grave a notice is.
type noticeTone int

const (
	caution noticeTone = iota
	grave              // in the way of every figure
	calm               // no trouble, only the way things are
)

// noticeText is what a notice says; the zero noticeText says nothing.
type noticeText struct {
	tone   noticeTone
	word   string // the trouble in a word or two
	about  string
	action string
	do     func()
}

// noticeLines is enough for the longest of Exotel's errors with its advice.
const noticeLines = 4

func newNotice() *notice {
	n := &notice{
		word:  newBoldWords(sizeLabel),
		about: newWords(plain, sizeLabel, noticeLines),
		act:   newChip(lookButton, "", nil),
	}
	n.about.fit = true
	n.row = container.New(&stripLayout{gap: 12}, n.word, n.about, n.act)
	n.view = newPanel(n.row)
	n.view.padY = sizeSub
	n.view.edge = theme.ColorNameWarning
	n.view.Hide()
	return n
}

// Set shows the notice, or hides it when it has nothing to say.
func (n *notice) Set(t noticeText) {
	if t.word == "" {
		n.view.Hide()
		return
	}
	mark := "▲ "
	n.view.edge = theme.ColorNameWarning
	switch t.tone {
	case grave:
		mark = "◆ "
		n.view.edge = theme.ColorNameError
	case calm:
		mark = ""
		n.view.edge = colorUnknown
	}
	n.word.Set(mark + t.word)
	n.about.Set(t.about)
	n.act.onTap = t.do
	n.act.Set(t.action)
	n.act.Hidden = t.action == ""
	n.view.Show()
	n.view.Refresh()
}

// Text is the notice in one line, "" when it says nothing.
func (n *notice) Text() string {
	if !n.view.Visible() {
		return ""
	}
	return n.word.text + ": " + n.about.text
}

// stripLayout keeps what leads and what can be done at the ends of a line, and
// gives the sentence between them the rest.
type stripLayout struct{ gap float32 }

// Layout implements fyne.Layout.
func (l *stripLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	lead, about := objects[0], objects[1]
	left, right := lead.MinSize().Width+l.gap, size.Width
	lead.Resize(fyne.NewSize(left-l.gap, size.Height))
	for _, act := range objects[2:] {
		if act.Visible() {
			least := act.MinSize()
			right -= least.Width
			act.Resize(least)
			act.Move(fyne.NewPos(right, (size.Height-least.Height)/2))
			right -= l.gap
		}
	}
	about.Move(fyne.NewPos(left, 0))
	about.Resize(fyne.NewSize(right-left, size.Height))
}

// MinSize implements fyne.Layout.
func (l *stripLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(-l.gap, 0)
	for _, object := range objects {
		if object.Visible() {
			least := object.MinSize()
			size.Width += least.Width + l.gap
			size.Height = max(size.Height, least.Height)
		}
	}
	return size
}
