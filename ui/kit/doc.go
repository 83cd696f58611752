// Package kit is what the screens are made of: widgets, layouts, dialogs, forms, the way
// of the focus and of keys, and the theme.
package kit
