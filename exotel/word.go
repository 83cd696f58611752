package exotel

import (
	"bytes"
	"strings"
	"unicode"
)

// Word returns a status or a direction as Exotel documents it, however it is
// spelled: "No Answer", "NO_ANSWER" and " no-answer " are "no-answer". It is ""
// for a text that says that there is none, such as "None". See API.md, Statuses.
func Word(text string) string {
	if saysNothing([]byte(text)) {
		return ""
	}
	parts := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return r == '-' || r == '_' || unicode.IsSpace(r)
	})
	if word := strings.Join(parts, "-"); word != "cancelled" {
		return word
	}
	return StatusCanceled
}

// saysNothing reports whether a text is blank, or a word with which programs write
// that a value is missing. See API.md, Rows.
func saysNothing(text []byte) bool {
	const longest = 16 // with blanks around it
	if len(text) > longest {
		return false
	}
	switch text = bytes.TrimSpace(text); len(text) {
	case 0:
		return true
	case len("null"):
		return bytes.EqualFold(text, []byte("null")) || bytes.EqualFold(text, []byte("none"))
	case len("undefined"):
		return bytes.EqualFold(text, []byte("undefined"))
	}
	return false
}
