//go:build !race

// With the race detector each of the two hundred processes takes several times as
// long to start, and one that is killed reports no race.

package refresh

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls/sqlite"
)

// The test binary fills a store when these are set, instead of testing.
const (
	fillFrom = "EXOTEL_TEST_FILL_FROM" // the account's address
	fillInto = "EXOTEL_TEST_FILL_INTO" // the file
)

func TestMain(m *testing.M) {
	if from := os.Getenv(fillFrom); from != "" {
		if err := fillAll(from, os.Getenv(fillInto)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// fillAll is a run of the program that fills its store, and says when it begins.
func fillAll(from, into string) error {
	client, err := exotel.New(exotel.Options{
		BaseURL: from, SID: "acme1", Key: "key", Token: "token", RatePerMinute: -1, Now: func() time.Time { return noon },
	})
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	store, err := sqlite.Open(ctx, into, client.Zone(), slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	fmt.Println("filling")
	NewFiller(NewFetcher(client, store, Options{Log: log}), func(f FillState) {
		if f.Done() {
			cancel()
		}
	}, FillerOptions{Log: log}).Run(ctx)
	return store.Close()
}

// TestKilledAtTwoHundredMoments: the power may go at any moment of a back-fill.
// In the end each call is there once, as the account has it, and no day that was
// finished was asked for twice.
func TestKilledAtTwoHundredMoments(t *testing.T) {
	const kills = 200
	account := exoteltest.New(exoteltest.Options{CallsPerDay: 250, Now: func() time.Time { return noon }})
	account.SetFaults(exoteltest.Faults{Delay: 15 * time.Millisecond})
	account.Record(true)
	path := filepath.Join(t.TempDir(), "calls.db")
	random := rand.New(rand.NewPCG(1, 2))
	var runs [][]metrics.Date // the days that each run asked for
	hit := 0                  // kills that came while the account was being asked
	run := func(moment time.Duration, kill bool) {
		// Each run asks a server of its own, so that what a killed one asked last is
		// not taken for a question of the next.
		server, err := exoteltest.Start(account)
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		command := exec.Command(os.Args[0])
		command.Env = append(os.Environ(), fillFrom+"="+server.URL, fillInto+"="+path)
		var complaints strings.Builder
		command.Stderr = &complaints
		out, err := command.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		if kill {
			// One kill in eight may come while the program starts.
			if random.IntN(8) > 0 {
				bufio.NewScanner(out).Scan()
			}
			time.Sleep(moment)
			_ = command.Process.Kill()
		}
		err = command.Wait()
		// On Windows who was killed seems to have ended by itself, though without a word.
		if err != nil && (!kill || command.ProcessState.Exited() && complaints.Len() > 0) {
			t.Fatalf("%v: %s", err, complaints.String())
		}
		server.Close()
		days := daysAsked(t, account)
		if len(days) > 0 {
			runs = append(runs, days)
			hit++
		}
	}
	for range kills {
		run(time.Duration(random.IntN(60))*time.Millisecond, true)
	}
	run(0, false)

	for i := 1; i < len(runs); i++ {
		before, again := runs[i-1], runs[i]
		if oldest := before[len(before)-1]; oldest.Before(again[0]) {
			t.Errorf("run %d asks for %v though run %d had come to %v", i, again[0], i-1, oldest)
		}
	}
	_, client, _ := newAccount(t, exoteltest.Options{})
	fetcher, _ := kept(t, client, path)
	mustHold(t, fetcher, account, sixMonths())
	t.Logf("%d of %d runs were killed while they asked for calls", hit, kills)
}

// daysAsked are the days that the account was asked for since the last time, in
// the order of their first requests.
func daysAsked(t *testing.T, account *exoteltest.Account) (days []metrics.Date) {
	t.Helper()
	for _, raw := range account.Stats().Queries {
		raw, _ = url.QueryUnescape(raw)
		_, bound, _ := strings.Cut(raw, "gte:")
		day, err := metrics.ParseDate(bound[:10])
		if err != nil {
			t.Fatal(err)
		}
		if len(days) == 0 || days[len(days)-1] != day {
			days = append(days, day)
		}
	}
	account.ResetStats()
	return days
}
