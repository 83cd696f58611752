package heartbeat

import (
	"cmp"
	"strings"
)

// CompareNames orders names as people count: "Line 2" before "Line 10".
func CompareNames(a, b string) int {
	a, b = strings.ToLower(a), strings.ToLower(b)
	for a != "" && b != "" {
		x, y := a[:digits(a)], b[:digits(b)]
		if x == "" || y == "" {
			if a[0] != b[0] {
				return cmp.Compare(a[0], b[0])
			}
			a, b = a[1:], b[1:]
			continue
		}
		a, b = a[len(x):], b[len(y):]
		x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
		if order := cmp.Or(len(x)-len(y), strings.Compare(x, y)); order != 0 {
			return order
		}
	}
	return len(a) - len(b)
}

// digits returns the number of digits that a text begins with.
func digits(text string) int {
	n := 0
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	return n
}
