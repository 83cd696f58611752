package archive

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exotel-monitor/exotel"
)

func TestTheFileIsForItsOwnerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "account", "calls.db")
	a := opened(t, path, india)
	put(t, a, monday, callAt(monday, 1, "one"))
	for _, name := range append(files(path), filepath.Dir(path)) {
		if mode := must(os.Stat(name))(t).Mode().Perm(); mode&0o077 != 0 {
			t.Errorf("%s: %o", name, mode)
		}
	}
}

func TestAFileOfANewerVersionIsRefusedAndLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "calls.db")
	a := opened(t, path, india)
	put(t, a, monday, callAt(monday, 1, "one"))
	check(t, a.Close())
	conn := must(sqlite.OpenConn(path))(t)
	check(t, sqlitex.ExecuteTransient(conn, "PRAGMA user_version = 99", nil))
	check(t, conn.Close())
	before := must(os.ReadFile(path))(t)
	if _, err := Open(t.Context(), path, india, quietLog); !errors.Is(err, errNewer) {
		t.Errorf("got %v", err)
	}
	if after := must(os.ReadFile(path))(t); !bytes.Equal(before, after) {
		t.Error("the file was changed")
	}
}

func TestADatabaseOfAnotherProgramIsRefusedAndLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "calls.db")
	conn := must(sqlite.OpenConn(path))(t)
	check(t, sqlitex.ExecScript(conn, "PRAGMA application_id = 7; PRAGMA user_version = 1; CREATE TABLE recipe (name TEXT)"))
	check(t, conn.Close())
	before := must(os.ReadFile(path))(t)
	if _, err := Open(t.Context(), path, india, quietLog); err == nil {
		t.Error("it was taken")
	}
	if after := must(os.ReadFile(path))(t); !bytes.Equal(before, after) {
		t.Error("the file was changed")
	}
}

func TestADamagedFileIsSetAsideAndANewOneBegun(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"no database":   func([]byte) []byte { return []byte(strings.Repeat("not a database ", 1000)) },
		"damaged pages": func(b []byte) []byte { copy(b[4096:], bytes.Repeat([]byte{0xA5}, len(b)-4096)); return b },
		"cut off":       func(b []byte) []byte { return b[:len(b)/2] },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "calls.db")
			a := opened(t, path, india)
			put(t, a, monday, manyCalls(500)...)
			check(t, a.Close())
			broken := damage(must(os.ReadFile(path))(t))
			check(t, os.WriteFile(path, broken, 0o600))
			var logged bytes.Buffer
			a = must(Open(t.Context(), path, india, slog.New(slog.NewTextHandler(&logged, nil))))(t)
			defer a.Close()
			if days := must(a.Days(t.Context()))(t); len(days) != 0 {
				t.Errorf("days: %v", days)
			}
			put(t, a, monday, callAt(monday, 1, "one"))
			expect(t, a, monday, callAt(monday, 1, "one"))
			aside := must(filepath.Glob(path + asideMark + "*"))(t)
			if len(aside) == 0 || !bytes.Equal(must(os.ReadFile(aside[0]))(t), broken) {
				t.Errorf("set aside: %v", aside)
			}
			if !strings.Contains(logged.String(), "damaged") {
				t.Errorf("logged: %s", &logged)
			}
		})
	}
}

func TestAFileWithoutItsVocabularyIsSetAside(t *testing.T) {
	for _, table := range []string{"kind", "address"} {
		t.Run(table, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "calls.db")
			a := opened(t, path, india)
			one, two := callAt(monday, 1, "one"), callAt(monday, 2, "two")
			two.To, two.Status = "sip:agent18", "busy"
			put(t, a, monday, one, two)
			check(t, sqlitex.Execute(a.writer, "DELETE FROM "+table+" WHERE id = 0", nil))
			check(t, a.Close())
			a = opened(t, path, india)
			expect(t, a, monday)
			if aside := must(filepath.Glob(path + asideMark + "*"))(t); len(aside) == 0 {
				t.Error("nothing was set aside")
			}
		})
	}
}

func TestADamagedRowIsReportedAndMendedByTheNextReading(t *testing.T) {
	for name, facts := range map[string][]byte{
		"empty":           {},
		"an unknown kind": {0xff, 0x7f},
		"cut off":         {0, 5},
	} {
		t.Run(name, func(t *testing.T) {
			a := newArchive(t)
			put(t, a, monday, callAt(monday, 1, "one"))
			check(t, sqlitex.Execute(a.writer, "UPDATE call SET facts = ?", &sqlitex.ExecOptions{Args: []any{facts}}))
			var failure error
			for _, failure = range a.Calls(t.Context(), monday.From, monday.To) {
			}
			if !errors.Is(failure, errDamaged) {
				t.Errorf("got %v", failure)
			}
			put(t, a, monday, callAt(monday, 1, "one"))
			expect(t, a, monday, callAt(monday, 1, "one"))
		})
	}
}

