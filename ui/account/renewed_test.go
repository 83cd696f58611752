package account

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	"exotel-monitor/metrics/refresh"
)

func TestCallsThatAreLostInUseAreBegunAnew(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // nobody can remove a file that is open there
	}
	whole := metrics.Period{From: day, To: day}
	for name, lose := range map[string]func(Files) error{
		"removed": func(f Files) error { return os.Remove(f.Calls) },
		"removed with all beside it": func(f Files) error {
			return errors.Join(os.Remove(f.Calls), os.Remove(f.Calls+"-wal"), os.Remove(f.Calls+"-shm"))
		},
		"removed with the folder": func(f Files) error { return os.RemoveAll(filepath.Dir(f.Calls)) },
		"replaced": func(f Files) error {
			return errors.Join(os.Remove(f.Calls), os.WriteFile(f.Calls, []byte(strings.Repeat("other ", 1000)), 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := files(t.TempDir())
			s, log := openLogged(t, f)
			if err := s.Calls.SetExoPhones(t.Context(), []exotel.ExoPhone{{SID: "phone1", Number: "08040000010"}}); err != nil {
				t.Fatal(err)
			}
			put(t, s, "one")
			before, _ := s.Calls.Revision(t.Context())
			if err := lose(f); err != nil {
				t.Fatal(err)
			}
			var users sync.WaitGroup
			for range 8 {
				users.Go(func() {
					if days, err := s.Calls.Days(t.Context(), whole); err != nil || len(days) != 0 {
						t.Errorf("%d days are known, %v", len(days), err)
					}
				})
			}
			users.Wait()
			if after, err := s.Calls.Revision(t.Context()); after == before || err != nil {
				t.Errorf("revision %d as before, %v", after, err)
			}
			if n := strings.Count(log.String(), "were removed while the program ran; they are fetched again"); n != 1 {
				t.Errorf("logged %d times: %s", n, log)
			}
			call := exotel.Call{Sid: "two", Created: day.In(exotel.India), ExoPhone: "phone1", Status: exotel.StatusCompleted}
			if err := s.Calls.Put(t.Context(), calls.Batch{Date: day, Calls: []exotel.Call{call}}); err != nil {
				t.Fatal(err)
			}
			s.Close()
			again, _ := open(t, f)
			buckets, err := again.Calls.Group(t.Context(), calls.Query{Period: whole}, calls.ByLine)
			if err != nil || len(buckets) != 1 || buckets[0].Calls != 1 || buckets[0].Line != "08040000010" {
				t.Errorf("%+v, %v", buckets, err)
			}
		})
	}
}

