// Package data is the screen that shows which calls are stored on this computer, and how
// far the storing has come.
package data
