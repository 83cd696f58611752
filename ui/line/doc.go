// Package line is the screen with the history of one ExoPhone: how it is, its last day,
// how often it was up, and its incidents.
package line
