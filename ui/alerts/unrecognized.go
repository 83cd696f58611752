package alerts

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// showOdd asks for the posts that were no heartbeats and shows them as they came.
func (s *Screen) showOdd() {
	s.actions.Odd(func(posts []journal.Unrecognized, err error) {
		dialogs := s.actions.Dialogs
		switch {
		case fyne.CurrentApp().Driver().CanvasForObject(s.View) == nil: // the screen was left
		case err != nil:
			dialogs.Message(text.Tr("Not loaded"), text.Error(err))
		case len(posts) == 0:
			dialogs.Message(text.Tr("Unrecognised webhook requests"), text.Tr("None recorded."))
		default:
			list := container.NewVScroll(oddPosts(posts, s.now, s.format))
			room := dialogs.Window.Canvas().Size().SubtractWidthHeight(60, 160)
			list.SetMinSize(fyne.NewSize(min(700, room.Width), min(460, room.Height)))
			dialogs.Show(text.Tr("Unrecognised webhook requests"), list, 0, kit.NewButton(text.Tr("Close"), widget.MediumImportance, nil))
		}
	})
}

// oddShown is how many characters of a post are shown; all of them are copied.
const oddShown = 4000

// oddPosts shows posts below each other, newest first.
func oddPosts(posts []journal.Unrecognized, now time.Time, f text.Format) fyne.CanvasObject {
	list := container.New(&kit.PageLayout{Gap: 10, Side: 14})
	for _, post := range posts {
		words := bodyText(post.Body)
		title := kit.BoldCell(f.DayClock(post.At, now) + " · " + sizeText(post.Size, len(post.Body)))
		copies := kit.NewButton(text.Tr("Copy"), widget.MediumImportance, func() { fyne.CurrentApp().Clipboard().SetContent(words) })
		copies.Icon = theme.ContentCopyIcon()
		head := kit.NewRow(10, title, layout.NewSpacer(), copies)
		shown := f.Mask(words)
		if runes := []rune(shown); len(runes) > oddShown {
			shown = string(runes[:oddShown]) + "…"
		}
		body := widget.NewLabelWithStyle(shown, fyne.TextAlignLeading, fyne.TextStyle{Monospace: true})
		body.Wrapping = fyne.TextWrapBreak
		frame := kit.NewPanel(body)
		frame.PadX, frame.PadY = "", ""
		list.Add(head)
		list.Add(frame)
	}
	return list
}

// sizeText says how long a post was, and how much of it is kept.
func sizeText(size, kept int) string {
	words := text.TrN(size, "%d bytes", size)
	if kept < size {
		words = text.Tr("%s; only the first %d are stored", words, kept)
	}
	return words
}

// bodyText makes the body of a post fit to be shown and copied: line breaks
// stay, and what cannot be seen or would change what is seen is written out.
func bodyText(body []byte) string {
	if len(body) == 0 {
		return text.Tr("(empty)")
	}
	var out strings.Builder
	text := strings.ReplaceAll(string(body), "\r\n", "\n")
	for i, r := range text {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD"):
			fmt.Fprintf(&out, `\x%02x`, text[i])
		case r == '\n' || unicode.IsPrint(r):
			out.WriteRune(r)
		case r == '\t':
			out.WriteString("    ")
		case r < 0x80:
			fmt.Fprintf(&out, `\x%02x`, r)
		default:
			fmt.Fprintf(&out, `\u{%x}`, r)
		}
	}
	return out.String()
}
