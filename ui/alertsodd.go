package ui

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
)

// showOdd asks for the posts that were no heartbeats and shows them as they came.
func (s *alertsScreen) showOdd() {
	s.actions.odd(func(posts []journal.Odd, err error) {
		w := windowOf(s.view)
		switch {
		case w == nil:
		case err != nil:
			tell(w, tr("Not loaded"), errorText(err))
		case len(posts) == 0:
			tell(w, tr("Unrecognised webhook requests"), tr("None recorded."))
		default:
			list := container.NewVScroll(oddPosts(posts, s.now, s.zone))
			room := w.Canvas().Size().SubtractWidthHeight(60, 160)
			list.SetMinSize(fyne.NewSize(min(700, room.Width), min(460, room.Height)))
			showDialog(w, tr("Unrecognised webhook requests"), list, 0, newButton(tr("Close"), widget.MediumImportance, nil))
		}
	})
}

// oddShown is how many characters of a post are shown; all of them are copied.
const oddShown = 4000

// oddPosts shows posts below each other, newest first.
func oddPosts(posts []journal.Odd, now time.Time, zone *time.Location) fyne.CanvasObject {
	list := container.New(&pageLayout{gap: 10, side: 14})
	for _, post := range posts {
		text := bodyText(post.Body)
		title := boldCell(dayClock(post.At, now, zone) + " · " + sizeText(post.Size, len(post.Body)))
		copies := newButton(tr("Copy"), widget.MediumImportance, func() { fyne.CurrentApp().Clipboard().SetContent(text) })
		copies.Icon = theme.ContentCopyIcon()
		head := rowOf(10, title, layout.NewSpacer(), copies)
		shown := hiding(text)
		if runes := []rune(shown); len(runes) > oddShown {
			shown = string(runes[:oddShown]) + "…"
		}
		body := widget.NewLabelWithStyle(shown, fyne.TextAlignLeading, fyne.TextStyle{Monospace: true})
		body.Wrapping = fyne.TextWrapBreak
		frame := newPanel(body)
		frame.padX, frame.padY = "", ""
		list.Add(head)
		list.Add(frame)
	}
	return list
}

// sizeText says how long a post was, and how much of it is kept.
func sizeText(size, kept int) string {
	text := trN(size, "%d byte", "%d bytes", size)
	if kept < size {
		text = tr("%s; only the first %d are stored", text, kept)
	}
	return text
}

// bodyText makes the body of a post fit to be shown and copied: line breaks
// stay, and what cannot be seen or would change what is seen is written out.
func bodyText(body []byte) string {
	if len(body) == 0 {
		return tr("(empty)")
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

// windowOf is the window that shows an object; nil if none does.
func windowOf(object fyne.CanvasObject) fyne.Window {
	driver := fyne.CurrentApp().Driver()
	c := driver.CanvasForObject(object)
	for _, w := range driver.AllWindows() {
		if c != nil && w.Canvas() == c {
			return w
		}
	}
	return nil
}
