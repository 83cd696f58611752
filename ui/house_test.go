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

// room is the top folder of a package of ours, "" for other packages.
func room(pkg string) string {
	inside, ours := strings.CutPrefix(pkg, module+"/")
	if !ours {
		return ""
	}
	top, _, _ := strings.Cut(inside, "/")
	return top
}

// TestImportDirections: main → ui → metrics, heartbeat → exotel. Calls and alerts are
// kept in files of one kind, so heartbeat knows of metrics what opens these.
func TestImportDirections(t *testing.T) {
	allowed := map[string][]string{
		"exotel":    {"exotel"},
		"heartbeat": {"heartbeat", "exotel", "metrics/dbfile"},
		"metrics":   {"metrics", "exotel"},
		"ui":        {"ui", "metrics", "heartbeat", "exotel", "assets"},
		"assets":    {"assets"},
	}
	// What the window uses: what is stored, links to its screens, newer versions,
	// the text for whoever helps, and tables.
	used := []string{"account", "config", "csvfile", "system/notify", "system/instance", "system/update", "system/diagnosis", "system/logfile"}
	for _, f := range moduleFiles(t) {
		top, _, _ := strings.Cut(f.dir, "/")
		for _, name := range f.imports() {
			to := room(name)
			if may, ruled := allowed[top]; ruled && to != "" && !slices.Contains(may, to) && !slices.Contains(may, strings.TrimPrefix(name, module+"/")) {
				t.Errorf("%s imports %s", f.path, name)
			}
			switch {
			case f.test:
			case f.dir == "ui" && to == "ui" && !slices.Contains(used, strings.TrimPrefix(name, module+"/ui/")):
				t.Errorf("%s imports %s: the window knows no other face of the program, and what the system keeps of it comes as Params", f.path, name)
			case f.dir == "exotel" && to == "exotel", f.dir == "metrics/dbfile" && to != "":
				t.Errorf("%s imports %s", f.path, name)
			}
		}
	}
}

// TestFyneStaysInItsRooms: only main and the window know Fyne, and only main its
// app package and what is below it, which need cgo.
func TestFyneStaysInItsRooms(t *testing.T) {
	for _, f := range moduleFiles(t) {
		isMain := !strings.Contains(f.path, "/")
		for _, name := range f.imports() {
			switch {
			case strings.HasPrefix(name, "github.com/go-gl/"):
				if f.path != "place.go" {
					t.Errorf("%s imports %s", f.path, name)
				}
			case !strings.HasPrefix(name, "fyne.io/"):
			case !isMain && f.dir != "ui":
				t.Errorf("%s imports %s", f.path, name)
			case !isMain && name == "fyne.io/fyne/v2/app":
				t.Errorf("%s imports %s: package ui must build without cgo", f.path, name)
			}
		}
	}
}

// TestOneHop: work leaves Fyne's goroutine and comes back to it in few places.
func TestOneHop(t *testing.T) {
	mayStart := []string{"ui/session.go", "ui/window.go"}
	for _, f := range moduleFiles(t) {
		if f.path == "ui/house_test.go" {
			continue
		}
		window := f.dir == "ui" && !f.test
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
					t.Errorf("%s uses widget.%s, which keeps the window's keys: see focus.go", f.path, name)
				}
			}
			return true
		})
	}
}
