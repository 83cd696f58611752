package account

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/refresh"
	"exotel-monitor/ui/config"
)

// wire carries requests to an account without a network, so that time can be fake.
type wire struct{ http.Handler }

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, r)
	return recorder.Result(), r.Context().Err()
}

// process is a copy of the program that works on an account.
type process struct {
	*Account
	shown  atomic.Pointer[refresh.Snapshot]
	stored atomic.Pointer[Stored]
	stop   func()

	mu    sync.Mutex
	notes []alert.Note
}

// told returns what was told so far.
func (p *process) told() []alert.Note {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.notes)
}

func startProcess(t *testing.T, server *exoteltest.Account, dir string) *process {
	t.Helper()
	client, err := exotel.New(exotel.Options{
		BaseURL: "https://api.exotel.com", SID: "acme1", Key: "key", Token: "token", Transport: wire{server},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := config.Default()
	s.KeepMonths, s.Health.PullMinutes = 1, 1
	p := &process{}
	p.Account = New(Options{
		Client: client, Settings: s, Files: Files{Calls: filepath.Join(dir, "calls.db"), Record: filepath.Join(dir, "incidents.db")},
		Send: func(_ context.Context, n journal.Delivery) (journal.DeliveryState, error) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.notes = append(p.notes, n.Note)
			return journal.Accepted, nil
		},
		Events: Events{Snapshot: func(s refresh.Snapshot) { p.shown.Store(&s) }, Stored: func(s Stored) { p.stored.Store(&s) }},
		Log:    slog.New(slog.DiscardHandler),
	})
	ctx, cancel := context.WithCancel(context.Background())
	if err := p.Open(ctx); err != nil {
		t.Fatal(err)
	}
	var work sync.WaitGroup
	work.Go(func() { p.Run(ctx) })
	p.stop = sync.OnceFunc(func() {
		cancel()
		work.Wait()
		p.Close()
	})
	return p
}

func TestOneProcessFetchesStoresAndTellsForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := exoteltest.New(exoteltest.Options{CallsPerDay: 100})
		began := time.Now()
		server.Add(exotel.Call{Sid: "live", Created: began, Started: began, Ended: began.Add(time.Hour), Status: "completed", Direction: "inbound", Duration: 3600})
		dir := t.TempDir()
		first := startProcess(t, server, dir)
		defer first.stop()
		time.Sleep(2 * time.Minute)
		server.ResetStats()
		second := startProcess(t, server, dir)
		defer second.stop()
		const minutes = 5
		time.Sleep(minutes * time.Minute)
		synctest.Wait()
		if !errors.Is(second.stored.Load().Unkept, file.ErrInUse) || second.Parts().Filler != nil {
			t.Errorf("the second fills the store, too: %v", second.stored.Load().Unkept)
		}
		if !second.shown.Load().Complete || second.shown.Load().Stale() || second.shown.Load().SaveErr != nil {
			t.Errorf("the second shows complete %v, stale %v, %v", second.shown.Load().Complete, second.shown.Load().Stale(), second.shown.Load().SaveErr)
		}
		if second.shown.Load().LiveOutdated || second.shown.Load().Summary.Counts[metrics.Live] == 0 {
			t.Errorf("of %d live calls the second does not know whether they are over", second.shown.Load().Summary.Counts[metrics.Live])
		}
		if n := server.Stats().ByPath["/v1/Accounts/acme1/Calls.json"]; n > minutes*2+2 {
			t.Errorf("%d requests for calls in %d minutes", n, minutes)
		}

		// A line goes down: the first tells, the second does not.
		phone := server.Phones()[0]
		phone.Incoming = "major_outage"
		server.SetPhone(phone)
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		if len(first.told()) != 1 || len(second.told()) != 0 {
			t.Errorf("the first told %d times, the second %d times", len(first.told()), len(second.told()))
		}

		first.stop()
		time.Sleep(time.Minute)
		synctest.Wait()
		if p := second.Parts(); p.Filler == nil || p.Store.RecordErr != nil || second.stored.Load().Unkept != nil {
			t.Errorf("the second has not taken over: %v, %v", p.Store.RecordErr, second.stored.Load().Unkept)
		}
		if !second.stored.Load().Filling.Done() {
			t.Errorf("the second knows of %d of %d days", second.stored.Load().Filling.Days, second.stored.Load().Filling.Total)
		}
		phone.Incoming = "active"
		server.SetPhone(phone)
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		if len(second.told()) != 1 || second.told()[0].Kind != alert.Recovery {
			t.Errorf("the second told %+v", second.told())
		}
		if s := second.shown.Load(); !s.Complete || s.Stale() || s.Period.To != metrics.DateOf(s.Now) {
			t.Errorf("in the end complete %v, stale %v", s.Complete, s.Stale())
		}
	})
}

// What happens must be told, whatever the process that ended has left.
func TestAProcessTellsThoughItCannotUseTheRecordThatItTakesOver(t *testing.T) {
	for name, spoil := range map[string]string{
		"of a newer version": "PRAGMA user_version = 1000",
		"that cannot be read": `INSERT INTO alert (level, worst, opened, closed, acknowledged, untold, told, reminded, announced, held, done)
				VALUES ('WARNING', 'WARNING', 1, 0, 0, 0, 0, 0, 0, 0, 0);
			INSERT INTO incident VALUES (NULL, last_insert_rowid(), 'key', '', '', 'incoming', 'partial_outage', 'no JSON', 1, 0)`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := exoteltest.New(exoteltest.Options{})
				dir := t.TempDir()
				first := startProcess(t, server, dir)
				defer first.stop()
				second := startProcess(t, server, dir)
				defer second.stop()
				time.Sleep(time.Minute)
				first.stop()
				conn, err := sqlite.OpenConn(filepath.Join(dir, "incidents.db"), sqlite.OpenReadWrite)
				if err != nil {
					t.Fatal(err)
				}
				if err := errors.Join(sqlitex.ExecuteScript(conn, spoil, nil), conn.Close()); err != nil {
					t.Fatal(err)
				}
				phone := server.Phones()[0]
				phone.Incoming = "major_outage"
				server.SetPhone(phone)
				time.Sleep(5 * time.Minute)
				synctest.Wait()
				if trouble := second.Parts().Monitor.Snapshot().RecordErr; len(second.told()) != 1 || trouble == nil || errors.Is(trouble, file.ErrInUse) {
					t.Errorf("told %d times, trouble: %v", len(second.told()), trouble)
				}
			})
		})
	}
}

func TestOneProcessTellsThoughTheFilesOfBothWereRemoved(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // it removes no file that is open
	}
	synctest.Test(t, func(t *testing.T) {
		server := exoteltest.New(exoteltest.Options{})
		dir := filepath.Join(t.TempDir(), "account")
		first := startProcess(t, server, dir)
		defer first.stop()
		second := startProcess(t, server, dir)
		defer second.stop()
		time.Sleep(time.Minute)
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		phone := server.Phones()[0]
		phone.Incoming = "major_outage"
		server.SetPhone(phone)
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if len(first.told())+len(second.told()) != 1 {
			t.Errorf("the first told %d times, the second %d times", len(first.told()), len(second.told()))
		}
	})
}
