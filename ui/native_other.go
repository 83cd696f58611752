//go:build !windows

package ui

import "fyne.io/fyne/v2"

// restore does nothing: a window that is shown is no longer minimised.
func restore(fyne.Window) {}

// maximised is not known.
func maximised(fyne.Window) bool { return false }
