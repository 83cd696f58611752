package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"exotel-monitor/heartbeat"
	"exotel-monitor/heartbeat/alert"
	"exotel-monitor/heartbeat/journal/file"
)

var (
	quietLog = slog.New(slog.DiscardHandler)
	noon     = time.UnixMilli(1_795_000_000_000)
	rules    = alert.Rules{Critical: true, Warning: true, Zone: time.UTC}
)

func opened(t *testing.T, path string) *Journal {
	t.Helper()
	f := must(file.Open(t.Context(), path, Schema, quietLog))(t)
	t.Cleanup(func() { check(t, f.Close()) })
	return New(f)
}

func must[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// number runs a statement that gives one number, or none, on a journal's file.
func number(j *Journal, query string) (n int64, err error) {
	err = j.file.Write(context.Background(), func(c *sqlite.Conn) error {
		return sqlitex.ExecuteTransient(c, query, &sqlitex.ExecOptions{ResultFunc: func(row *sqlite.Stmt) error {
			n = row.ColumnInt64(0)
			return nil
		}})
	})
	return n, err
}

// crash returns what a crash at this moment leaves of the file at path.
func crash(t *testing.T, path string) string {
	t.Helper()
	left := filepath.Join(t.TempDir(), "calls.db")
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + suffix)
		if err == nil {
			err = os.WriteFile(left+suffix, data, 0o600)
		}
		check(t, err)
	}
	return left
}

// health is that of one number with the given state of its incoming line.
func health(at time.Time, level heartbeat.Level, incoming heartbeat.State) heartbeat.Health {
	line := func(s heartbeat.State) heartbeat.LineHealth {
		return heartbeat.LineHealth{State: s, Status: "w", Since: at, ReportedAt: at, Alternates: []string{"08040000009"}}
	}
	return heartbeat.Health{Level: level, At: at, Since: at, ReportedAt: at, Interval: 5 * time.Minute, Listed: true, Phones: []heartbeat.PhoneHealth{
		{Key: "8040000001", Number: "+918040000001", Name: "Support", Incoming: line(incoming), Outgoing: line(heartbeat.Up)},
	}}
}

// tell lets a policy look at a health, and keeps what it decides.
func tell(t *testing.T, j *Journal, d *alert.Policy, h heartbeat.Health) {
	t.Helper()
	check(t, j.Save(t.Context(), d, d.Evaluate(h, rules)))
}

func TestAPolicyIsRestoredAsItWas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "account", "calls.db")
	j := opened(t, path)
	d := must(j.RestorePolicy(t.Context(), noon))(t)
	tell(t, j, d, health(noon, heartbeat.Warning, heartbeat.Down))
	d.SnoozedUntil = noon.Add(time.Hour)
	tell(t, j, d, health(noon.Add(20*time.Minute), heartbeat.Warning, heartbeat.Down))
	check(t, j.Save(t.Context(), d, d.Acknowledge(noon.Add(21*time.Minute))))
	check(t, j.file.Close())

	again := must(opened(t, path).RestorePolicy(t.Context(), noon))(t)
	if !reflect.DeepEqual(again.Current, d.Current) || !again.SnoozedUntil.Equal(d.SnoozedUntil) {
		t.Errorf("got  %+v of %+v\nwant %+v of %+v", again, again.Current, d, d.Current)
	}
}

func TestWhatEndedAndWaitsForTheSummaryIsRestored(t *testing.T) {
	path := filepath.Join(t.TempDir(), "calls.db")
	j := opened(t, path)
	d := must(j.RestorePolicy(t.Context(), noon))(t)
	quiet := rules
	for day := range quiet.Quiet {
		quiet.Quiet[day] = &alert.Span{From: 0, To: 24 * 60}
	}
	for i, h := range []heartbeat.Health{health(noon, heartbeat.Warning, heartbeat.Down), health(noon.Add(time.Minute), heartbeat.OK, heartbeat.Up)} {
		if err := j.Save(t.Context(), d, d.Evaluate(h, quiet)); err != nil {
			t.Fatal(i, err)
		}
	}
	check(t, j.file.Close())
	j = opened(t, path)
	d = must(j.RestorePolicy(t.Context(), noon))(t)
	if d.Current != nil || len(d.Held) != 1 {
		t.Fatalf("got %+v", d)
	}
	tell(t, j, d, health(noon.Add(time.Hour), heartbeat.OK, heartbeat.Up))
	if n := must(j.NextDelivery(t.Context()))(t); n == nil || n.Kind != alert.Summary {
		t.Errorf("got %+v", n)
	}
	if d := must(j.RestorePolicy(t.Context(), noon))(t); len(d.Held) != 0 {
		t.Error("it waits on")
	}
}

