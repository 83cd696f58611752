package main

import (
	"image"

	"fyne.io/fyne/v2"
	"github.com/go-gl/glfw/v3.4/glfw"
)

// This file knows of windows and screens what Fyne does not tell. Fyne makes its
// windows with GLFW, so the same is asked; all of it on Fyne's goroutine.

// canShow reports whether there is a screen for a window.
func canShow() bool { return glfw.Init() == nil }

// screens are the parts of the screens that there are now, in the system's units,
// that no panel covers; the main one first.
func screens() []image.Rectangle {
	var areas []image.Rectangle
	for _, monitor := range glfw.GetMonitors() {
		x, y, width, height := monitor.GetWorkarea()
		areas = append(areas, image.Rect(x, y, x+width, y+height))
	}
	return areas
}

// placeOf is where on the screens a window's content is. It is not known of a
// window that is not shown, minimised or maximised.
func placeOf(w fyne.Window) (content image.Rectangle, known bool) {
	within(w, func(native *glfw.Window) {
		is := func(state glfw.Hint) bool { return native.GetAttrib(state) == glfw.True }
		if is(glfw.Visible) && !is(glfw.Iconified) && !is(glfw.Maximized) {
			x, y := native.GetPos() // nothing but 0, 0 on Wayland
			width, height := native.GetSize()
			content, known = image.Rect(x, y, x+width, y+height), true
		}
	})
	return content, known
}

// restore gives a window that is minimised its size back: showing it is not
// enough on Windows.
func restore(w fyne.Window) {
	within(w, func(native *glfw.Window) {
		if native.GetAttrib(glfw.Iconified) == glfw.True {
			native.Restore()
		}
	})
}

// within hands GLFW's window to do. Fyne makes that known only as the one it draws
// on, and not at all before it is shown for the first time.
func within(w fyne.Window, do func(*glfw.Window)) {
	drawn, ok := w.(interface{ RunWithContext(func()) })
	if !ok {
		return
	}
	drawn.RunWithContext(func() {
		if native := glfw.GetCurrentContext(); native != nil {
			do(native)
		}
	})
}
