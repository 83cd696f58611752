package exotel

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	lineOfComment = regexp.MustCompile(`\n\s*// `)
	citation      = regexp.MustCompile(`API\.md, ([A-Z][a-z]+[A-Za-z ]*)`)
	heading       = regexp.MustCompile(`(?m)^## (.+)$`)
)

// TestCommentsCiteSectionsOfAPIThatExist looks into the comments of all packages, and
// for sections that no comment cites.
func TestCommentsCiteSectionsOfAPIThatExist(t *testing.T) {
	page, err := os.ReadFile("API.md")
	if err != nil {
		t.Fatal(err)
	}
	cited := map[string]bool{}
	for _, section := range heading.FindAllStringSubmatch(string(page), -1) {
		cited[section[1]] = false
	}
	err = filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "apidoc_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, found := range citation.FindAllStringSubmatch(lineOfComment.ReplaceAllString(string(source), " "), -1) {
			known := false
			for section := range cited {
				if found[1] == section || strings.HasPrefix(found[1], section+" ") {
					known, cited[section] = true, true
				}
			}
			if !known {
				t.Errorf("%s cites a section %q", path, found[1])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for section, ok := range cited {
		if !ok {
			t.Errorf("no comment cites the section %q", section)
		}
	}
}