func TestEachNoteIsSentOnceWhateverHappens(t *testing.T) {
	path := filepath.Join(t.TempDir(), "calls.db")
	j := opened(t, path)
	d := must(j.RestorePolicy(t.Context(), noon))(t)
	tell(t, j, d, health(noon, heartbeat.Warning, heartbeat.Down))

	path = crash(t, path)
	j = opened(t, path) // before it was sent
	tell(t, j, must(j.RestorePolicy(t.Context(), noon))(t), health(noon.Add(time.Minute), heartbeat.Warning, heartbeat.Down))
	first := must(j.NextDelivery(t.Context()))(t)
	if first == nil || first.Kind != alert.Announcement || first.AlertID != d.Current.ID {
		t.Fatalf("got %+v", first)
	}
	if second := must(j.NextDelivery(t.Context()))(t); second != nil { // it may have arrived
		t.Errorf("after a crash while it was sent: %+v", second)
	}
	check(t, j.RecordDelivery(t.Context(), first.ID, Refused, "no daemon"))
	if third := must(j.NextDelivery(t.Context()))(t); third != nil {
		t.Errorf("after it was refused: %+v", third)
	}
	entry := must(j.Alerts(t.Context(), Filter{}, 10))(t)[0]
	if len(entry.Deliveries) != 1 || entry.Deliveries[0].State != Refused || entry.Deliveries[0].Error != "no daemon" {
		t.Errorf("on record: %+v", entry.Deliveries)
	}
}

func TestWhatWasBeingSentInACrashIsRemindedOfAndNotSentAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "calls.db")
	j := opened(t, path)
	d := must(j.RestorePolicy(t.Context(), noon))(t)
	tell(t, j, d, health(noon, heartbeat.Warning, heartbeat.Down))
	must(j.NextDelivery(t.Context()))(t)
	check(t, j.file.Close())

	j = opened(t, path)
	must(j.RestorePolicy(t.Context(), noon))(t)
	check(t, j.file.Close()) // it crashes again before the reminder

	j = opened(t, path)
	d = must(j.RestorePolicy(t.Context(), noon))(t)
	tell(t, j, d, health(noon.Add(time.Minute), heartbeat.Warning, heartbeat.Down))
	if n := must(j.NextDelivery(t.Context()))(t); n == nil || n.Kind != alert.Reminder {
		t.Errorf("after the crash: %+v", n)
	}
	if e := must(j.Alerts(t.Context(), Filter{}, 1))(t); e[0].Deliveries[0].State != Interrupted {
		t.Errorf("on record: %+v", e[0].Deliveries)
	}
	again := must(j.RestorePolicy(t.Context(), noon))(t)
	tell(t, j, again, health(noon.Add(2*time.Minute), heartbeat.Warning, heartbeat.Down))
	if n := must(j.NextDelivery(t.Context()))(t); n == nil || n.Kind != alert.Reminder {
		t.Errorf("after one more: %+v", n)
	}
}

func TestADiskThatWasFullForAWhileRecordsWhatHappened(t *testing.T) {
	path := filepath.Join(t.TempDir(), "calls.db")
	j := opened(t, path)
	d := must(j.RestorePolicy(t.Context(), noon))(t)
	pages := must(number(j, "PRAGMA page_count"))(t)
	room := func(pages int64) { must(number(j, fmt.Sprintf("PRAGMA max_page_count = %d", pages)))(t) }
	room(pages)
	for full := false; !full; {
		_, err := number(j, "INSERT INTO odd (at, size, body) VALUES (1, 1, zeroblob(500))")
		full = sqlite.ErrCode(err).ToPrimary() == sqlite.ResultFull
		if !full {
			check(t, err)
		}
	}
	h := health(noon, heartbeat.Warning, heartbeat.Down)
	h.Phones[0].Incoming.Status = strings.Repeat("w", 100_000) // more than is free in any page
	dec := d.Evaluate(h, rules)
	for range 3 {
		if err := j.Save(t.Context(), d, dec); err == nil {
			t.Fatal("the disk is not full")
		}
	}
	room(1 << 20)
	check(t, j.Save(t.Context(), d, dec))
	if e := must(j.Alerts(t.Context(), Filter{}, 10))(t); len(e) != 1 || len(e[0].Incidents) != 1 || len(e[0].Steps) != 1 {
		t.Errorf("on record: %+v", e)
	}
}

