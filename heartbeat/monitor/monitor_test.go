package monitor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal"
	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/metrics/dbfile"
)

// post is one of Exotel's, as of now.
func post(level string, incoming ...string) []byte {
	list := "null"
	if len(incoming) > 0 {
		list = fmt.Sprintf("%q", incoming)
		list = "[" + list[1:len(list)-1] + "]"
	}
	return fmt.Appendf(nil, `{"timestamp":%q,"status_type":%q,"incoming_affected":%s,"outgoing_affected":null,"data":{}}`, time.Now().Format(time.RFC3339Nano), level, list)
}

// rig is a watch on a file, and the user it tells.
type rig struct {
	*Monitor
	t        *testing.T
	file     *file.File
	journal  *journal.Journal
	mu       sync.Mutex
	notes    []string
	alerts   []int64 // the IDs that the notes came with
	pictures []Snapshot
	refuse   error
	stop     func()
}

// start starts a watch on the file at path, as the program does.
func start(t *testing.T, path string, change func(*Options)) *rig {
	t.Helper()
	f, err := file.Open(context.Background(), path, journal.Schema, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return startOn(t, f, change)
}

// startOn starts a watch on a file, which it closes in the end.
func startOn(t *testing.T, f *file.File, change func(*Options)) *rig {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	j := journal.New(f)
	r := &rig{t: t, file: f, journal: j}
	o := Options{
		Journal: j, PushEvery: 5 * time.Minute, PollEvery: 5 * time.Minute, Log: log,
		Now: time.Now, ClockProven: func() bool { return true },
		Rules: alert.Rules{Critical: true, Warning: true, Zone: time.UTC},
		Send: func(_ context.Context, n journal.Delivery) (journal.DeliveryState, error) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.notes = append(r.notes, string(n.Kind)+": "+n.Title)
			r.alerts = append(r.alerts, n.AlertID)
			if r.refuse != nil {
				return journal.Refused, r.refuse
			}
			return journal.Accepted, nil
		},
		Publish: func(p Snapshot) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.pictures = append(r.pictures, p)
		},
	}
	if change != nil {
		change(&o)
	}
	var err error
	if r.Monitor, err = New(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); r.Run(ctx) }()
	r.stop = func() {
		cancel()
		<-ended
		_ = f.Close()
	}
	time.Sleep(time.Second)
	return r
}

func (r *rig) push(body []byte) bool {
	ok := r.Heartbeat(body)
	time.Sleep(time.Second)
	return ok
}

func (r *rig) told(want ...string) {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Equal(r.notes, want) {
		r.t.Errorf("told %q, want %q", r.notes, want)
	}
}

// published returns how many pictures there were, and the last.
func (r *rig) published() (int, Snapshot) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.pictures) == 0 {
		return 0, Snapshot{}
	}
	return len(r.pictures), r.pictures[len(r.pictures)-1]
}

// inTime runs a test in fake time, with a place for a file.
func inTime(t *testing.T, f func(t *testing.T, path string)) {
	path := filepath.Join(t.TempDir(), "calls.db")
	synctest.Test(t, func(t *testing.T) { f(t, path) })
}

// Where nothing can be written, each start begins with the same copy of the record.
func TestAnOldAlertInARecordThatCannotBeWrittenIsOver(t *testing.T) {
	for name, acknowledged := range map[string]bool{"acknowledged": true, "not acknowledged": false} {
		t.Run(name, func(t *testing.T) {
			inTime(t, func(t *testing.T, path string) {
				r := start(t, path, nil)
				r.push(post("CRITICAL", "08040000001"))
				if acknowledged {
					r.Acknowledge()
					time.Sleep(time.Second)
				}
				r.stop()
				for range 2 {
					time.Sleep(30 * 24 * time.Hour)
					r := start(t, path, func(o *Options) {
						copied, err := file.Copy(context.Background(), path, journal.Schema)
						if err != nil {
							t.Fatal(err)
						}
						t.Cleanup(func() { _ = copied.Close() })
						o.Journal, o.RecordErr = journal.New(copied), dbfile.ErrUnwritable
						if err := o.Journal.CloseAll(context.Background()); err != nil {
							t.Fatal(err)
						}
					})
					if p := r.Snapshot(); p.Alert != nil {
						t.Errorf("it lasts: %+v", p.Alert)
					}
					r.push(post("OK"))
					r.push(post("OK"))
					r.told()
					r.push(post("CRITICAL", "08040000001"))
					r.told("announcement: CRITICAL: incoming down on 1 number")
					r.stop()
				}
			})
		})
	}
}

