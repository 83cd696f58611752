package metrics

import (
	"strings"
	"testing"

	"exotel-monitor/exotel"
)

func TestSearchedTextFindsAPartOfEitherAddress(t *testing.T) {
	calls := []struct{ from, to string }{
		{"09812345670", "sip:Agent17"}, {"+919812345671", "08040000001"}, {"919800000002", "sip:agent7"}, {"", ""},
	}
	tests := []struct {
		text string
		want int
	}{
		{"", 4}, {"  ", 4}, {"-", 4},
		{"09812345670", 1}, {"9812345670", 1}, {"+919812345670", 1}, {"919812345670", 1}, {"+91 98123 45670", 1}, {"98123-45670", 1},
		{"91 98123 45670", 1}, {"91 981", 2}, {"91-981", 2}, {"(91) 981", 2}, {"0091 981", 2}, {"+ 91 981", 2}, {"+91981", 2}, {"91", 0}, {"919", 0},
		{"0981", 2}, {"981", 2}, {"+9198", 3}, {"+91 981", 2}, {"12345", 2}, {"5671", 1}, {"08040000001", 1}, {"0804", 1},
		{"agent17", 1}, {"AGENT", 2}, {"agent7", 1}, {"sip:", 2}, {"ip:a", 2},
		{"9", 3}, {"3", 2}, {"8", 3}, {"g", 2}, {"70", 1}, {"nobody", 0}, {"77777", 0}, {"sip:agent17\n", 1}, {"\n", 4},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			got := 0
			for _, c := range calls {
				if text := SearchText(test.text); strings.Contains(searchable(c.from), text) || strings.Contains(searchable(c.to), text) {
					got++
				}
			}
			equal(t, "calls", got, test.want)
		})
	}
}

// searchable returns an address as a store looks for a text in it.
func searchable(address string) string {
	if key := exotel.NumberKey(address); key != address || strings.Trim(key, "0123456789") == "" && key != "" {
		return "0" + key
	}
	return strings.ToLower(address)
}
