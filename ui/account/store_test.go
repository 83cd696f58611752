package account

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/ui/config"
)

var day = metrics.Date{Year: 2026, Month: time.November, Day: 19}

// open opens files and returns what was logged of them.
func open(t *testing.T, f Files) (*Store, string) {
	t.Helper()
	s, log := openLogged(t, f)
	return s, log.String()
}

// openLogged opens files and returns what is logged of them from now on.
func openLogged(t *testing.T, f Files) (*Store, *strings.Builder) {
	t.Helper()
	var text strings.Builder
	s, err := Open(t.Context(), f, exotel.India, slog.New(slog.NewTextHandler(&text, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, &text
}

func files(dir string) Files {
	return FilesOf(config.Credentials{BaseURL: "api.exotel.com", SID: "acme1"}, dir)
}

// put saves a call of a whole day.
func put(t *testing.T, s *Store, sid string) {
	t.Helper()
	call := exotel.Call{Sid: sid, Created: day.In(exotel.India).Add(time.Hour), Status: exotel.StatusCompleted}
	err := s.Calls.Put(t.Context(), calls.Batch{Date: day, Calls: []exotel.Call{call}, UpdateDay: func(*calls.Day, int, int) *calls.Day {
		return &calls.Day{Date: day, ReadAt: day.Add(1).In(exotel.India)}
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// count returns how many calls are stored of the day.
func count(t *testing.T, s *Store) (n int) {
	t.Helper()
	for _, err := range s.Calls.Calls(t.Context(), calls.Query{Period: metrics.Period{From: day, To: day}}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

func TestWhatIsSavedIsThereAtTheNextStart(t *testing.T) {
	f := files(t.TempDir())
	s, log := open(t, f)
	if s.CallsErr != nil || s.RecordErr != nil || s.Temporary() || log != "" {
		t.Errorf("%v, %v, logged: %s", s.CallsErr, s.RecordErr, log)
	}
	put(t, s, "one")
	if size, err := f.Size(); err != nil || size == 0 {
		t.Errorf("%d bytes, %v", size, err)
	}
	s.Close()
	again, _ := open(t, f)
	if n := count(t, again); n != 1 {
		t.Errorf("%d calls", n)
	}
}

func TestNothingIsLeftInMemory(t *testing.T) {
	t.Chdir(t.TempDir())
	s, _ := open(t, InMemory)
	put(t, s, "one")
	if n := count(t, s); n != 1 || !s.Temporary() || s.CallsErr != nil || s.RecordErr != nil {
		t.Errorf("%d calls, %v, %v", n, s.CallsErr, s.RecordErr)
	}
	s.Close()
	if left, err := os.ReadDir("."); err != nil || len(left) != 0 {
		t.Errorf("on the disk: %v, %v", left, err)
	}
}

func TestASecondCopySharesTheCallsAndReadsTheRecord(t *testing.T) {
	f := files(t.TempDir())
	first, _ := open(t, f)
	second, _ := open(t, f)
	if !errors.Is(second.RecordErr, file.ErrInUse) || second.CallsErr != nil || second.Temporary() {
		t.Errorf("%v, %v", second.RecordErr, second.CallsErr)
	}
	put(t, first, "one")
	put(t, second, "two")
	if a, b := count(t, first), count(t, second); a != 2 || b != 2 {
		t.Errorf("%d and %d calls", a, b)
	}
	now := time.UnixMilli(1_795_000_000_000)
	if err := journal.New(first.Record).SaveNewest(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	record := journal.New(second.Record)
	if at, err := record.Newest(t.Context()); err != nil || !at.Equal(now) {
		t.Errorf("the record says %v, %v", at, err)
	}
	if err := record.SaveNewest(t.Context(), now); !errors.Is(err, file.ErrInUse) {
		t.Errorf("got %v", err)
	}
}

func TestWhereNothingCanBeWrittenItGoesOnInMemory(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "accounts"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s, log := open(t, files(dir))
	put(t, s, "one")
	if n := count(t, s); n != 1 || !s.Temporary() || s.CallsErr == nil || s.RecordErr == nil {
		t.Errorf("%d calls, %v, %v", n, s.CallsErr, s.RecordErr)
	}
	for _, want := range []string{"calls are not saved", "alerts are not recorded"} {
		if !strings.Contains(log, want) {
			t.Errorf("%q is not logged: %s", want, log)
		}
	}
}

func TestDamagedCallsAreSetAsideAndSpokenOf(t *testing.T) {
	f := files(t.TempDir())
	s, _ := open(t, f)
	put(t, s, "one")
	s.Close()
	if err := os.WriteFile(f.Calls, []byte(strings.Repeat("not a database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	s, log := open(t, f)
	if n := count(t, s); n != 0 || s.CallsErr != nil || !strings.Contains(log, "the calls will be fetched again") {
		t.Errorf("%d calls, %v, logged: %s", n, s.CallsErr, log)
	}
}
