package sqlite_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"exotel-monitor/exotel"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/calls/sqlite"
)

// madeDays are saved by saveForever: first by pages, then whole.
const (
	madeDays    = 40
	callsOfADay = 120
)

func madeDay(n int) (date metrics.Date, of []exotel.Call) {
	date = october.From.Add(n)
	for i := range callsOfADay {
		of = append(of, exotel.Call{
			Sid: fmt.Sprint(n, "-", i), Created: date.In(exotel.India).Add(time.Duration(i) * time.Minute), Status: exotel.StatusCompleted,
			From: fmt.Sprintf("098%08d", i), Direction: exotel.DirectionInbound, Duration: 7,
		})
	}
	return date, of
}

// saveForever saves made-up days, and prints the number of each that is saved.
func saveForever(path string) error {
	store, err := sqlite.Open(context.Background(), path, exotel.India, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	for n := range madeDays {
		if err := saveDay(store, n); err != nil {
			return errors.Join(err, store.Close())
		}
		if err := printLine(n); err != nil {
			return err
		}
	}
	return store.Close()
}

func openAndClose(path string) error {
	store, err := sqlite.Open(context.Background(), path, exotel.India, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	return store.Close()
}

func saveDay(store calls.Store, n int) error {
	date, of := madeDay(n)
	ctx := context.Background()
	if err := store.Put(ctx, calls.Batch{Date: date, Calls: of[:50]}); err != nil {
		return err
	}
	return store.Put(ctx, calls.Batch{Date: date, Calls: of, Replace: true, UpdateDay: func(_ *calls.Day, stored, _ int) *calls.Day {
		return &calls.Day{Announced: stored, Received: stored, ReadAt: date.Add(1).In(exotel.India), Complete: true}
	}})
}

// expectWhole expects that each day is there whole, by its first page or not at all,
// and that the figures, the list and the days agree. It returns how many are whole.
func expectWhole(t *testing.T, store calls.Store) (whole int) {
	t.Helper()
	q := calls.Query{Now: october.From.Add(100).In(exotel.India)}
	buckets, err := store.Group(t.Context(), q, calls.ByDay)
	if err != nil {
		t.Fatal(err)
	}
	counted, listed := map[metrics.Date]int{}, map[metrics.Date]int{}
	for _, b := range buckets {
		counted[b.Day] = b.Calls
	}
	for call, err := range store.Calls(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		listed[metrics.DateOf(call.Created)]++
	}
	days, err := store.Days(t.Context(), metrics.Period{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range days {
		want := 50
		if d.Complete {
			want = callsOfADay
			whole++
		}
		if d.Damaged || d.Stored != want || counted[d.Date] != want || listed[d.Date] != want {
			t.Errorf("%+v: %d counted, %d listed", d, counted[d.Date], listed[d.Date])
		}
	}
	if len(counted) != len(days) || len(listed) != len(days) {
		t.Errorf("%d days, %d counted, %d listed", len(days), len(counted), len(listed))
	}
	return whole
}

func TestNothingThatWasSavedIsLostWhenItIsKilled(t *testing.T) {
	const kills = 20
	path := newPath(t)
	random := rand.New(rand.NewPCG(1, 2))
	for range kills {
		command := process("save", path)
		out, err := command.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		saved := -1
		lines := bufio.NewScanner(out)
		for until := random.IntN(6); saved < until && lines.Scan(); {
			if err := json.Unmarshal(lines.Bytes(), &saved); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Duration(random.IntN(5000)) * time.Microsecond)
		_ = command.Process.Kill()
		for lines.Scan() {
			_ = json.Unmarshal(lines.Bytes(), &saved)
		}
		_ = command.Wait()
		store := open(t, path, exotel.India)
		if whole := expectWhole(t, store); whole < saved+1 {
			t.Errorf("%d days were saved, %d are there", saved+1, whole)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		if random.IntN(4) == 0 {
			if err := os.RemoveAll(filepath.Dir(path)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestALogThatIsCutOffTakesBackWholeSaves(t *testing.T) {
	path := newPath(t)
	store := open(t, path, exotel.India)
	for n := range 8 {
		if err := saveDay(store, n); err != nil {
			t.Fatal(err)
		}
	}
	database, log := contents(t, path), contents(t, path+"-wal")
	seen := map[int]bool{}
	for i := range 12 {
		cut := newPath(t)
		if err := os.MkdirAll(filepath.Dir(cut), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, cut, database)
		write(t, cut+"-wal", log[:len(log)*i/12+i])
		seen[expectWhole(t, open(t, cut, exotel.India))] = true
	}
	if len(seen) < 4 {
		t.Errorf("only %v whole days were seen", seen)
	}
}

func TestTwoProcessesSaveAtOnce(t *testing.T) {
	path := newPath(t)
	other := process("save", path)
	var complaints strings.Builder
	other.Stderr = &complaints
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	store := open(t, path, exotel.India)
	const mine = 60 // days behind those of the other process
	for n := mine; n < mine+20; n++ {
		if err := saveDay(store, n); err != nil {
			t.Error(err)
		}
	}
	if err := other.Wait(); err != nil {
		t.Errorf("%v: %s", err, complaints.String())
	}
	if whole := expectWhole(t, store); whole != madeDays+20 {
		t.Errorf("%d days", whole)
	}
}

// The last process that closes the file removes its log. One that takes itself for the
// last takes the log away from those that write to it.
func TestASecondOpeningKeepsTheFileInUse(t *testing.T) {
	path := newPath(t)
	store := open(t, path, exotel.India)
	for n := range 2 {
		if err := saveDay(store, n); err != nil {
			t.Fatal(err)
		}
		if err := openAndClose(path); err != nil {
			t.Fatal(err)
		}
		if err := process("open", path).Run(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path + "-wal"); err != nil {
			t.Error(err)
		}
		if whole := expectWhole(t, store); whole != n+1 {
			t.Errorf("%d days are whole, not %d", whole, n+1)
		}
	}
}

func TestManyOpenANewFileAtOnce(t *testing.T) {
	path := newPath(t)
	var work errgroup.Group
	for range 8 {
		work.Go(func() error {
			store, err := sqlite.Open(t.Context(), path, exotel.India, slog.New(slog.DiscardHandler))
			if err != nil {
				return err
			}
			return errors.Join(store.WriteErr(), store.Put(t.Context(), calls.Batch{Date: october.From}), store.Close())
		})
	}
	if err := work.Wait(); err != nil {
		t.Error(err)
	}
}
