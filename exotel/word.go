package exotel

import (
	"bytes"
	"strings"
	"unicode"
)

// NormalizeWord returns a status or a direction in Exotel's documented spelling: "No
// Answer", "NO_ANSWER" and " no-answer " become "no-answer". It returns "" for a text
// that means that there is none, such as "None". See API.md, Statuses.
func NormalizeWord(text string) string {
	if isMissing([]byte(text)) {
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

// isMissing reports whether a text is blank, or a word by which programs write that a
// value is missing. See API.md, Rows.
func isMissing(text []byte) bool {
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
