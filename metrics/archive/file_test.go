package archive

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics/archive/file"
)

func TestAFileWithoutItsVocabularyIsSetAside(t *testing.T) {
	for _, table := range []string{"kind", "address"} {
		t.Run(table, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "calls.db")
			a := opened(t, path, india)
			one, two := callAt(monday, 1, "one"), callAt(monday, 2, "two")
			two.To, two.Status = "sip:agent18", "busy"
			put(t, a, monday, one, two)
			meddle(t, a, "DELETE FROM "+table+" WHERE id = 0")
			check(t, a.Close())
			a = opened(t, path, india)
			expect(t, a, monday)
			if aside := must(filepath.Glob(path + ".damaged-*"))(t); len(aside) == 0 {
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
			meddle(t, a, "UPDATE call SET facts = ?", facts)
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
	v := newArchive(t).vocabulary
	call := callAt(monday, 1, "0f3c9a7be1d24c58a6b7c8d9e0f1162a")
	facts := v.pack(nil, &call, call.Created.Unix())
	u := unpacker{known: v.snapshot(), zone: india}
	for size := range facts {
		if got, err := u.call(&row{call.Created.Unix(), appendKey(nil, call.Sid), facts[:size]}); err == nil {
			t.Errorf("%d bytes of %d: %+v", size, len(facts), got)
		}
	}
}

// Version 2 of the file added fields to a row; a row without them is as it was.
func TestARowOfVersionOneIsStillRead(t *testing.T) {
	v := newArchive(t).vocabulary
	call := callAt(monday, 1, "0f3c9a7be1d24c58a6b7c8d9e0f1162a")
	call.Extra = ""
	v.pack(nil, &call, call.Created.Unix()) // makes the kind and the address
	facts := must(hex.DecodeString("0060020296038aa08488a40205ce068c010f3c9a7be1d24c58a6b7c8d9e0f116206d47040900"))(t)
	u := unpacker{known: v.snapshot(), zone: india}
	got := must(u.call(&row{call.Created.Unix(), appendKey(nil, call.Sid), facts}))(t)
	if !reflect.DeepEqual(got, call) {
		t.Errorf("got  %+v\nwant %+v", got, call)
	}
	if want := traits(62); v.kinds[0].has != want {
		t.Errorf("its kind has %b, not %b", v.kinds[0].has, want)
	}
}

func TestDamagedFactsAreReadOrRefused(t *testing.T) {
	v := newArchive(t).vocabulary
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

func TestAFullDiskGivesASentenceAndLosesNothing(t *testing.T) {
	a := newArchive(t)
	old, more := callAt(monday, 1, "one"), manyCalls(2000)
	put(t, a, monday, old)
	meddle(t, a, "PRAGMA max_page_count = 20")
	err := tryPut(t.Context(), a, monday, more...)
	if !errors.Is(err, file.ErrFull) || strings.Contains(err.Error(), "98000") {
		t.Errorf("got %v", err)
	}
	expect(t, a, monday, old)
	meddle(t, a, "PRAGMA max_page_count = 1000000")
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
	before, read := manyCalls(300), manyCalls(400)[100:]
	for i := range read {
		read[i].Status, read[i].Duration = "changed", 500
	}
	t.Run("kept", func(t *testing.T) { crash(t, before, read, read, put) })
	t.Run("updated", func(t *testing.T) {
		crash(t, before, read, slices.Concat(before[:100], read), func(t testing.TB, a *Archive, d Day, calls ...exotel.Call) {
			t.Helper()
			update(t, a, d, calls...)
		})
	})
}

func crash(t *testing.T, before, read, after []exotel.Call, write func(testing.TB, *Archive, Day, ...exotel.Call)) {
	folder := t.TempDir()
	path := filepath.Join(folder, "calls.db")
	oldDay, newDay := monday.with(300, 300), monday.with(301, 301)
	a := opened(t, path, india)
	put(t, a, oldDay, before...)
	check(t, a.Close())
	a = opened(t, path, india)
	meddle(t, a, "PRAGMA cache_size = 5") // much of the log is written before the end
	write(t, a, newDay, read...)
	old, log := must(os.ReadFile(path))(t), must(os.ReadFile(path+"-wal"))(t)

	seen := map[string]int{}
	for cut := 0; ; cut = min(cut+1009, len(log)) {
		crashed := filepath.Join(folder, "crashed.db")
		check(t, os.WriteFile(crashed, old, 0o600))
		check(t, os.WriteFile(crashed+"-wal", log[:cut], 0o600))
		f := must(file.Open(t.Context(), crashed, quietLog))(t)
		b := must(New(t.Context(), f, india))(t)
		calls, days := bySid(callsOf(t, b, monday)), must(b.Days(t.Context()))(t)
		switch {
		case reflect.DeepEqual(days, []Day{oldDay}) && reflect.DeepEqual(calls, bySid(before)):
			seen["old"]++
		case reflect.DeepEqual(days, []Day{newDay}) && reflect.DeepEqual(calls, bySid(after)):
			seen["new"]++
		default:
			t.Errorf("after %d of %d bytes: %d calls of %+v", cut, len(log), len(calls), days)
		}
		write(t, b, newDay, read...)
		expect(t, b, monday, after...)
		check(t, f.Close())
		for _, mark := range []string{"", "-wal", "-shm", ".lock"} {
			if err := os.Remove(crashed + mark); err != nil && !errors.Is(err, fs.ErrNotExist) {
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