// damage damages the file of the calls. The first page, which is left, says only that
// it is a database.
func damage(t *testing.T, f Files) {
	t.Helper()
	file, err := os.OpenFile(f.Calls, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, err := file.Stat()
	if err == nil {
		_, err = file.WriteAt([]byte(strings.Repeat("\xA5", int(info.Size())-4096)), 4096)
	}
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestCallsThatAreFoundDamagedInUseAreSetAside(t *testing.T) {
	f := files(t.TempDir())
	s, _ := open(t, f)
	put(t, s, "one")
	s.Close()
	s, log := openLogged(t, f)
	damage(t, f)
	put(t, s, "two")
	if n := count(t, s); n != 1 {
		t.Errorf("%d calls", n)
	}
	if aside, _ := filepath.Glob(f.Calls + ".damaged-*"); len(aside) == 0 || !strings.Contains(log.String(), "the calls will be fetched again") {
		t.Errorf("set aside: %v, logged: %s", aside, log)
	}
}

func TestCallsThatAreLostInUseAreFetchedAgain(t *testing.T) {
	for name, lose := range map[string]func(*testing.T, Files){
		"damaged": damage,
		"removed": func(t *testing.T, f Files) {
			if err := os.Remove(f.Calls); err != nil {
				t.Fatal(err)
			}
		},
	} {
		if name == "removed" && runtime.GOOS == "windows" {
			continue // nobody can remove a file that is open there
		}
		t.Run(name, func(t *testing.T) {
			account := exoteltest.New(exoteltest.Options{})
			past := time.Now().In(exotel.India).AddDate(0, 0, -10)
			sample := metrics.DateOf(past)
			account.Add(exoteltest.SampleDay(past, exotel.India)...)
			server, err := exoteltest.Start(account)
			if err != nil {
				t.Fatal(err)
			}
			defer server.Close()
			client, err := exotel.New(exotel.Options{BaseURL: server.URL, SID: "acme1", Key: "key", Token: "token", Zone: exotel.India, RatePerMinute: -1})
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			f := files(t.TempDir())
			expectSample := func(s *Store) {
				fetcher := refresh.NewFetcher(client, s.Calls, refresh.Options{})
				view, err := fetcher.Load(t.Context(), metrics.Period{From: sample, To: sample}, time.Hour, nil)
				if err != nil {
					t.Fatal(err)
				}
				sum, view, err := view.Summary(t.Context(), metrics.Filter{})
				if err != nil || !view.Complete() || sum.Calls() != 1247 || fetcher.SaveErr() != nil {
					t.Errorf("%+v, %v, not saved because of %v", sum, err, fetcher.SaveErr())
				}
			}
			s, _ := open(t, f)
			expectSample(s)
			s.Close() // nothing of the file is remembered then
			s, log := openLogged(t, f)
			lose(t, f)
			expectSample(s)
			if !strings.Contains(log.String(), "fetched again") {
				t.Errorf("logged: %s", log)
			}
		})
	}
}

func TestCallsThatAreLostForGoodAreKeptInMemoryUntilAFileCanBeMade(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // nobody can remove a file that is open there
	}
	f := files(t.TempDir())
	s, log := openLogged(t, f)
	put(t, s, "one")
	accounts := filepath.Dir(filepath.Dir(f.Calls))
	if err := errors.Join(os.RemoveAll(accounts), os.WriteFile(accounts, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Calls.Group(t.Context(), calls.Query{}); !errors.Is(err, ErrLost) {
		t.Errorf("got %v", err)
	}
	if n := count(t, s); n != 0 {
		t.Errorf("%d calls", n)
	}
	call := exotel.Call{Sid: "two", Created: day.In(exotel.India).Add(time.Hour), Status: exotel.StatusCompleted}
	batch := calls.Batch{Date: day, Calls: []exotel.Call{call}, Replace: true, UpdateDay: func(*calls.Day, int, int) *calls.Day {
		return &calls.Day{Date: day, ReadAt: day.Add(1).In(exotel.India)}
	}}
	for range 2 {
		err := s.Calls.Put(t.Context(), batch)
		if _, unsaved := errors.AsType[*calls.UnsavedError](err); !unsaved || !strings.Contains(err.Error(), "calls cannot be saved in "+f.Calls) {
			t.Errorf("got %v", err)
		}
	}
	days, err := s.Calls.Days(t.Context(), metrics.Period{From: day, To: day})
	if n := count(t, s); n != 1 || err != nil || len(days) != 1 || !days[0].Unsaved {
		t.Errorf("%d calls, %+v, %v", n, days, err)
	}
	if n := strings.Count(log.String(), "calls are not saved"); n != 1 {
		t.Errorf("logged %d times: %s", n, log)
	}
	if err := os.Remove(accounts); err != nil {
		t.Fatal(err)
	}
	if err := s.Calls.Put(t.Context(), batch); err != nil {
		t.Error(err)
	}
	s.Close()
	again, _ := open(t, f)
	if n := count(t, again); n != 1 {
		t.Errorf("%d calls are saved", n)
	}
}

func TestNoQuestionAboutLostCallsIsAnsweredWithNone(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // nobody can remove a file that is open there
	}
	for name, ask := range map[string]func(calls.Store) error{
		"Group": func(s calls.Store) error {
			_, err := s.Group(t.Context(), calls.Query{})
			return err
		},
		"Calls": func(s calls.Store) (err error) {
			for _, err = range s.Calls(t.Context(), calls.Query{}) {
			}
			return err
		},
	} {
		f := files(t.TempDir())
		s, _ := open(t, f)
		put(t, s, "one")
		if err := os.Remove(f.Calls); err != nil {
			t.Fatal(err)
		}
		for i, want := range []error{ErrLost, nil} {
			if err := ask(s.Calls); !errors.Is(err, want) {
				t.Errorf("%s, question %d: got %v", name, i+1, err)
			}
		}
	}
}

func TestClosedCallsStayClosed(t *testing.T) {
	f := files(t.TempDir())
	s, _ := open(t, f)
	s.Close()
	if err := os.RemoveAll(filepath.Dir(f.Calls)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Calls.Days(t.Context(), metrics.Period{From: day, To: day}); err == nil {
		t.Error("they can be asked")
	}
	if _, err := os.Stat(f.Calls); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file is there again: %v", err)
	}
}
