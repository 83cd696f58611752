// Package autostart lets the program start when the user logs in, or no longer:
// by an entry of the XDG autostart folder, by the Run key of Windows, or by a
// launch agent of macOS. All of these are the user's own and need no
// administrator.
package autostart
