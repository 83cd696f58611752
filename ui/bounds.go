package ui

import (
	"image"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"exotel-monitor/ui/config"
)

// This file is how large the window is and where on the screens.

// usualSize is how large the window is until somebody changes that.
var usualSize = fyne.NewSize(1280, 800)

// What is enough of a title bar to move a window by, and more than any of them is
// high, in the system's units.
const (
	gripWidth  = 100
	gripHeight = 10
	titleRoom  = 64
)

// firstSize is the size that the window had last.
func (p *Params) firstSize() fyne.Size {
	if p.Bounds == (config.Bounds{}) {
		return usualSize
	}
	return fyne.NewSize(p.Bounds.Width, p.Bounds.Height)
}

// canBeMoved reports whether enough of a window's title bar is on one of the
// screens. Width is that of its content, which begins at corner.
func canBeMoved(corner image.Point, width int, screens []image.Rectangle) bool {
	bar := image.Rect(corner.X, corner.Y-gripHeight, corner.X+width, corner.Y)
	return slices.ContainsFunc(screens, func(screen image.Rectangle) bool {
		seen := bar.Intersect(screen)
		return seen.Dx() >= gripWidth && seen.Dy() == gripHeight
	})
}

// place has the window come where it was. Where that is no longer on a screen, the
// system chooses for a new window, and one that comes back goes to the main screen.
func (w *Window) place() {
	corner := image.Pt(w.Bounds.X, w.Bounds.Y)
	screens := w.Screens()
	switch reachable := canBeMoved(corner, int(w.Bounds.Width), screens); {
	case corner == image.Point{}: // not known
	case reachable && !w.appeared:
		w.move(corner)
	case !reachable && w.appeared && len(screens) > 0:
		w.move(screens[0].Min.Add(image.Pt(titleRoom, titleRoom)))
	}
}

// fit makes a window that is larger than every screen as large as the main one.
// Where the desktop did so itself, Fyne has yet to hear of it: it would undo that
// with the next screen of the program.
func (w *Window) fit() {
	content, known := w.PlaceOf(w.window)
	screens := w.Screens()
	fits := func(screen image.Rectangle) bool {
		return content.Dx() <= screen.Dx() && content.Dy() <= screen.Dy()
	}
	if !known || len(screens) == 0 {
		return
	}
	scale, size := w.window.Canvas().Scale(), w.window.Canvas().Size()
	if slices.ContainsFunc(screens, fits) {
		given := fyne.NewSize(float32(content.Dx())/scale, float32(content.Dy())/scale)
		if given.Width < size.Width-1 || given.Height < size.Height-1 { // not by rounding
			w.window.Resize(given)
		}
		return
	}
	room := screens[0]
	room.Min.Y += titleRoom
	w.window.Resize(fyne.NewSize(
		float32(min(content.Dx(), room.Dx()))/scale,
		float32(min(content.Dy(), room.Dy()))/scale))
	w.move(room.Min)
}

func (w *Window) move(to image.Point) {
	if placed, ok := w.window.(desktop.Window); ok {
		placed.RequestPosition(to.X, to.Y)
	}
}

// keepBounds remembers how large the window is, and where.
func (w *Window) keepBounds() {
	content, known := w.PlaceOf(w.window)
	size := w.window.Canvas().Size()
	bounds := config.Bounds{Width: size.Width, Height: size.Height, X: content.Min.X, Y: content.Min.Y}
	if !known {
		w.Bounds.X, w.Bounds.Y = 0, 0 // it need not be where it was
		return
	}
	if bounds == w.Bounds || !bounds.Valid() {
		return
	}
	w.Bounds = bounds // this window comes back there, saved or not
	if err := w.SaveBounds(bounds); err != nil {
		w.Log.Warn("the next window has another size or place", "error", err)
	}
}