func TestCriticalIsToldOnceAndItsEndOnce(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		r.push(post("CRITICAL", "08040000001"))
		r.push(post("CRITICAL", "08040000001"))
		r.told("announcement: CRITICAL: incoming down on 1 number")
		if p := r.Snapshot(); p.Health.Level != heartbeat.Critical || p.Alert == nil || len(p.Alert.Incidents) != 1 {
			t.Errorf("got %+v", p)
		}
		r.push(post("OK"))
		r.push(post("OK"))
		r.told("announcement: CRITICAL: incoming down on 1 number", "recovery: OK again: 08040000001")
		if p := r.Snapshot(); p.Health.Level != heartbeat.OK || p.Alert != nil {
			t.Errorf("got %+v", p)
		}
		r.stop()
	})
}

func TestASecondCopyShowsWhatTheFirstRecordsAndDoesNothingItself(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		first := start(t, path, nil)
		first.push(post("WARNING", "08040000001"))
		f, err := file.Follow(context.Background(), path, journal.Schema)
		if err != nil {
			t.Fatal(err)
		}
		var log strings.Builder
		second := startOn(t, f, func(o *Options) {
			o.RecordErr, o.Log = file.ErrInUse, slog.New(slog.NewTextHandler(&log, nil))
		})
		told := -1
		expect := func(what string, isNew bool) {
			t.Helper()
			time.Sleep(2 * evaluateEvery)
			p, want := second.Snapshot(), first.Snapshot()
			if fmt.Sprintf("%+v", p.Alert) != fmt.Sprintf("%+v", want.Alert) || !p.SnoozedUntil.Equal(want.SnoozedUntil) || !errors.Is(p.RecordErr, file.ErrInUse) {
				t.Errorf("%s: got %+v, snoozed until %v, %v\nwant %+v, %v", what, p.Alert, p.SnoozedUntil, p.RecordErr, want.Alert, want.SnoozedUntil)
			}
			if (p.Revision != told) != isNew {
				t.Errorf("%s: the list is old: %t", what, !isNew)
			}
			told = p.Revision
		}
		expect("an alert of before", true)
		second.push(post("WARNING", "08040000003")) // the first has not heard of it
		second.Acknowledge()
		second.Snooze(time.Now().Add(time.Hour))
		second.Heartbeat([]byte("odd"))
		expect("what only the second learns", false)
		first.Acknowledge()
		expect("acknowledged", true)
		first.push(post("CRITICAL", "08040000001"))
		expect("a worse level", true)
		first.push(post("OK"))
		first.push(post("OK"))
		expect("the end", true)
		entries, err := second.journal.Alerts(context.Background(), journal.Filter{}, 9)
		if err != nil || len(entries) != 1 || len(entries[0].Deliveries) != 3 {
			t.Errorf("got %+v, %v", entries, err)
		}
		second.told()
		first.stop()
		if err := os.Remove(path); err == nil { // Windows keeps it
			time.Sleep(2 * evaluateEvery)
			if p := second.Snapshot(); !errors.Is(p.RecordErr, file.ErrLost) || errors.Is(p.RecordErr, file.ErrInUse) {
				t.Errorf("the record is gone: got %v", p.RecordErr)
			}
		}
		if second.stop(); log.Len() > 0 {
			t.Errorf("logged %s", &log)
		}
	})
}

func TestARestartTellsNothingAgain(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		r.push(post("WARNING", "08040000001"))
		r.Acknowledge()
		r.Snooze(time.Now().Add(time.Hour))
		time.Sleep(time.Second)
		r.stop()
		r = start(t, path, nil)
		if p := r.Snapshot(); p.Health.Level != heartbeat.Unknown || p.Alert == nil || p.Alert.Acknowledged.IsZero() || p.SnoozedUntil.IsZero() {
			t.Errorf("after the restart: %+v", p)
		}
		r.push(post("WARNING", "08040000001"))
		r.told()
		r.stop()
	})
}

