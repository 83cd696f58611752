package ui

import (
	"encoding/json"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"exotel-monitor/assets"
	"exotel-monitor/ui/text"
)

// plural is an entry of the catalogue for a text that counts something.
type plural struct{ One, Other string }

// englishPlurals reads the English catalogue, which has nothing but plurals: other
// texts are their own keys.
func englishPlurals(t *testing.T) map[string]plural {
	t.Helper()
	data, err := assets.Translations.ReadFile("translations/en.json")
	if err != nil {
		t.Fatal(err)
	}
	plurals := map[string]plural{}
	if err := json.Unmarshal(data, &plurals); err != nil {
		t.Fatal(err)
	}
	return plurals
}

// called returns the name of the function that a call calls.
func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

var verb = regexp.MustCompile(`%[0-9]*[sd%]`)

func TestEnglishCatalogueHasThePluralsOfTheCode(t *testing.T) {
	plurals, used := englishPlurals(t), map[string]bool{}
	for _, f := range moduleFiles(t) {
		if f.test || f.dir == "ui/text" && f.path == "ui/text/tr.go" {
			continue
		}
		ast.Inspect(f.File, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || called(call) != "TrN" {
				return true
			}
			literal, ok := call.Args[1].(*ast.BasicLit)
			if !ok {
				t.Errorf("%s: a text given to TrN is not written there", f.path)
				return true
			}
			many, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Error(f.path, err)
			}
			used[many] = true
			return true
		})
	}
	for many := range used {
		if entry := plurals[many]; entry.Other != many || entry.One == "" {
			t.Errorf("%q has the entry %+v in en.json", many, entry)
		}
	}
	for many, entry := range plurals {
		if !used[many] {
			t.Errorf("nobody uses %q", many)
		}
		if got, want := verb.FindAllString(entry.One, -1), verb.FindAllString(many, -1); !slices.Equal(got, want) {
			t.Errorf("%q has verbs %v, want %v", entry.One, got, want)
		}
	}
}

func TestTextsCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 calls", 1: "1 call", 2: "2 calls"} {
		if got := text.TrN(n, "%s calls", strconv.Itoa(n)); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
}

// sentence finds two words in a row.
var sentence = regexp.MustCompile(`[A-Za-z]{2,} [a-z]{2,}`)

// TestScreensSayNothingUntranslated finds sentences in the code of the screens that do
// not go through Tr or TrN. Errors and what is logged are not the screens' own.
func TestScreensSayNothingUntranslated(t *testing.T) {
	translates := []string{"Tr", "TrN", "LogError", "New", "Errorf", "Error", "Warn", "Info", "Debug"}
	for _, f := range moduleFiles(t) {
		if f.test || !slices.Contains(screens, f.dir) && f.dir != "ui" && f.dir != "ui/kit" && f.dir != "ui/chart" && f.dir != "ui/text" {
			continue
		}
		ast.Inspect(f.File, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				return !slices.Contains(translates, called(n))
			case *ast.BasicLit:
				if written, err := strconv.Unquote(n.Value); n.Kind == token.STRING && err == nil && sentence.MatchString(written) && !strings.HasPrefix(written, "Exotel Monitor") && !strings.HasPrefix(written, "<") {
					t.Errorf("%s: %q does not go through Tr", f.path, written)
				}
			}
			return true
		})
	}
}
