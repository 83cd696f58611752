package cli

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls/sqlite"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/jsonapi"
)

// serve runs the command until stop, which returns how it ended.
func serve(t *testing.T, args ...string) (address string, stop func() error) {
	t.Helper()
	address, _, stop = serveAll(t, args...)
	return address, stop
}

// serveAll also returns what the command printed before the API's address.
func serveAll(t *testing.T, args ...string) (address string, heard []string, stop func() error) {
	t.Helper()
	return serveWith(t, unlimited(), args...)
}

func serveWith(t *testing.T, s config.Settings, args ...string) (address string, heard []string, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	ended := make(chan error, 1)
	o := parse(t, append([]string{"serve", "--api", "127.0.0.1:0"}, args...)...) // its folder is removed after stop
	go func() {
		err := RunServe(ctx, o, s, write, silence)
		write.CloseWithError(io.EOF)
		ended <- err
	}()
	stopped := false
	stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		select {
		case err := <-ended:
			return err
		case <-time.After(time.Minute):
			t.Error("it does not stop")
			return nil
		}
	}
	t.Cleanup(func() { _ = stop() })
	lines := bufio.NewScanner(read)
	for lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), "serving "); ok {
			return rest, heard, stop
		}
		heard = append(heard, lines.Text())
	}
	t.Fatal(<-ended)
	return "", nil, nil
}