func TestALineIsUpSinceBeforeTheRestart(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		p := &phones{}
		r := start(t, path, func(o *Options) { o.Source = p })
		since := r.Snapshot().Health.Phones[0].Incoming.Since
		r.stop()
		time.Sleep(time.Minute)
		r = start(t, path, func(o *Options) { o.Source = p })
		if got := r.Snapshot().Health.Phones[0].Incoming; got.State != heartbeat.Up || got.Since.Sub(since).Abs() > time.Second {
			t.Errorf("up since %v, was since %v", got.Since, since)
		}
		r.stop()
	})
}

func TestTheWindowKnowsWithoutTheDisk(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		if err := r.file.Close(); err != nil {
			t.Fatal(err)
		}
		r.push(post("CRITICAL", "08040000001"))
		r.mu.Lock()
		first := r.pictures[0]
		r.mu.Unlock()
		// That the disk failed is not known yet: this picture did not wait for it.
		if first.Health.Level != heartbeat.Critical || first.Alert == nil || first.RecordErr != nil {
			t.Errorf("the first picture: %+v", first)
		}
		r.stop()
	})
}

func TestAnOlderHeartbeatIsNoNewsAfterARestartEither(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		old := post("CRITICAL", "08040000001")
		time.Sleep(time.Minute)
		r.push(post("OK"))
		r.stop()
		r = start(t, path, nil)
		r.push(old)
		r.told()
		r.stop()
	})
}

func TestAClockThatIsSlowDoesNotAgeAHeartbeat(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		r := start(t, path, func(o *Options) { o.Now = func() time.Time { return time.Now().Add(20 * time.Minute) } })
		body := fmt.Appendf(nil, `{"timestamp":%q,"status_type":"CRITICAL"}`, time.Now().Add(20*time.Minute).Format(time.RFC3339))
		r.push(body)
		if level := r.Snapshot().Health.Level; level != heartbeat.Critical {
			t.Errorf("just received: %s", level)
		}
		r.stop()
	})
}

func TestWhatIsChosenJustBeforeTheEndIsRecorded(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		r.push(post("WARNING", "08040000001"))
		r.Acknowledge()
		r.stop()
		r = start(t, path, nil)
		if p := r.Snapshot(); p.Alert == nil || p.Alert.Acknowledged.IsZero() {
			t.Errorf("after the restart: %+v", p.Alert)
		}
		r.stop()
	})
}

func TestANotificationThatTheEndInterruptsIsRemindedOf(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		r := start(t, path, func(o *Options) {
			o.Send = func(ctx context.Context, _ journal.Delivery) (journal.DeliveryState, error) {
				<-ctx.Done()
				return journal.Refused, ctx.Err()
			}
		})
		r.push(post("WARNING", "08040000001"))
		r.stop()
		r = start(t, path, nil)
		r.push(post("WARNING", "08040000001"))
		r.told("reminder: Still WARNING after less than a minute: incoming down on 1 number")
		r.stop()
	})
}

func TestAnOutageSeenByAskingIsToldInOnePiece(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		p := &phones{n: 6, wait: 300 * time.Millisecond}
		r := start(t, path, func(o *Options) { o.Source = p })
		time.Sleep(time.Minute)
		p.down.Store(true)
		time.Sleep(10 * time.Minute)
		r.told("announcement: CRITICAL: incoming down on 6 of 6 numbers")
		r.stop()
		r = start(t, path, func(o *Options) { o.Source = p })
		time.Sleep(10 * time.Minute)
		r.told() // a restart with nothing changed is silent
		r.stop()
	})
}

func TestTooLargeWithEveryNumberDownIsNeverOK(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		p := &phones{n: 6, wait: 300 * time.Millisecond}
		r := start(t, path, func(o *Options) { o.Source = p })
		time.Sleep(time.Minute)
		p.down.Store(true)
		before, _ := r.published()
		r.push(post("PAYLOAD_TOO_LARGE"))
		time.Sleep(time.Minute)
		r.mu.Lock()
		for _, p := range r.pictures[before:] {
			if p.Health.Level == heartbeat.OK && p.Health.Origin == heartbeat.Pushed {
				t.Errorf("OK at %v", p.Health.At)
			}
		}
		r.mu.Unlock()
		if _, last := r.published(); last.Health.Level != heartbeat.Critical {
			t.Errorf("in the end %s", last.Health.Level)
		}
		r.stop()
	})
}

func TestWhatCannotBeRecordedIsToldAllTheSame(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		if err := r.file.Close(); err != nil {
			t.Fatal(err)
		}
		r.push(post("CRITICAL", "08040000001"))
		time.Sleep(time.Minute)
		r.told("announcement: CRITICAL: incoming down on 1 number")
		if p := r.Snapshot(); p.RecordErr == nil || p.Health.Level != heartbeat.Critical {
			t.Errorf("got %+v", p)
		}
		r.stop()
	})
}

