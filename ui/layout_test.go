package ui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "exotel-monitor"

// sourceFile is one Go file of the module.
type sourceFile struct {
	*ast.File
	path, dir string // with slashes, from the module's root; dir "." is main
	test      bool
}

// moduleFiles parses every Go file of the module.
func moduleFiles(t *testing.T) []sourceFile {
	t.Helper()
	root := ".."
	var files []sourceFile
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name != root && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		rel = filepath.ToSlash(rel)
		files = append(files, sourceFile{parsed, rel, path.Dir(rel), strings.HasSuffix(rel, "_test.go")})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func (f sourceFile) imports() []string {
	var list []string
	for _, spec := range f.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		list = append(list, name)
	}
	return list
}

// screens are the packages of which each is a screen.
var screens = []string{"ui/alerts", "ui/calls", "ui/connect", "ui/dashboard", "ui/data", "ui/line", "ui/settings"}

// layers lists, for a package or a folder of packages that ends in "/", what it may
// import of ours. A package that is not listed follows its longest folder.
var layers = map[string][]string{
	"exotel":               {},
	"exotel/exoteltest":    {"exotel"},
	"heartbeat/":           {"heartbeat/", "exotel", "metrics/dbfile"},
	"metrics/":             {"metrics/", "exotel"},
	"metrics/dbfile":       {},
	"assets/":              {"assets/"},
	"ui":                   {"ui/", "metrics/", "heartbeat/", "exotel", "assets"},
	"ui/account":           {"ui/config", "metrics/", "heartbeat/", "exotel"},
	"ui/cli":               {"ui/account", "ui/config", "ui/csvfile", "ui/jsonapi", "ui/system/", "metrics/", "heartbeat/", "exotel", "exotel/exoteltest"},
	"ui/config":            {"ui/system/update", "metrics/", "heartbeat/", "exotel"},
	"ui/csvfile":           {"metrics/", "heartbeat/", "exotel"},
	"ui/e2e":               {"ui/", "metrics/", "heartbeat/", "exotel", "exotel/exoteltest"},
	"ui/jsonapi":           {"metrics/", "heartbeat/", "exotel"},
	"ui/system/":           {"ui/config", "ui/system/", "heartbeat/", "exotel"},
	"ui/text":              {"ui/account", "ui/config", "ui/system/notify", "metrics/", "heartbeat/", "exotel", "assets"},
	"ui/kit":               {"ui/text", "heartbeat/", "exotel"},
	"ui/chart":             {"ui/text", "ui/kit", "metrics/", "heartbeat/"},
	"ui/uitest":            {"ui/text", "ui/kit"},
	"ui/uitest/sample":     {"metrics/", "heartbeat/", "exotel"},
	"metrics/calls/sqlite": {"metrics/", "exotel"},
	"assets/package/icons": {"assets"},
	"ui/system/diagnosis":  {"ui/config", "ui/system/", "exotel"},
	"ui/system/instance":   {},
	"ui/system/update":     {},
	"ui/system/autostart":  {"heartbeat/smallfile"},
	"ui/system/logfile":    {"heartbeat/smallfile"},
}

// screenImports is what a screen may import of ours: no other screen.
var screenImports = []string{"ui/kit", "ui/chart", "ui/text", "ui/account", "ui/config", "ui/system/", "metrics/", "heartbeat/", "exotel"}

// allowedFor returns what a package may import; all is true for the main package.
func allowedFor(dir string) (list []string, all bool) {
	if dir == "." {
		return nil, true
	}
	if slices.Contains(screens, dir) {
		return screenImports, false
	}
	for folder := dir; ; folder = path.Dir(folder) {
		if list, ok := layers[folder]; ok && folder == dir {
			return list, false
		}
		if list, ok := layers[folder+"/"]; ok {
			return list, false
		}
		if folder == "." {
			return nil, false
		}
	}
}

func imports(list []string, pkg string) bool {
	return slices.ContainsFunc(list, func(to string) bool {
		return to == pkg || strings.HasSuffix(to, "/") && strings.HasPrefix(pkg+"/", to)
	})
}

// TestImportsRunOneWay: main, the window, its screens, what these share, the calls and
// the lines, Exotel. Tests may use the fake account and what tests screens, too.
func TestImportsRunOneWay(t *testing.T) {
	for _, f := range moduleFiles(t) {
		list, all := allowedFor(f.dir)
		for _, name := range f.imports() {
			pkg, ours := strings.CutPrefix(name, module+"/")
			if !ours || all || f.test || imports(list, pkg) {
				continue
			}
			t.Errorf("%s imports %s", f.path, name)
		}
	}
}

// TestFyneStaysInTheWindow: only main, the window and its screens import Fyne, and only
// main its app package and what is below it, which need cgo.
func TestFyneStaysInTheWindow(t *testing.T) {
	draws := append([]string{".", "ui", "ui/kit", "ui/chart", "ui/text", "ui/uitest"}, screens...)
	for _, f := range moduleFiles(t) {
		for _, name := range f.imports() {
			switch {
			case strings.HasPrefix(name, "github.com/go-gl/"):
				if f.path != "place.go" {
					t.Errorf("%s imports %s", f.path, name)
				}
			case !strings.HasPrefix(name, "fyne.io/"):
			case !slices.Contains(draws, f.dir):
				t.Errorf("%s imports %s", f.path, name)
			case f.dir != "." && name == "fyne.io/fyne/v2/app":
				t.Errorf("%s imports %s: the window must build without cgo", f.path, name)
			}
		}
	}
}

// TestOneHop: work leaves Fyne's goroutine and comes back to it in few places.
func TestOneHop(t *testing.T) {
	mayStart := []string{"ui/session.go", "ui/window.go"}
	for _, f := range moduleFiles(t) {
		if f.path == "ui/layout_test.go" {
			continue
		}
		window := !f.test && (f.dir == "ui" || f.dir == "ui/kit" || f.dir == "ui/chart" || slices.Contains(screens, f.dir))
		ast.Inspect(f.File, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				if window {
					t.Errorf("%s starts a goroutine that nobody waits for", f.path)
				}
			case *ast.SelectorExpr:
				name := n.Sel.Name
				from, _ := n.X.(*ast.Ident)
				switch {
				case name == "DoAndWait":
					t.Errorf("%s: DoAndWait waits for itself when called on Fyne's goroutine", f.path)
				case from != nil && from.Name == "fyne" && name == "Do" && f.path != "main.go":
					t.Errorf("%s calls fyne.Do: use the session's post", f.path)
				case window && (name == "Go" || name == "AfterFunc" || name == "Post") && !slices.Contains(mayStart, f.path):
					t.Errorf("%s uses %s", f.path, name)
				case window && from != nil && from.Name == "widget" && slices.Contains([]string{"NewButton", "NewButtonWithIcon", "NewEntry", "NewPasswordEntry", "NewDateEntry"}, name):
					t.Errorf("%s uses widget.%s, which keeps the window's keys: see kit/focus.go", f.path, name)
				}
			}
			return true
		})
	}
}
