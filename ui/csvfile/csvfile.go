// Package csvfile writes tables as CSV that spreadsheets show as they are meant.
package csvfile

import (
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mark begins a file by which Excel knows that it is in UTF-8. Without it, names in
// Hindi are shown as other signs.
const Mark = "\uFEFF"

// Write writes rows with every field in quotes, which encoding/csv does not do: a
// spreadsheet that expects semicolons splits fields without quotes elsewhere.
func Write(out io.Writer, rows [][]string) error {
	var text strings.Builder
	for _, row := range rows {
		for i, field := range row {
			if i > 0 {
				text.WriteByte(',')
			}
			text.WriteString(`"` + strings.ReplaceAll(field, `"`, `""`) + `"`)
		}
		text.WriteByte('\n')
	}
	_, err := io.WriteString(out, text.String())
	return err
}

// Text returns a field with a text that came from outside. An apostrophe keeps a
// spreadsheet from reading it as a formula, or as a number or date that it would round
// or cut. Text puts one also where a spreadsheet with other separators would begin a
// cell, and removes invisible characters and those that turn the writing direction.
func Text(outside string) string {
	var text strings.Builder
	begins := true // a cell may begin here
	for _, r := range visible(outside) {
		if begins && strings.ContainsRune("=+-@＝＋－＠−", r) { // Eastern spreadsheets take the wide ones, too
			text.WriteByte('\'')
		}
		text.WriteRune(r)
		begins = strings.ContainsRune(",;|", r) || begins && strings.ContainsRune(` "`, r)
	}
	field := text.String()
	if isNumeric(field) {
		return "'" + field
	}
	return field
}

// visible is one line of what shows in a text.
func visible(text string) string {
	text = strings.Map(func(r rune) rune {
		const zeroWidthNonJoiner, zeroWidthJoiner = '\u200C', '\u200D' // parts of words in India
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == zeroWidthNonJoiner || r == zeroWidthJoiner:
			return r
		case r == utf8.RuneError || unicode.Is(unicode.C, r):
			return -1
		default:
			return r
		}
	}, text)
	return strings.TrimSpace(text)
}

// isNumeric reports whether a spreadsheet might read a field as a number, a date
// or a time.
func isNumeric(field string) bool {
	return field != "" && field[0] >= '0' && field[0] <= '9' && strings.Trim(field, "0123456789 .,:/()+-%eE") == ""
}