// TestANotificationCarriesTheIDOfItsAlert: two outages have the same words.
func TestANotificationCarriesTheIDOfItsAlert(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		for range 2 {
			r.push(post("WARNING", "08040000001"))
			time.Sleep(time.Minute)
			r.push(post("OK"))
			time.Sleep(time.Minute)
			r.push(post("OK"))
			time.Sleep(time.Minute)
		}
		entries, err := r.journal.Alerts(context.Background(), journal.Filter{}, 3)
		if err != nil || len(entries) != 2 {
			t.Fatalf("%d alerts, %v", len(entries), err)
		}
		first, second := entries[1].ID, entries[0].ID
		if want := []int64{first, first, second, second}; !slices.Equal(r.alerts, want) {
			t.Errorf("got %v, want %v, for %q", r.alerts, want, r.notes)
		}
		r.stop()
	})
}

// TestANotificationOfAnAlertThatIsNotRecordedCarriesNoID: until it is recorded.
func TestANotificationOfAnAlertThatIsNotRecordedCarriesNoID(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		run := func(statement string) {
			if err := r.file.Write(context.Background(), func(c *sqlite.Conn) error { return sqlitex.ExecuteTransient(c, statement, nil) }); err != nil {
				t.Fatal(err)
			}
		}
		run("CREATE TRIGGER full BEFORE INSERT ON alert BEGIN SELECT RAISE(FAIL, 'full'); END")
		r.push(post("WARNING", "08040000001"))
		time.Sleep(time.Minute)
		run("DROP TRIGGER full")
		for range 3 {
			time.Sleep(5 * time.Minute)
			r.push(post("WARNING", "08040000001"))
		}
		time.Sleep(time.Minute)
		if want := []int64{0, 1}; !slices.Equal(r.alerts, want) {
			t.Errorf("got %v, want %v, for %q", r.alerts, want, r.notes)
		}
		r.stop()
	})
}

func TestARefusedNotificationIsOnRecordWithTheReason(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		r.refuse = errors.New("start a notification daemon")
		r.push(post("WARNING", "08040000001"))
		entries, err := r.journal.Alerts(context.Background(), journal.Filter{}, 1)
		if err != nil || len(entries) != 1 || entries[0].Deliveries[0].State != journal.Refused || entries[0].Deliveries[0].Error != "start a notification daemon" {
			t.Errorf("got %+v, %v", entries, err)
		}
		r.stop()
	})
}

func TestOddPostsAreKeptAndChangeNoHealth(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		if r.push([]byte(`{"hello":"world"}`)) {
			t.Error("taken for a heartbeat")
		}
		odd, err := r.journal.Unrecognized(context.Background())
		if p := r.Snapshot(); err != nil || len(odd) != 1 || string(odd[0].Body) != `{"hello":"world"}` || p.UnrecognizedAt.IsZero() || p.Health.Level != heartbeat.Unknown {
			t.Errorf("got %+v, %v, %+v", odd, err, p)
		}
		r.stop()
	})
}

func TestWhyNothingIsRecordedIsSaidInEachPicture(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		r := start(t, path, func(o *Options) { o.Source, o.RecordErr = &phones{}, dbfile.ErrUnwritable })
		r.push(post("CRITICAL", "08040000001"))
		if n, _ := r.published(); n == 0 {
			t.Error("there are no pictures")
		}
		for i, p := range r.pictures {
			if !errors.Is(p.RecordErr, dbfile.ErrUnwritable) {
				t.Errorf("picture %d: %v", i, p.RecordErr)
			}
		}
		r.stop()
	})
}

// phones answers about n numbers, two if it is not said, one after the other.
type phones struct {
	n     int
	wait  time.Duration
	down  atomic.Bool
	asked atomic.Int64
	error atomic.Pointer[exotel.Error] // what all questions are answered with
	slept atomic.Int64                 // how long this computer has slept
}

func (p *phones) Now() time.Time { return time.Now().Add(time.Duration(p.slept.Load())) }

func (p *phones) ExoPhones(context.Context) (list []exotel.ExoPhone, err error) {
	if failed := p.error.Load(); failed != nil {
		return nil, failed
	}
	for i := range max(p.n, 2) {
		list = append(list, exotel.ExoPhone{SID: fmt.Sprintf("0804000%04d", i+1)})
	}
	return list, nil
}

