package ui

import (
	"encoding/json"
	"flag"
	"go/ast"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"exotel-monitor/assets"
	"exotel-monitor/exotel"
	"exotel-monitor/ui/config"
)

var rewrite = flag.Bool("update", false, "write the texts of the code into the English catalogue")

// translators define tr and trN.
var translators = map[string]bool{"ui/text.go": true, "heartbeat/alert/rules.go": true}

// codeTexts are the English texts that the window's and the alerts' code uses.
func codeTexts(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, f := range moduleFiles(t) {
		if f.dir != "ui" && f.dir != "heartbeat/alert" || f.test {
			continue
		}
		ast.Inspect(f.File, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			name := ""
			switch f := call.Fun.(type) {
			case *ast.Ident:
				name = f.Name
			case *ast.SelectorExpr: // rules.tr of alerts
				name = f.Sel.Name
			}
			if translators[f.path] {
				return true
			}
			var args []ast.Expr
			switch name {
			case "tr":
				args = call.Args[:1]
			case "trN":
				args = call.Args[1:3]
			}
			for _, arg := range args {
				literal, ok := arg.(*ast.BasicLit)
				if !ok {
					t.Errorf("%s: a text given to %s is not written there", f.path, name)
					continue
				}
				text, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Errorf("%s: %v", f.path, err)
				}
				texts[text] = text
			}
			return true
		})
	}
	for _, text := range exotel.Texts() {
		texts[text] = text
	}
	for _, err := range []error{config.ErrNoDefault, config.ErrLocked, config.ErrNoKeyring} {
		texts[sentence(err.Error())] = sentence(err.Error())
	}
	for _, err := range storeReasons {
		texts[err.Error()] = err.Error()
	}
	return texts
}

func TestEnglishCatalogueIsTheCodes(t *testing.T) {
	const file = "../assets/translations/en.json"
	want := codeTexts(t)
	if *rewrite {
		var out strings.Builder
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(want); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got := catalogue(t, "translations/en.json")
	for text := range want {
		if _, ok := got[text]; !ok {
			t.Errorf("not in the catalogue: %q (go test ./ui -run Catalogue -update)", text)
		}
	}
	for key, text := range got {
		if key != text {
			t.Errorf("%q reads %q: the English texts are their own keys", key, text)
		}
		if _, ok := want[key]; !ok {
			t.Errorf("nobody uses %q", key)
		}
	}
	if len(want) < 100 {
		t.Errorf("only %d texts found in the code", len(want))
	}
}

var verb = regexp.MustCompile(`%[0-9]*[sd%]`)

// TestCataloguesKeepTheVerbs holds translations to the arguments of their texts.
func TestCataloguesKeepTheVerbs(t *testing.T) {
	files, err := fs.Glob(assets.Translations, "translations/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		for key, text := range catalogue(t, file) {
			if got, want := verb.FindAllString(text, -1), verb.FindAllString(key, -1); !slices.Equal(got, want) {
				t.Errorf("%s: %q has verbs %v, want %v", file, text, got, want)
			}
			if strings.Contains(text, "{{") {
				t.Errorf("%s: %q would be taken for a template", file, text)
			}
		}
	}
}

func catalogue(t *testing.T, file string) map[string]string {
	t.Helper()
	data, err := assets.Translations.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	if err := json.Unmarshal(data, &texts); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return texts
}

func TestTextsCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 calls", 1: "1 call", 2: "2 calls"} {
		if got := trN(n, "%s call", "%s calls", strconv.Itoa(n)); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
}