func TestNoCutOffRowIsTakenForAWholeOne(t *testing.T) {
	v := must(loadVocabulary(newArchive(t).writer))(t)
	call := callAt(monday, 1, "0f3c9a7be1d24c58a6b7c8d9e0f1162a")
	facts := v.pack(nil, &call, call.Created.Unix())
	u := unpacker{known: v.snapshot(), zone: india}
	for size := range facts {
		if got, err := u.call(&row{call.Created.Unix(), appendKey(nil, call.Sid), facts[:size]}); err == nil {
			t.Errorf("%d bytes of %d: %+v", size, len(facts), got)
		}
	}
}

func TestDamagedFactsAreReadOrRefused(t *testing.T) {
	v := must(loadVocabulary(newArchive(t).writer))(t)
	call := callAt(monday, 1, "one")
	call.Details.Legs[0].ID, call.Price = 7, "a price"
	facts := v.pack(nil, &call, call.Created.Unix())
	u := unpacker{known: v.snapshot(), zone: india}
	for at := range facts {
		for value := range 256 {
			broken := slices.Clone(facts)
			broken[at] = byte(value)
			got, err := u.call(&row{call.Created.Unix(), appendKey(nil, call.Sid), broken})
			if err == nil && got.Sid != call.Sid || err != nil && !errors.Is(err, errDamaged) {
				t.Errorf("byte %d = %d: %+v, %v", at, value, got, err)
			}
		}
	}
}

func TestAPlaceThatCannotBeUsedGivesASentence(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "a file")
	check(t, os.WriteFile(file, nil, 0o600))
	for _, path := range []string{filepath.Join(file, "calls.db"), folder} {
		_, err := Open(t.Context(), path, india, quietLog)
		if err == nil || !strings.Contains(err.Error(), "calls cannot be kept in "+path) {
			t.Errorf("%s: got %v", path, err)
		}
	}
}

func TestAFullDiskGivesASentenceAndLosesNothing(t *testing.T) {
	a := newArchive(t)
	old, more := callAt(monday, 1, "one"), manyCalls(2000)
	put(t, a, monday, old)
	check(t, sqlitex.ExecuteTransient(a.writer, "PRAGMA max_page_count = 20", nil))
	err := a.Put(t.Context(), monday, slices.Values(more))
	if sqlite.ErrCode(err).ToPrimary() != sqlite.ResultFull || !strings.Contains(err.Error(), "see that the disk has space") || strings.Contains(err.Error(), "98000") {
		t.Errorf("got %v", err)
	}
	expect(t, a, monday, old)
	check(t, sqlitex.ExecuteTransient(a.writer, "PRAGMA max_page_count = 1000000", nil))
	put(t, a, monday, more...)
	expect(t, a, monday, more...)
}

// manyCalls are different calls of Monday.
func manyCalls(n int) (calls []exotel.Call) {
	for i := range n {
		calls = append(calls, callAt(monday, i, fmt.Sprintf("%032x", i*0x9e3779b9)))
	}
	return calls
}

// A crash leaves a beginning of the log that SQLite writes before the file.
func TestACrashLeavesTheOldDayOrTheNew(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "calls.db")
	before, after := manyCalls(300), manyCalls(400)[100:]
	for i := range after {
		after[i].Status, after[i].Duration = "changed", 500
	}
	oldDay, newDay := monday.with(300, 300), monday.with(301, 301)
	a := opened(t, path, india)
	put(t, a, oldDay, before...)
	check(t, a.Close())
	a = opened(t, path, india)
	check(t, sqlitex.ExecuteTransient(a.writer, "PRAGMA cache_size = 5", nil)) // much of the log is written before the end
	put(t, a, newDay, after...)
	file, log := must(os.ReadFile(path))(t), must(os.ReadFile(path+"-wal"))(t)

	seen := map[string]int{}
	for cut := 0; ; cut = min(cut+1009, len(log)) {
		crashed := filepath.Join(folder, "crashed.db")
		check(t, os.WriteFile(crashed, file, 0o600))
		check(t, os.WriteFile(crashed+"-wal", log[:cut], 0o600))
		b := must(Open(t.Context(), crashed, india, quietLog))(t)
		calls, days := bySid(callsOf(t, b, monday)), must(b.Days(t.Context()))(t)
		switch {
		case reflect.DeepEqual(days, []Day{oldDay}) && reflect.DeepEqual(calls, bySid(before)):
			seen["old"]++
		case reflect.DeepEqual(days, []Day{newDay}) && reflect.DeepEqual(calls, bySid(after)):
			seen["new"]++
		default:
			t.Errorf("after %d of %d bytes: %d calls of %+v", cut, len(log), len(calls), days)
		}
		put(t, b, newDay, after...)
		expect(t, b, monday, after...)
		check(t, b.Close())
		for _, name := range append(files(crashed), crashed+lockMark) {
			if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
		}
		if cut == len(log) {
			break
		}
	}
	if seen["old"] < 20 || seen["new"] == 0 {
		t.Errorf("seen: %v", seen)
	}
}
