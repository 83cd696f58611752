package notify

import (
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// hidden reports characters that show nothing, or turn the text around them.
func hidden(r rune) bool {
	return !unicode.Is(joiners, r) && unicode.In(r, unicode.Bidi_Control, unicode.C, unicode.Zl, unicode.Zp,
		unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

// wellFormed says what is wrong with a cleaned text, or nothing.
func wellFormed(text string, limit int) string {
	switch {
	case !utf8.ValidString(text):
		return "invalid UTF-8"
	case strings.ContainsFunc(text, hidden):
		return "a hidden character"
	case utf8.RuneCountInString(text) > limit:
		return "too long"
	case strings.TrimSpace(text) != text || strings.Contains(text, "  "):
		return "spaces"
	case clean(text, limit) != text:
		return "another text when cleaned again"
	}
	return ""
}

// unsafe says what is wrong with a text for PowerShell, or nothing.
func unsafe(text string) string {
	switch {
	// Its own signs in double quotes, and those that old code pages turn into them.
	case strings.ContainsAny(text, "$`\"\\\u201C\u201D\u201E\u02BA\u02CB\uFF02\uFF04\uFF40\uFF3C\uFE69"):
		return "a character that PowerShell reads"
	case strconv.Quote(text) != `"`+text+`"`: // Fyne's %q
		return "escaped by %q, and so shown as an escape"
	case strings.TrimSpace(text) != text || strings.Contains(text, "  "):
		return "spaces"
	case inPowerShell(text) != text:
		return "another text the second time"
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
	"Nd": stays, "Nl": stays, "No": stays,
	"Pc": stays, "Pd": stays, "Ps": stays, "Pe": stays, "Pi": stays, "Pf": stays, "Po": stays,
	"Sm": stays, "Sc": stays, "Sk": stays, "So": stays,
	"Zs": spaces, "Zl": spaces, "Zp": spaces,
	"Cc": vanished, "Cf": vanished, "Cn": vanished, "Co": vanished, "Cs": vanished,
}

// expected is what must become of a rune of a category.
func expected(category string, r rune) fate {
	switch {
	case strings.ContainsRune("\t\n\v\f\r\u0085", r): // white space among the controls
		return spaces
	case strings.ContainsRune("\u200C\u200D\uFE0E\uFE0F", r):
		return stays
	case r == utf8.RuneError: // what Go makes of invalid UTF-8
		return vanished
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
		want := map[fate]string{stays: "a" + string(r) + "b", spaces: "a b", vanished: "ab"}[expected(category[r], r)]
		got := clean("a"+string(r)+"b", 10)
		if got != want {
			t.Fatalf("%U of %q: got %q, want %q", r, category[r], got, want)
		}
		if wrong := wellFormed(got, 10); wrong != "" {
			t.Fatalf("%U of %q: %s in %q", r, category[r], wrong, got)
		}
		if wrong := unsafe(inPowerShell(got)); wrong != "" {
			t.Fatalf("%U of %q in PowerShell: %s in %q", r, category[r], wrong, inPowerShell(got))
		}
	}
}

func TestCleanedText(t *testing.T) {
	const asItIs = "as it is"
	for name, c := range map[string]struct{ text, want, windows string }{
		"our own words":          {"CRITICAL: incoming down (3/3) — 50 %; +91-80, #2 · since 10:42…", asItIs, asItIs},
		"a name with &":          {"R&D", asItIs, asItIs},
		"an apostrophe":          {"Owner's desk, owner’s desk", asItIs, asItIs},
		"Devanagari":             {"विक्रय विभाग १२", asItIs, asItIs},
		"Tamil":                  {"விற்பனை கொடுக்கும்", asItIs, asItIs},
		"Arabic and Chinese":     {"مبيعات 销售 𠀀", asItIs, asItIs},
		"composed later":         {"Cafe\u0301", asItIs, asItIs},
		"a conjunct":             {"र\u200d्य", asItIs, "र्य"},
		"a currency":             {"₹ 500 + €", asItIs, "500 +"},
		"PowerShell expression":  {"$(calc)", asItIs, "(calc)"},
		"PowerShell variable":    {"$env:USERNAME ${x}", asItIs, "env:USERNAME {x}"},
		"backticks":              {"`calc` `n", asItIs, "calc n"},
		"end of the string":      {`x"; Start-Process calc; "`, asItIs, "x'; Start-Process calc; '"},
		"after Go's escape":      {`\"; calc #`, asItIs, "'; calc #"},
		"single quotes":          {"'; calc; '", asItIs, asItIs},
		"curly single quotes":    {"a\u2018b\u2019c\u201Ad\u201Be", asItIs, "a\u2018b\u2019c d e"},
		"curly double quotes":    {"a\u201Cb\u201Dc\u201Ed\u201Fe", asItIs, "a'b'c'd e"},
		"angle quotes":           {"«a» ‹b›", asItIs, "a b"},
		"fullwidth forms":        {"a＂b＄c＇d｀e＜f＞g＆h", asItIs, "a b c d e f g h"},
		"letters like quotes":    {"a\u02BAb\u02CBc\u02BCd", asItIs, "a b c d"},
		"Greek backtick":         {"a\u1FEFb", asItIs, "a b"},
		"markup":                 {"<b>bold</b><img src=x>", asItIs, asItIs},
		"AppleScript":            {`" & (do shell script "id") & "`, asItIs, "' & (do shell script 'id') & '"},
		"bidi override":          {"a\u202Eb\u2066c\u2069\u200F", "abc", asItIs},
		"zero width":             {"a\u200Bb\uFEFFc\u2060d\u00ADe", "abcde", asItIs},
		"joiners":                {"\u200da \u200cb\u200d\u200d", "a b\u200d", "a b"},
		"NUL":                    {"a\x00b", "ab", asItIs},
		"escape sequence":        {"\x1b[31mred\x07", "[31mred", asItIs},
		"lines":                  {"a\r\nb\nc\td\u2028e\u0085f", "a b c d e f", asItIs},
		"spaces of all kinds":    {"  a\u00A0\u3000 b  ", "a b", asItIs},
		"invalid UTF-8":          {"a\xff\xc0\x80b\xe0\xa4", "ab", asItIs},
		"surrogates":             {"a\xed\xa0\x80b\xed\xbf\xbfc", "abc", asItIs},
		"private use":            {"a\uE000b\U0010FFFDc", "abc", asItIs},
		"tags":                   {"a\U000E0041b", "ab", asItIs},
		"emoji":                  {"Sales 📞\uFE0F Desk", asItIs, "Sales 📞 Desk"},
		"blank letters":          {"a\u3164b\u115Fc\uFFA0d", "abcd", asItIs},
		"mark at the start":      {"\u0301a", "a", asItIs},
		"mark on a sign":         {"a.\u0338b", "a.b", asItIs},
		"nothing":                {"", "", ""},
		"nothing left":           {"\u202E\x00\u200d", "", ""},
		"nothing left elsewhere": {"$`\\", asItIs, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if c.want == asItIs {
				c.want = c.text
			}
			if c.windows == asItIs {
				c.windows = c.want
			}
			got := clean(c.text, 100)
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if wrong := wellFormed(got, 100); wrong != "" {
				t.Errorf("%s in %q", wrong, got)
			}
			got = inPowerShell(got)
			if got != c.windows {
				t.Errorf("in PowerShell: got %q, want %q", got, c.windows)
			}
			if wrong := unsafe(got); wrong != "" {
				t.Errorf("in PowerShell: %s in %q", wrong, got)
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
		{"abc   \x00 ", 3, "abc"}, // what is lost does not count
		{"abcd  \x00 e", 5, "abcd…"},
		{"abc def", 5, "abc…"}, // no space before the dots
		{"abcd efg", 5, "abcd…"},
		{"abcd\u0301e", 5, "abcd…"},
		{"ab", 1, "…"},
		{"a", 1, "a"},
		{"a", 0, ""},
		{"a", -1, ""},
		{strings.Repeat("\x00", 1<<20) + "a", 5, "a"},
	} {
		got := clean(c.text, c.limit)
		if got != c.want {
			t.Errorf("%.20q to %d: got %q, want %q", c.text, c.limit, got, c.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, text := range []string{"", "Sales $(calc)", "a\xffb", "विक्रय", "a\u0301\u200b<b>&lt;", "“x”\r\n\u202e", "a b c d e f", "र\u200d्य 📞\ufe0f"} {
		f.Add(text, 5)
	}
	f.Fuzz(func(t *testing.T, text string, limit int) {
		limit = max(0, min(limit, 1000))
		if wrong := wellFormed(clean(text, limit), limit); wrong != "" {
			t.Errorf("%s in %q", wrong, clean(text, limit))
		}
		if wrong := unsafe(inPowerShell(clean(text, limit))); wrong != "" {
			t.Errorf("in PowerShell: %s in %q", wrong, inPowerShell(clean(text, limit)))
		}
	})
}
