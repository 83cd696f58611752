// Package ui is the window: the shell around the screens. A screen is a package of its
// own, which shows what it is given and asks its owner for the rest. The shell owns the
// session of an account, hands each of its snapshots to Fyne's goroutine in one place,
// and answers what the screens ask for, so that every other line of theirs runs there.
//
// It builds and tests without cgo: only the program's main package may import
// Fyne's app package, which brings the system's graphics along.
package ui
