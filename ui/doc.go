// Package ui is the window: one file per widget or screen. It shows snapshots
// and asks for nothing itself; a session keeps them coming, and hands each to
// Fyne's goroutine in one place, so that every other line here runs there.
//
// It builds and tests without cgo: only the program's main package may import
// Fyne's app package, which brings the system's graphics along.
package ui
