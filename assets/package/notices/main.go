// Notices prints the licences of everything that is compiled into the program,
// as their authors ask of whoever hands it on. Each line of its standard input
// is a folder or a file to look for licences in, a tab, and whose they are.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var isLicence = regexp.MustCompile(`(?i)^([a-z]+-)?(licen[cs]e|copying|copyright|notice|patents)([-_.].*)?$`)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "notices: "+err.Error())
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	var text bytes.Buffer
	text.WriteString("Exotel Monitor contains the works of others, under these licences.\n")
	works := bufio.NewScanner(in)
	count := 0
	for works.Scan() {
		place, work, named := strings.Cut(works.Text(), "\t")
		if !named {
			return fmt.Errorf("%q is not a folder, a tab and a name", works.Text())
		}
		files, err := licences(place)
		if err != nil {
			return err
		}
		if len(files) == 0 {
			return fmt.Errorf("no licence of %s is in %s", work, place)
		}
		for _, file := range files {
			licence, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			fmt.Fprintf(&text, "\n%s\n%s: %s\n\n%s\n", strings.Repeat("=", 72), work, filepath.Base(file), bytes.TrimSpace(licence))
		}
		count++
	}
	if err := works.Err(); err != nil {
		return err
	}
	if count == 0 {
		return errors.New("nothing was named")
	}
	_, err := text.WriteTo(out)
	return err
}

// licences lists them, in the folder and those below it; test data and editors'
// settings are not part of the program.
func licences(place string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(place, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "testdata" || entry.Name()[0] == '.'):
			return filepath.SkipDir
		case entry.Type().IsRegular() && isLicence.MatchString(entry.Name()) && filepath.Ext(path) != ".go":
			found = append(found, path)
		}
		return nil
	})
	return found, err
}
