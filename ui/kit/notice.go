package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/ui/text"
)

// Notice is a line above the figures that says why they are not to be trusted
// as they stand, and offers the one thing to do about it. It takes no room
// while there is nothing to say.
type Notice struct {
	View    *Panel
	row     *fyne.Container
	word    *Text
	about   *Text
	act     *Chip
	details *Chip
}

// noticeTone is how grave a notice is.
type noticeTone int

// The tones of a notice.
const (
	Caution noticeTone = iota
	Grave              // in the way of every figure
	Calm               // no trouble, only the way things are
)

// NoticeText is what a notice says; the zero NoticeText says nothing.
type NoticeText struct {
	Tone   noticeTone
	Title  string // the trouble in a word or two
	Body   string
	Action string
	Do     func()
	// Details is what the system said of it, shown when asked for; "" for nothing.
	Details string
}

// noticeLines is enough for the longest of Exotel's errors with its advice.
const noticeLines = 4

// NewNotice returns a notice that says nothing.
func NewNotice() *Notice {
	n := &Notice{
		word:  NewBoldText(SizeLabel),
		about: NewText(ColorText, SizeLabel, noticeLines),
		act:   NewChip(LookButton, "", nil),

		details: NewChip(LookButton, text.Tr("Details"), nil),
	}
	n.about.Fit = true
	n.row = container.New(&StripLayout{Gap: 12}, n.word, n.about, n.act, n.details)
	n.View = NewPanel(n.row)
	n.View.PadY = SizeSub
	n.View.Edge = theme.ColorNameWarning
	n.View.Hide()
	return n
}

// Set shows the notice, or hides it when it has nothing to say.
func (n *Notice) Set(t NoticeText) {
	if t.Title == "" {
		n.View.Hide()
		return
	}
	mark := "▲ "
	n.View.Edge = theme.ColorNameWarning
	switch t.Tone {
	case Grave:
		mark = "◆ "
		n.View.Edge = theme.ColorNameError
	case Calm:
		mark = ""
		n.View.Edge = ColorUnknown
	}
	n.word.Set(mark + t.Title)
	n.about.Set(t.Body)
	n.act.OnTapped = t.Do
	n.act.Set(t.Action)
	n.act.Hidden = t.Action == ""
	n.details.OnTapped = func() { ShowDefinition(n.details, text.Tr("Details"), t.Details) }
	n.details.Hidden = t.Details == ""
	n.View.Show()
	n.View.Refresh()
}

// Text returns the notice in one line, "" when it says nothing.
func (n *Notice) Text() string {
	if !n.View.Visible() {
		return ""
	}
	return n.word.Text + ": " + n.about.Text
}

// StripLayout keeps what leads and what can be done at the ends of a line, and
// gives the sentence between them the rest.
type StripLayout struct{ Gap float32 }

// Layout implements fyne.Layout.
func (l *StripLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	lead, about := objects[0], objects[1]
	left, right := lead.MinSize().Width+l.Gap, size.Width
	lead.Resize(fyne.NewSize(left-l.Gap, size.Height))
	for _, act := range objects[2:] {
		if act.Visible() {
			least := act.MinSize()
			right -= least.Width
			act.Resize(least)
			act.Move(fyne.NewPos(right, (size.Height-least.Height)/2))
			right -= l.Gap
		}
	}
	about.Move(fyne.NewPos(left, 0))
	about.Resize(fyne.NewSize(right-left, size.Height))
}

// MinSize implements fyne.Layout.
func (l *StripLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(-l.Gap, 0)
	for _, object := range objects {
		if object.Visible() {
			least := object.MinSize()
			size.Width += least.Width + l.Gap
			size.Height = max(size.Height, least.Height)
		}
	}
	return size
}
