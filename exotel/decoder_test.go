package exotel

import (
	"encoding/json"
	"strings"
	"testing"
)

// readValue reads a whole text as one value.
func readValue(text string) (value string, ok bool) {
	d := newDecoder([]byte(text), India)
	value = string(d.value())
	return value, d.end()
}

func TestStringsAreReadAsEncodingJSONDoes(t *testing.T) {
	for _, text := range []string{
		`""`, `"plain"`, `"exactly8"`, `"seventeen letters"`, `"\"\\\/\b\f\n\r\t"`, `"\u0041\u00e9\u20AC"`,
		`"\ud83d\ude00"`, `"\uD83D"`, `"\uDE00"`, `"\ud83dx"`, `"\ud83d\n"`, `"\ud83d\u0041"`, `"\ud83d\ud83d\ude00"`, `"\ude00\ud83d"`,
		`"é€😀"`, "\"\x7f\"", "\"\xff\"", "\"a\xc3\"", "\"\xed\xa0\x80\"", "\"12345678\xff12345678\"", `"\u0000"`,
		"\"\x00\"", "\"\x1f\"", "\"tab\there\"", "\"line\nbreak\"", "\"1234567\x1f\"", `"`, `"open`, `"open\`, `"open\"`, `"\u"`, `"\u00"`, `"\u+123"`,
		`"\a"`, `"\'"`, `"\U0041"`, `"\ud83d\u"`, "\"\\\n\"", "\"\\\xff\"",
	} {
		var want string
		err := json.Unmarshal([]byte(text), &want)
		got, ok := readValue(text)
		if ok != (err == nil) || ok && got != want {
			t.Errorf("%q: got %q, %v; encoding/json says %q, %v", text, got, ok, want, err)
		}
	}
}

func TestValuesAreAcceptedAsEncodingJSONDoes(t *testing.T) {
	for _, text := range []string{
		"0", "-0", "1", "-1", "10", "1.5", "0.0", "1e5", "1E+5", "1e-5", "1.5e5", "01", "00", "-01", "+1", ".5", "1.", "1.e5", "1e", "1e+", "-", "--1", "0x1", "1_0", "NaN", "Infinity",
		"true", "false", "null", "tru", "nul", "True", "nullnull", "truefalse", "t", "n",
		"[]", "[1]", "[1,2]", "[1,]", "[,1]", "[1 2]", "[", "]", "[1", "[[]]", "[[],[]]", "[]]", "[1}", "{]",
		"{}", `{"a":1}`, `{"a":1,"b":2}`, `{"a":1,}`, `{,"a":1}`, `{"a"}`, `{"a":}`, `{"a" 1}`, `{a:1}`, `{1:1}`, `{"a":1 "b":2}`, `{"a":1`, `{"a`, "{", "}",
		`{"a":1:2}`, `{"a"::1}`, `{"a":1,,"b":2}`, `{"a\"":1,"b\u0041":2}`, "{\"a\x01\":1}", "{\"a\":1,\"b\n\":2}",
		" \t\r\n1 \t\r\n", " [ 1 , { \"a\" : 2 , \"b\" : 3 } ] ", "\v1", "\f1", "\u00a01", "1\x00", "\x001", "", "  ", "1 2", "/**/1",
	} {
		if _, ok := readValue(text); ok != json.Valid([]byte(text)) {
			t.Errorf("%q: got %v, json.Valid says %v", text, ok, !ok)
		}
	}
}

func TestNestingIsBounded(t *testing.T) {
	for name, nest := range map[string]func(n int) string{
		"arrays":  func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) },
		"objects": func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) },
		"open":    func(n int) string { return strings.Repeat("[", n) },
	} {
		for _, n := range []int{1, 500, maxDepth, maxDepth + 1, 3 * maxDepth} {
			text := nest(n)
			if _, ok := readValue(text); ok != json.Valid([]byte(text)) {
				t.Errorf("%d %s: got %v, json.Valid says %v", n, name, ok, !ok)
			}
		}
	}
}

// plainEnd looks at eight bytes at once; every place in them must count alike.
func TestPlainEndFindsTheFirstByteThatMatters(t *testing.T) {
	for stop := range 256 {
		matters := stop < ' ' || stop >= 0x80 || stop == '"' || stop == '\\'
		for before := range 20 {
			for behind := range 12 {
				text := strings.Repeat("~", before) + string([]byte{byte(stop)}) + strings.Repeat(" ", behind) + `"`
				want := before
				if !matters {
					want = len(text) - 1
				}
				if got := plainEnd([]byte(text), 0); got != want {
					t.Fatalf("%q: found %d, want %d", text, got, want)
				}
			}
		}
	}
}