func TestAnOldNoteIsNotSentWhenTheProgramStartsAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "calls.db")
	j := opened(t, path)
	d := must(j.RestorePolicy(t.Context(), noon))(t)
	tell(t, j, d, health(noon, heartbeat.Warning, heartbeat.Down))
	check(t, j.file.Close())
	later := noon.Add(20 * time.Hour)
	j = opened(t, path)
	d = must(j.RestorePolicy(t.Context(), later))(t)
	if n := must(j.NextDelivery(t.Context()))(t); n != nil {
		t.Errorf("sent %+v", n)
	}
	tell(t, j, d, health(later, heartbeat.Warning, heartbeat.Down))
	if n := must(j.NextDelivery(t.Context()))(t); n == nil || n.Kind != alert.Reminder {
		t.Errorf("when it still lasts: %+v", n)
	}
}

func TestAlertsAreFiltered(t *testing.T) {
	j := opened(t, file.InMemory)
	d := must(j.RestorePolicy(t.Context(), noon))(t)
	tell(t, j, d, health(noon, heartbeat.Critical, heartbeat.Down))
	tell(t, j, d, health(noon.Add(10*time.Minute), heartbeat.OK, heartbeat.Up))
	tell(t, j, d, health(noon.Add(20*time.Minute), heartbeat.Warning, heartbeat.Down))
	for _, test := range []struct {
		name   string
		filter Filter
		want   []int64
	}{
		{"all, newest first", Filter{}, []int64{2, 1}},
		{"open", Filter{Open: true}, []int64{2}},
		{"critical", Filter{Worst: heartbeat.Critical}, []int64{1}},
		{"of a number", Filter{Key: "8040000001"}, []int64{2, 1}},
		{"of another number", Filter{Key: "8040000002"}, nil},
		{"outgoing", Filter{Direction: heartbeat.Outgoing}, nil},
		{"from its end on", Filter{From: noon.Add(10 * time.Minute)}, []int64{2, 1}},
		{"later", Filter{From: noon.Add(11 * time.Minute)}, []int64{2}},
	} {
		var got []int64
		for _, e := range must(j.Alerts(t.Context(), test.filter, 10))(t) {
			got = append(got, e.ID)
		}
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %v", test.name, got)
		}
	}
}

func TestOneAlertIsReadWithoutTheOthers(t *testing.T) {
	j := opened(t, file.InMemory)
	d := must(j.RestorePolicy(t.Context(), noon))(t)
	for i, state := range []heartbeat.State{heartbeat.Down, heartbeat.Up, heartbeat.Down} {
		level := map[heartbeat.State]heartbeat.Level{heartbeat.Down: heartbeat.Warning, heartbeat.Up: heartbeat.OK}[state]
		tell(t, j, d, health(noon.Add(time.Duration(i)*time.Minute), level, state))
	}
	must(number(j, "UPDATE incident SET alternates = 'no JSON' WHERE alert = 2"))(t)
	if _, err := j.Alerts(t.Context(), Filter{}, 10); err == nil {
		t.Error("the whole record can be read")
	}
	switch e := must(j.Alert(t.Context(), 1))(t); {
	case e == nil || e.ID != 1 || len(e.Incidents) != 1 || len(e.Steps) != 2 || len(e.Deliveries) != 2:
		t.Errorf("got %+v", e)
	}
	if e := must(j.Alert(t.Context(), 3))(t); e != nil {
		t.Errorf("there is no third: %+v", e)
	}
}

