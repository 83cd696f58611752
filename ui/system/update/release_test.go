package update

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestVersionsAreComparedByTheirParts(t *testing.T) {
	for _, test := range []struct {
		offered, current string
		newer            bool
	}{
		{"1.2.0", "1.1.0", true},
		{"v1.2.0", "1.1.0", true},
		{"1.2.0", "v1.1.0", true},
		{" 1.2.0\n", "1.1.0", true},
		{"1.10.0", "1.9.0", true},
		{"2.0.0", "1.99.99", true},
		{"1.2", "1.1.9", true},
		{"2", "1.9.9", true},
		{"1.2.0", "1.2.0", false},
		{"1.2", "1.2.0", false},
		{"1.1.9", "1.2.0", false},
		{"1.2.0+build.7", "1.2.0", false},
		{"1.2.0-rc.1", "1.1.0", false},
		{"9.0.0-beta", "1.1.0", false},
		{"1.2.0-rc.2", "1.2.0-rc.1", true},
		{"1.2.0-rc.10", "1.2.0-rc.9", true},
		{"1.3.0-beta", "1.2.0-rc.1", true},
		{"1.2.0", "1.2.0-rc.1", true},
		{"1.1.0", "1.2.0-rc.1", false},
		{"1.2.0-rc.1", "1.2.0", false},
	} {
		offered, okOffered := canonical(test.offered)
		current, okCurrent := canonical(test.current)
		if !okOffered || !okCurrent {
			t.Errorf("%q or %q is no version", test.offered, test.current)
		}
		if got := newer(offered, current); got != test.newer {
			t.Errorf("%q after %q: newer is %v", test.offered, test.current, got)
		}
	}
}

func TestWhatIsNoVersionIsNone(t *testing.T) {
	for _, text := range []string{"", "v", "vv1.0.0", "one", "1.0.0.0", "01.2.3", "1.2.0 beta", "1.2.0\n", "-1.0.0", "1.0.0-" + strings.Repeat("a", 64)} {
		if version, ok := canonical(text); ok && strings.TrimSpace(text) == text {
			t.Errorf("%q is %s", text, version)
		}
	}
}

func TestADownloadIsForTheSystemOrThePage(t *testing.T) {
	release, err := parse([]byte(feed))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ goos, goarch, packaging, want string }{
		{"linux", "amd64", "deb", "https://example.com/monitor_1.2.0_amd64.deb"},
		{"linux", "amd64", "rpm", "https://example.com/monitor-1.2.0.x86_64.rpm"},
		{"linux", "amd64", "tar", "https://example.com/releases/1.2.0"},
		{"linux", "amd64", "", "https://example.com/releases/1.2.0"},
		{"linux", "arm64", "deb", "https://example.com/releases/1.2.0"},
		{"windows", "amd64", "", "https://example.com/monitor-1.2.0-setup.exe"},
		{"windows", "arm64", "", "https://example.com/releases/1.2.0"},
		{"darwin", "arm64", "", "https://example.com/monitor-1.2.0.dmg"},
		{"darwin", "amd64", "", "https://example.com/monitor-1.2.0.dmg"},
	} {
		if got := release.Download(test.goos, test.goarch, test.packaging); got != test.want {
			t.Errorf("%s %s %s: %s", test.goos, test.goarch, test.packaging, got)
		}
	}
}

func TestAFeedNeedsVersionAndPage(t *testing.T) {
	for body, want := range map[string]string{
		`{"version":"1.2.0","page":"https://example.com/"}`:                              "",
		`{"version":"v1.2.0","page":"https://example.com/","news":[1],"downloads":null}`: "",
		`{}`:                              "no version",
		`null`:                            "no version",
		`[]`:                              "cannot be read",
		`"1"`:                             "cannot be read",
		`{"page":"https://example.com/"}`: "no version",
		`{"version":"latest","page":"https://example.com/"}`:                        "no version",
		`{"version":1.2,"page":"https://example.com/"}`:                             "cannot be read",
		`{"version":"1.2.0","page":"https://example.com/","published":"yesterday"}`: "cannot be read",
		`{"version":"1.2.0"}`: "page is no https",
		`{"version":"1.2.0","page":"https://example.com/","downloads":{"darwin":""}}`:         "downloads is no https",
		`{"version":"1.2.0","page":"https://example.com/","downloads":{"x":"http://a.com/"}}`: "downloads is no https",
	} {
		_, err := parse([]byte(body))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestOnlyPlainHTTPSAddressesAreOpened(t *testing.T) {
	for text, right := range map[string]bool{
		"https://example.com":                              true,
		"https://example.com:8443/a/b-1.2_3.deb?x=1&y=2#n": true,
		"HTTPS://example.com/":                             true,
		"https://[2001:db8::1]/x":                          true,
		"http://example.com/":                              false,
		"http://localhost/":                                false,
		"javascript:alert(1)":                              false,
		"file:///etc/passwd":                               false,
		"//example.com/":                                   false,
		"/releases":                                        false,
		"https:///x":                                       false,
		"https:example.com":                                false,
		"https://me@example.com/":                          false,
		"https://me:pw@example.com/":                       false,
		`https://example.com/?"&calc.exe`:                  false,
		"https://example.com/`x`":                          false,
		`https://example.com\x`:                            false,
		"https://example.com/a b":                          false,
		"https://example.com/\n":                           false,
		"https://еxample.com/":                             false, // its first letter is Cyrillic
		"https://example.com/" + strings.Repeat("a", 2048): false,
	} {
		if got, ok := link(text); ok != right || ok && !strings.HasPrefix(got, "https://") {
			t.Errorf("%q is %q, %v", text, got, ok)
		}
	}
}

func TestNotesAreCleanedAndBounded(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  "",
		"  \n\n ":                           "",
		"one\r\ntwo\rthree\u2028four":       "one\ntwo\nthree\nfour",
		"one\n\n\n\n\ntwo \t\n":             "one\n\ntwo",
		"\x1b[31mred\x1b[0m \x00\x07bell":   "[31mred[0m bell",
		"\u202egnp.exe\u202c \u2066x\u2069": "gnp.exe x",
		"tab\tand\u00a0space":               "tab and space",
		"क्\u200dष and \xff\xfe":            "क्\u200dष and ",
		strings.Repeat("ä", 4001):           strings.Repeat("ä", 3999) + "…",
	} {
		if got := clean(text, longestNotes); got != strings.TrimRight(want, " ") {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// FuzzParse: whatever a feed holds, what comes out of it can be shown and opened.
func FuzzParse(f *testing.F) {
	f.Add([]byte(feed))
	f.Add([]byte(`{"version":"1","page":"https://a","notes":"\u202e\u0007","downloads":{"a":"https://b/%2f"}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		release, err := parse(body)
		if err != nil {
			return
		}
		addresses := []string{release.Page}
		for _, address := range release.downloads {
			addresses = append(addresses, address)
		}
		for _, address := range addresses {
			if again, ok := link(address); !ok || again != address {
				t.Errorf("address %q", address)
			}
		}
		odd := func(r rune) bool { return r != '\n' && unicode.IsControl(r) }
		if strings.ContainsFunc(release.Notes, odd) || utf8.RuneCountInString(release.Notes) > longestNotes {
			t.Errorf("notes %q", release.Notes)
		}
		if again := clean(release.Notes, longestNotes); again != release.Notes {
			t.Errorf("notes %q, cleaned again %q", release.Notes, again)
		}
		if _, ok := canonical(release.Version); !ok || strings.HasPrefix(release.Version, "v") {
			t.Errorf("version %q", release.Version)
		}
	})
}