func (p *phones) Connectivity(_ context.Context, sid string) (exotel.Connectivity, error) {
	time.Sleep(p.wait)
	p.asked.Add(1)
	if failed := p.error.Load(); failed != nil {
		return exotel.Connectivity{}, failed
	}
	incoming, outgoing := exotel.Line{Status: "active"}, exotel.Line{Status: "active"}
	if p.down.Load() {
		incoming.Status = "major_outage"
	}
	return exotel.Connectivity{ExoPhone: exotel.ExoPhone{SID: sid}, Incoming: incoming, Outgoing: outgoing}, nil
}

func TestTooLargeStartsAPull(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		p := &phones{}
		r := start(t, path, func(o *Options) { o.Source = p })
		time.Sleep(time.Minute)
		before := p.asked.Load()
		r.push(post("PAYLOAD_TOO_LARGE"))
		time.Sleep(5 * time.Second)
		if p.asked.Load() != before+2 || r.Snapshot().Health.Level != heartbeat.OK {
			t.Errorf("%d questions, %s", p.asked.Load()-before, r.Snapshot().Health.Level)
		}
		r.stop()
	})
}

func TestNothingNewIsNotPublished(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		r.push(post("OK"))
		before, _ := r.published()
		time.Sleep(10 * time.Minute)
		if after, _ := r.published(); before == 0 || after != before {
			t.Errorf("%d pictures, then %d", before, after)
		}
		time.Sleep(10 * time.Minute)
		if _, last := r.published(); last.Health.Level != heartbeat.Unknown {
			t.Errorf("silence was not published: %s", last.Health.Level)
		}
		r.stop()
	})
}

func TestATestNotificationSaysWhatBecameOfIt(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		if d := r.SendTest(t.Context()); d.State != journal.Accepted || d.Error != "" {
			t.Errorf("got %+v", d)
		}
		r.refuse = errors.New("start a notification daemon")
		if d := r.SendTest(t.Context()); d.State != journal.Refused || d.Error != "start a notification daemon" {
			t.Errorf("refused: %+v", d)
		}
		r.stop()
	})
}

// TestTheRecordIsNotDroppedByAClockThatIsNotProven: what is 400 days old is removed
// for good, and a clock can be years ahead.
func TestTheRecordIsNotDroppedByAClockThatIsNotProven(t *testing.T) {
	for proven, want := range map[bool]int{false: 1, true: 0} {
		inTime(t, func(t *testing.T, path string) {
			ahead := atomic.Int64{}
			r := start(t, path, func(o *Options) {
				o.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
				o.ClockProven = func() bool { return proven }
			})
			r.push(post("CRITICAL", "08040000001"))
			r.push(post("OK"))
			r.push(post("OK"))
			ahead.Store(int64(500 * 24 * time.Hour))
			time.Sleep(time.Minute)
			alerts, err := r.journal.Alerts(context.Background(), journal.Filter{}, 10)
			if err != nil || len(alerts) != want {
				t.Errorf("proven %v: %d alerts on record, want %d, %v", proven, len(alerts), want, err)
			}
			r.stop()
		})
	}
}

// held holds the file at path as another program may, until the bubble of the test
// ends: nothing can be written to it.
func held(t *testing.T, path string) {
	t.Helper()
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite)
	if err == nil {
		err = sqlitex.ExecuteTransient(conn, "BEGIN IMMEDIATE", nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
}

func TestADiskThatHangsKeepsNobodyFromEndingTheWatch(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		held(t, path)
		r.push(post("CRITICAL", "08040000001"))
		began := time.Now()
		r.stop()
		if took := time.Since(began); took > maxShutdown {
			t.Errorf("it took %v", took)
		}
	})
}

func TestADiskThatHangsIsSaidAndNobodyStaysUntold(t *testing.T) {
	inTime(t, func(t *testing.T, path string) {
		r := start(t, path, nil)
		held(t, path)
		r.push(post("CRITICAL", "08040000001"))
		time.Sleep(time.Minute)
		if _, p := r.published(); !errors.Is(p.RecordErr, file.ErrSlow) {
			t.Errorf("the trouble is %v", p.RecordErr)
		}
		r.told("announcement: CRITICAL: incoming down on 1 number")
		r.stop()
	})
}
