package notify

import (
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// dangerous are the characters that mean something in one of the places where
// the text ends up, and their doubles: to PowerShell and AppleScript in quotes,
// to the markup of Linux, to whoever reads the direction of the text.
func dangerous(r rune) bool {
	return strings.ContainsRune("$`\"'\\<>&{}[]|@~^=*?!\u02BA\u02CB\uFF02\uFF04\uFF07\uFF06\uFF1C\uFF1E\uFF40\uFF3C\uFE64\uFE65\uFE60\uFE69", r) ||
		unicode.In(r, unicode.Quotation_Mark, unicode.Pi, unicode.Pf, unicode.Bidi_Control, unicode.C, unicode.Zl, unicode.Zp,
			unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// wellFormed says what is wrong with a cleaned text, or nothing.
func wellFormed(text string, limit int) string {
	switch {
	case !utf8.ValidString(text):
		return "invalid UTF-8"
	case strings.ContainsFunc(text, dangerous):
		return "a dangerous character"
	case utf8.RuneCountInString(text) > limit:
		return "too long"
	case strings.TrimSpace(text) != text || strings.Contains(text, "  "):
		return "spaces"
	case strconv.Quote(text) != `"`+text+`"`: // Fyne's %q for PowerShell
		return "escaped by %q, and so shown as an escape on Windows"
	case clean(text, limit) != text:
		return "another text when cleaned again"
	}
	return ""
}

// fate is what becomes of a rune between two letters.
type fate string

const (
	stays    fate = "stays"
	spaces   fate = "becomes a space"
	vanished fate = "vanishes"
)

// classes has Unicode's general categories, one for each rune, and what becomes
// of their runes.
var classes = map[string]fate{
	"Lu": stays, "Ll": stays, "Lt": stays, "Lm": stays, "Lo": stays,
	"Mn": stays, "Mc": stays, "Me": stays,
	"Nd": stays, "Nl": spaces, "No": spaces,
	"Pc": spaces, "Pd": spaces, "Ps": spaces, "Pe": spaces, "Pi": spaces, "Pf": spaces, "Po": spaces,
	"Sm": spaces, "Sc": spaces, "Sk": spaces, "So": spaces,
	"Zs": spaces, "Zl": spaces, "Zp": spaces,
	"Cc": vanished, "Cf": vanished, "Cn": vanished, "Co": vanished, "Cs": vanished,
}

// expected is what must become of a rune of a category.
func expected(category string, r rune) fate {
	switch {
	case strings.ContainsRune(".,:;()/%+-–—·•#…", r):
		return stays
	case strings.ContainsRune("\t\n\v\f\r\u0085", r): // white space among the controls
		return spaces
	case r == utf8.RuneError: // what Go makes of invalid UTF-8
		return vanished
	case 0x2B0 <= r && r <= 0x2FF: // modifier letters that look like quotes
		return spaces
	case unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
		return vanished
	}
	return classes[category]
}

func TestEveryRuneOfEveryClassMeetsItsFate(t *testing.T) {
	category := make([]string, unicode.MaxRune+1)
	for name := range classes {
		for _, r16 := range unicode.Categories[name].R16 {
			for r := rune(r16.Lo); r <= rune(r16.Hi); r += rune(r16.Stride) {
				category[r] = name
			}
		}
		for _, r32 := range unicode.Categories[name].R32 {
			for r := rune(r32.Lo); r <= rune(r32.Hi); r += rune(r32.Stride) {
				category[r] = name
			}
		}
	}
	for r := range rune(unicode.MaxRune + 1) {
		becomes := expected(category[r], r)
		want := map[fate]string{stays: "a" + string(r) + "b", spaces: "a b", vanished: "ab"}[becomes]
		got := clean("a"+string(r)+"b", 10)
		if got != want {
			t.Fatalf("%U of %q: got %q, want %q", r, category[r], got, want)
		}
		if becomes != stays {
			continue
		}
		if wrong := wellFormed(got, 10); wrong != "" {
			t.Fatalf("%U of %q: %s in %q", r, category[r], wrong, got)
		}
	}
}

func TestCleanedText(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"our own words stay":      {"CRITICAL: incoming down (3/3) — 50 %; +91-80, #2 · since 10:42…", "CRITICAL: incoming down (3/3) — 50 %; +91-80, #2 · since 10:42…"},
		"Devanagari stays":        {"विक्रय विभाग १२", "विक्रय विभाग १२"},
		"Tamil stays":             {"விற்பனை கொடுக்கும்", "விற்பனை கொடுக்கும்"},
		"Arabic and Chinese stay": {"مبيعات 销售 𠀀", "مبيعات 销售 𠀀"},
		"composed later stays":    {"Cafe\u0301", "Cafe\u0301"},
		"PowerShell expression":   {"$(calc)", "(calc)"},
		"PowerShell variable":     {"$env:USERNAME ${x}", "env:USERNAME x"},
		"backticks":               {"`calc` `n", "calc n"},
		"end of the string":       {`x"; Start-Process calc; "`, "x ; Start-Process calc;"},
		"after Go's escape":       {`\"; calc #`, "; calc #"},
		"single quotes":           {"'; calc; '", "; calc;"},
		"curly single quotes":     {"a\u2018b\u2019c\u201Ad\u201Be", "a b c d e"},
		"curly double quotes":     {"a\u201Cb\u201Dc\u201Ed\u201Fe", "a b c d e"},
		"angle quotes":            {"«a» ‹b›", "a b"},
		"fullwidth forms":         {"a＂b＄c＇d｀e＜f＞g＆h", "a b c d e f g h"},
		"letters like quotes":     {"a\u02BAb\u02CBc\u02BCd", "a b c d"},
		"Greek backtick":          {"a\u1FEFb", "a b"},
		"markup":                  {"<b>bold</b><img src=x>", "b bold /b img src x"},
		"entities":                {"&lt;b&gt; &#60;", "lt;b gt; #60;"},
		"AppleScript":             {`" & (do shell script "id") & "`, "(do shell script id )"},
		"subshell in a name":      {"Sales $(`\"'<&>'\"`) Desk", "Sales ( ) Desk"},
		"bidi override":           {"a\u202Eb\u2066c\u2069\u200F", "abc"},
		"zero width":              {"a\u200Bb\u200C\u200Dc\uFEFFd\u2060e\u00ADf", "abcdef"},
		"NUL":                     {"a\x00b", "ab"},
		"escape sequence":         {"\x1b[31mred\x07", "31mred"},
		"lines":                   {"a\r\nb\nc\td\u2028e\u0085f", "a b c d e f"},
		"spaces of all kinds":     {"  a\u00A0\u3000 b  ", "a b"},
		"invalid UTF-8":           {"a\xff\xc0\x80b\xe0\xa4", "ab"},
		"surrogates":              {"a\xed\xa0\x80b\xed\xbf\xbfc", "abc"},
		"private use":             {"a\uE000b\U0010FFFDc", "abc"},
		"tags":                    {"a\U000E0041b", "ab"},
		"emoji":                   {"Sales 📞\uFE0F Desk", "Sales Desk"},
		"blank letters":           {"a\u3164b\u115Fc\uFFA0d", "abcd"},
		"mark at the start":       {"\u0301a", "a"},
		"mark on a sign":          {"a.\u0338b", "a.b"},
		"mark on a lost sign":     {"a=\u0338b", "a b"},
		"nothing":                 {"", ""},
		"nothing left":            {"$`\u202E\x00<>", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := clean(c.text, 100)
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if wrong := wellFormed(got, 100); wrong != "" {
				t.Errorf("%s in %q", wrong, got)
			}
		})
	}
}

func TestLengthIsCappedInRunes(t *testing.T) {
	for _, c := range []struct {
		text  string
		limit int
		want  string
	}{
		{"abcde", 5, "abcde"},
		{"abcdef", 5, "abcd…"},
		{"बिक्री", 6, "बिक्री"},
		{"बिक्री", 5, "बिक्…"},
		{"abc   <> ", 3, "abc"}, // what is lost does not count
		{"abcd  <> e", 5, "abcd…"},
		{"abc def", 5, "abc…"}, // no space before the dots
		{"abcd efg", 5, "abcd…"},
		{"abcd\u0301e", 5, "abcd…"},
		{"ab", 1, "…"},
		{"a", 1, "a"},
		{"a", 0, ""},
		{"a", -1, ""},
		{strings.Repeat("<", 1<<20) + "a", 5, "a"},
	} {
		got := clean(c.text, c.limit)
		if got != c.want {
			t.Errorf("%.20q to %d: got %q, want %q", c.text, c.limit, got, c.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, text := range []string{"", "Sales $(calc)", "a\xffb", "विक्रय", "a\u0301\u200b<b>&lt;", "“x”\r\n\u202e", "a b c d e f"} {
		f.Add(text, 5)
	}
	f.Fuzz(func(t *testing.T, text string, limit int) {
		limit = max(0, min(limit, 1000))
		if wrong := wellFormed(clean(text, limit), limit); wrong != "" {
			t.Errorf("%s in %q", wrong, clean(text, limit))
		}
	})
}