func TestServeAnswersUntilItIsStopped(t *testing.T) {
	startAccount(t)
	address, stop := serve(t)
	response, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	var answer map[string]any
	err = json.NewDecoder(response.Body).Decode(&answer)
	response.Body.Close()
	if err != nil || response.StatusCode != http.StatusOK || answer["metrics"] == nil || answer["health"] == nil {
		t.Errorf("%d, %v, %v", response.StatusCode, err, answer)
	}
	day := sampleDay.Format(time.DateOnly)
	response, err = http.Get(address + "/range?start=" + day + "&end=" + day)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(response.Body)
	response.Body.Close()
	if !strings.Contains(string(body), `"totalCalls":1247`) {
		t.Errorf("%d: %s", response.StatusCode, body)
	}
	if err := stop(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	if _, err := http.Get(address); err == nil {
		t.Error("it still answers")
	}
}

func TestServeAnswersBesideAnotherCopyOfTheProgram(t *testing.T) {
	startAccount(t)
	dir := t.TempDir()
	first, stop := serve(t, "--data", dir)
	second, _ := serve(t, "--data", dir)
	day := sampleDay.Format(time.DateOnly)
	total := func(address string) int {
		t.Helper()
		response, err := http.Get(address + "/range?start=" + day + "&end=" + day)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		var answer struct{ Metrics jsonapi.Metrics }
		if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || response.StatusCode != http.StatusOK {
			t.Fatal(response.Status, err)
		}
		return answer.Metrics.TotalCalls
	}
	if a, b := total(first), total(second); a != 1247 || b != 1247 {
		t.Errorf("%d calls and %d", a, b)
	}
	// Heartbeats that are posted to a second copy would be told by nobody.
	err := RunServe(t.Context(), parse(t, "serve", "--api", "127.0.0.1:0", "--webhook", "127.0.0.1:0", "--data", dir), unlimited(), io.Discard, silence)
	if !errors.Is(err, file.ErrInUse) || !strings.Contains(err.Error(), "--webhook") {
		t.Errorf("with a webhook: %v", err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if n := total(second); n != 1247 {
		t.Errorf("%d calls after the first has ended", n)
	}
}

func TestServeStoresTheDaysThatExotelHas(t *testing.T) {
	account := startAccount(t)
	dir := t.TempDir()
	_, stop := serve(t, "--data", dir)
	const days = 150 // of the 180 and more
	for late := time.Now().Add(2 * time.Minute); account.Stats().Requests < days; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(late) {
			t.Fatalf("only %d requests", account.Stats().Requests)
		}
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "accounts", "*", "calls.db"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files: %v, %v", files, err)
	}
	store, err := sqlite.Open(t.Context(), files[0], exotel.India, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	stored, err := store.Days(t.Context(), metrics.Period{})
	if err != nil || len(stored) < days-20 {
		t.Errorf("%d days are stored, %v", len(stored), err)
	}
}

func TestServeGoesOnWhereNothingCanBeWritten(t *testing.T) {
	startAccount(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "accounts"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	address, _ := serve(t, "--data", dir)
	day := sampleDay.Format(time.DateOnly)
	for _, path := range []string{"/dashboard/range?start=" + day + "&end=" + day, "/health"} {
		response, err := http.Get(strings.TrimSuffix(address, "/dashboard") + path)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Errorf("%s: %d", path, response.StatusCode)
		}
	}
}

func TestServeStopsAtOnceThoughARequestIsLoading(t *testing.T) {
	account := startAccount(t)
	account.SetFaults(exoteltest.Faults{Delay: time.Hour})
	account.Record(true)
	address, stop := serve(t)
	answered := make(chan int, 1)
	day := sampleDay.Format(time.DateOnly) // that nobody else asks for
	go func() {
		response, err := http.Get(address + "/range?start=" + day + "&end=" + day)
		if err != nil {
			answered <- 0
			return
		}
		response.Body.Close()
		answered <- response.StatusCode
	}()
	for !slices.ContainsFunc(account.Stats().Queries, func(query string) bool { return strings.Contains(query, "gte%3A"+day) }) {
		time.Sleep(time.Millisecond)
	}
	if err := stop(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	// Who is still loading when the time for the end is over gets no answer at all.
	if status := <-answered; status != http.StatusServiceUnavailable {
		t.Errorf("status %d", status)
	}
}

func TestServeRefusesForeignHosts(t *testing.T) {
	startAccount(t)
	address, _ := serve(t)
	request, err := http.NewRequest("GET", address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = "evil.example"
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusForbidden {
		t.Errorf("status %d", response.StatusCode)
	}
}

func TestServeSaysWhenItsAddressIsTaken(t *testing.T) {
	startAccount(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	err = RunServe(t.Context(), parse(t, "serve", "--api", taken.Addr().String()), unlimited(), io.Discard, silence)
	if err == nil || !strings.Contains(err.Error(), "--api") {
		t.Errorf("got %v", err)
	}
}

func TestServeWithoutAnAccountFails(t *testing.T) {
	setEnv(t, "", "", "", "")
	err := RunServe(t.Context(), parse(t, "serve", "--api", "127.0.0.1:0"), unlimited(), io.Discard, silence)
	if err == nil || !strings.Contains(err.Error(), "EXOTEL_API_KEY") {
		t.Errorf("got %v", err)
	}
}

// repeatingAccount is one behind a proxy that repeats each request it refuses. It
// returns what nobody may learn.
func repeatingAccount(t *testing.T) (secrets []string) {
	t.Helper()
	const key, token = "k3y-9f1c22aa7b", "t0ken-9876543210"
	account := exoteltest.New(exoteltest.Options{Key: key, Token: token})
	account.SetFaults(exoteltest.Faults{FailStatus: 403, RepeatRequest: true})
	server, err := exoteltest.Start(account)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	setEnv(t, server.URL, "acme1", key, token)
	pair := key + ":" + token
	return []string{key, token, "k3y-9", "t0ken-", base64.StdEncoding.EncodeToString([]byte(pair))[:12]}
}

func TestNothingThatServeSaysHasTheCredentials(t *testing.T) {
	secrets := repeatingAccount(t)
	address, stop := serve(t)
	said := map[string]string{}
	for _, path := range []string{"/api/dashboard", "/api/health"} {
		response, err := http.Get(strings.TrimSuffix(address, "/api/dashboard") + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		said[path] = string(body)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	_, _, err := report(t)
	if err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("the report says %v", err)
	}
	said["report"] = fmt.Sprint(err)
	for _, where := range []string{"/api/dashboard", "report"} {
		if !strings.Contains(said[where], "•••") {
			t.Errorf("%s does not repeat the proxy's words: %s", where, said[where])
		}
	}
	for where, text := range said {
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("%s has %q: %s", where, secret, text)
			}
		}
	}
}

func TestServeFindsALineByAnySpelling(t *testing.T) {
	account := startAccount(t)
	spelledLine(account)
	account.SetFaults(exoteltest.Faults{ExactNumbers: true})
	address, _ := serve(t)
	day := sampleDay.Format(time.DateOnly)
	for _, spelling := range spellings {
		response, err := http.Get(strings.TrimSuffix(address, "/api/dashboard") + "/api/dashboard/range?start=" + day + "&end=" + day + "&phoneNumber=" + url.QueryEscape(spelling))
		if err != nil {
			t.Fatal(err)
		}
		var answer struct{ Metrics jsonapi.Metrics }
		if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if m := answer.Metrics; m.TotalCalls != 6 || m.LineUnknown != 0 {
			t.Errorf("%s: %d: %d calls, %d of an unknown line", spelling, response.StatusCode, m.TotalCalls, m.LineUnknown)
		}
	}
}

func TestServeFetchesStoredCallsAgainThatAreRemoved(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // nobody can remove a file that is open there
	}
	startAccount(t)
	dir, day := t.TempDir(), sampleDay.Format(time.DateOnly)
	address, stop := serve(t, "--data", dir)
	expectDay := func(when string) {
		response, err := http.Get(address + "/range?start=" + day + "&end=" + day)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if !strings.Contains(string(body), `"totalCalls":1247`) {
			t.Errorf("%s %d: %s", when, response.StatusCode, body)
		}
	}
	expectDay("at first")
	files, err := filepath.Glob(filepath.Join(dir, "accounts", "*", "calls.db"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files: %v, %v", files, err)
	}
	if err := os.Remove(files[0]); err != nil {
		t.Fatal(err)
	}
	expectDay("when the file is gone")
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(t.Context(), files[0], exotel.India, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	date := metrics.DateOf(sampleDay)
	if stored, err := store.Days(t.Context(), metrics.Period{From: date, To: date}); err != nil || len(stored) != 1 || !stored[0].Complete {
		t.Errorf("stored: %+v, %v", stored, err)
	}
}
