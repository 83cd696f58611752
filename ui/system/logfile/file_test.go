package logfile

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

func mustOpen(t *testing.T, dir string, most int64) *File {
	t.Helper()
	f, err := open(dir, most)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func mustWrite(t *testing.T, w io.Writer, record string) {
	t.Helper()
	if n, err := io.WriteString(w, record); err != nil || n != len(record) {
		t.Fatalf("Write returned %d, %v", n, err)
	}
}

// contents is what the files of a folder hold.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	held := map[string]string{}
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range found {
		data, err := os.ReadFile(filepath.Join(dir, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		held[file.Name()] = string(data)
	}
	return held
}

func TestAFullFileIsKeptAndANewOneBegun(t *testing.T) {
	dir := t.TempDir()
	f := mustOpen(t, dir, 10)
	for i := range 11 {
		mustWrite(t, f, fmt.Sprintf("%04d\n", i))
	}
	want := map[string]string{
		Name: "0010\n", Name + ".1": "0008\n0009\n", Name + ".2": "0006\n0007\n", Name + ".3": "0004\n0005\n",
	}
	if got := contents(t, dir); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the folder holds %q, want %q", got, want)
	}
}

func TestARecordIsNeverTorn(t *testing.T) {
	dir := t.TempDir()
	f := mustOpen(t, dir, 10)
	long := strings.Repeat("x", 30)
	for _, record := range []string{"short", long, "short"} {
		mustWrite(t, f, record)
	}
	want := map[string]string{Name: "short", Name + ".1": long, Name + ".2": "short"}
	if got := contents(t, dir); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the folder holds %q, want %q", got, want)
	}
}

func TestAFileGoesOnAfterARestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	for _, record := range []string{"first\n", "second\n"} {
		f, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		mustWrite(t, f, record)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if got := contents(t, dir)[Name]; got != "first\nsecond\n" {
		t.Errorf("it holds %q", got)
	}
}

func TestAFileHasAMegabyte(t *testing.T) {
	dir := t.TempDir()
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	half := strings.Repeat("x", 1<<19)
	for range 3 {
		mustWrite(t, f, half)
	}
	if got := contents(t, dir); len(got[Name+".1"]) != 1<<20 || len(got[Name]) != 1<<19 || len(got) != 2 {
		t.Errorf("%d files, of %d and %d bytes", len(got), len(got[Name+".1"]), len(got[Name]))
	}
}

func TestAfterCloseNothingIsWritten(t *testing.T) {
	f := mustOpen(t, t.TempDir(), most)
	for range 2 {
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := io.WriteString(f, "late"); !errors.Is(err, os.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

// TestAFileThatCannotBeBegunIsTriedAgain without losing the old ones meanwhile.
func TestAFileThatCannotBeBegunIsTriedAgain(t *testing.T) {
	dir := t.TempDir()
	f := mustOpen(t, dir, 5)
	mustWrite(t, f, "full\n")
	// As if the folder were gone, which Windows does not allow while the file is open.
	f.path = filepath.Join(dir, "missing", Name)
	for range 2 * old {
		if _, err := io.WriteString(f, "lost\n"); err == nil {
			t.Fatal("written into nothing")
		}
	}
	f.path = filepath.Join(dir, Name)
	mustWrite(t, f, "again")
	if got := contents(t, dir)[Name]; got != "full\nagain" {
		t.Errorf("it holds %q", got)
	}
}

func TestWhereNoFileCanBeTheErrorSaysWhatToDo(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, Name), 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{dir, filepath.Join(file, "data")} {
		if f, err := Open(dir); err == nil || !strings.Contains(err.Error(), "--data") {
			t.Errorf("%v, %v", f, err)
		}
	}
}

func TestManyWriteAtOnce(t *testing.T) {
	dir := t.TempDir()
	f := mustOpen(t, dir, most)
	var writers sync.WaitGroup
	for i := range 8 {
		writers.Go(func() {
			log := slog.New(slog.NewTextHandler(f, nil))
			for range 50 {
				log.Warn("busy", "writer", i)
				f.Tail(1)
			}
		})
	}
	writers.Wait()
	if got := f.Tail(1000); len(got) != 400 {
		t.Errorf("%d warnings of 400 arrived", len(got))
	}
}

func TestTailIsTheLastWarningsAndErrors(t *testing.T) {
	dir := t.TempDir()
	f := mustOpen(t, dir, 200)
	log := slog.New(slog.NewTextHandler(f, nil))
	if got := f.Tail(3); len(got) != 0 {
		t.Errorf("at first it is %q", got)
	}
	for i := range 6 {
		log.Info("level=ERROR is what this only says")
		log.Warn("warned\ntime=now level=ERROR", "n", i)
		log.Error("failed", "n", i)
	}
	_ = f.Close()
	f = mustOpen(t, dir, 200) // as after a restart
	var said []string
	for _, line := range f.Tail(3) {
		_, rest, _ := strings.Cut(line, " ")
		said = append(said, rest)
	}
	want := []string{`level=ERROR msg=failed n=4`, `level=WARN msg="warned\ntime=now level=ERROR" n=5`, `level=ERROR msg=failed n=5`}
	if !slices.Equal(said, want) {
		t.Errorf("it is %q, want %q", said, want)
	}
}