func TestACallEndsWithItsContext(t *testing.T) {
	j := opened(t, file.InMemory)
	ctx, cancel := context.WithCancelCause(t.Context())
	closed := errors.New("the window was closed")
	cancel(closed)
	for name, call := range map[string]func() error{
		"Keep":   func() error { return j.Save(ctx, &alert.Policy{}, alert.Decision{}) },
		"Alerts": func() error { _, err := j.Alerts(ctx, Filter{}, 1); return err },
		"Alert":  func() error { _, err := j.Alert(ctx, 1); return err },
	} {
		if err := call(); !errors.Is(err, closed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSpansJoinWordsThatFollowEachOther(t *testing.T) {
	path := filepath.Join(t.TempDir(), "calls.db")
	j := opened(t, path)
	at := func(minute int) time.Time { return noon.Add(time.Duration(minute) * time.Minute) }
	for _, word := range []struct {
		minute int
		state  heartbeat.State
	}{{0, heartbeat.Up}, {5, heartbeat.Up}, {5, heartbeat.Up}, {10, heartbeat.Down}, {15, heartbeat.Down}, {16, heartbeat.StateUnknown}, {60, heartbeat.Down}} {
		check(t, j.Observe(t.Context(), health(at(word.minute), heartbeat.OK, word.state)))
	}
	check(t, j.file.Close())
	j = opened(t, path)
	for _, minute := range []int{65, 70} {
		check(t, j.Observe(t.Context(), health(at(minute), heartbeat.OK, heartbeat.Up)))
	}
	got := must(j.Spans(t.Context(), "8040000001", heartbeat.Incoming, time.Time{}))(t)
	want := []Span{{at(0), at(10), true}, {at(10), at(15), false}, {at(60), at(65), false}, {at(65), at(70), true}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	a := NewAvailability(got, time.Hour, at(70))
	if a != (Availability{Up: 5 * time.Minute, Observed: 15 * time.Minute, Window: time.Hour}) {
		t.Errorf("got %+v", a)
	}
	if a := NewAvailability(nil, time.Hour, at(70)); a != (Availability{Window: time.Hour}) {
		t.Errorf("%+v of what was never seen", a)
	}
}

func TestOddPostsAreKeptWithinBounds(t *testing.T) {
	j := opened(t, file.InMemory)
	for i := range 50 {
		check(t, j.SaveUnrecognized(t.Context(), Unrecognized{noon.Add(time.Duration(i) * time.Second), 100_000, bytes.Repeat([]byte{byte(i)}, 100_000)}))
	}
	check(t, j.SaveUnrecognized(t.Context(), Unrecognized{At: noon}))
	list := must(j.Unrecognized(t.Context()))(t)
	if len(list) != maxUnrecognized || list[0].Size != 0 || list[1].Body[0] != 49 || len(list[1].Body) != MaxUnrecognizedSize || list[1].Size != 100_000 {
		t.Errorf("%d posts, the newest %d of %d bytes", len(list), len(list[1].Body), list[1].Size)
	}
}

func TestHistoryLastsAndThenEnds(t *testing.T) {
	j := opened(t, file.InMemory)
	d := must(j.RestorePolicy(t.Context(), noon))(t)
	for i, state := range []heartbeat.State{heartbeat.Down, heartbeat.Up} {
		h := health(noon.Add(time.Duration(i)*time.Minute), []heartbeat.Level{heartbeat.Warning, heartbeat.OK}[i], state)
		tell(t, j, d, h)
		check(t, j.Observe(t.Context(), h))
	}
	check(t, j.Forget(t.Context(), noon.Add(90*24*time.Hour)))
	if n := len(must(j.Alerts(t.Context(), Filter{}, 10))(t)); n != 1 {
		t.Errorf("after 90 days: %d alerts", n)
	}
	check(t, j.Forget(t.Context(), noon.Add(retention+time.Hour)))
	entries := must(j.Alerts(t.Context(), Filter{}, 10))(t)
	spans := must(j.Spans(t.Context(), "8040000001", heartbeat.Incoming, time.Time{}))(t)
	left, err := number(j, "SELECT (SELECT count(*) FROM incident) + (SELECT count(*) FROM step) + (SELECT count(*) FROM delivery)")
	if len(entries)+len(spans)+int(left) != 0 || err != nil {
		t.Errorf("left: %v, %v, %d more, %v", entries, spans, left, err)
	}
}
