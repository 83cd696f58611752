package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel/exoteltest"
)

// heartbeatOf is one of Exotel's, as of now.
func heartbeatOf(level, incoming string) string {
	return fmt.Sprintf(`{"timestamp":%q,"status_type":%q,"incoming_affected":%s,"outgoing_affected":null,"data":{}}`, time.Now().Format(time.RFC3339Nano), level, incoming)
}

// health asks serve's API until the status is as wanted, and returns the last.
func health(t *testing.T, api, want string) (status string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		response, err := http.Get(strings.TrimSuffix(api, "dashboard") + "health")
		if err != nil {
			t.Fatal(err)
		}
		var answer struct{ Status string }
		err = json.NewDecoder(response.Body).Decode(&answer)
		response.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if status = answer.Status; status == want {
			break
		}
	}
	if status != want {
		t.Errorf("status %s, want %s", status, want)
	}
	return status
}

func post(t *testing.T, url, body string) int {
	t.Helper()
	response, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}

func TestServeWatchesTheExoPhones(t *testing.T) {
	startAccount(t)
	api, stop := serve(t)
	health(t, api, "OK")
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestServeSaysThatTheAccountRefusesTheKeys(t *testing.T) {
	startAccount(t).SetFaults(exoteltest.Faults{RotatedToken: "another-token"})
	api, stop := serve(t)
	var answer struct{ Status, Reason string }
	for deadline := time.Now().Add(time.Minute); !strings.Contains(answer.Reason, "refused") && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		response, err := http.Get(strings.TrimSuffix(api, "dashboard") + "health")
		if err != nil {
			t.Fatal(err)
		}
		err = json.NewDecoder(response.Body).Decode(&answer)
		response.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
	}
	if answer.Status != "UNKNOWN" || !strings.Contains(answer.Reason, "Exotel refused the API key or token (HTTP 401)") {
		t.Errorf("got %+v", answer)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestServeReceivesHeartbeats(t *testing.T) {
	startAccount(t)
	dir := t.TempDir()
	api, heard, stop := serveAll(t, "--webhook", "127.0.0.1:0", "--data", dir)
	if len(heard) != 1 {
		t.Fatalf("printed %q", heard)
	}
	webhook := strings.TrimPrefix(heard[0], "receiving heartbeats at ")
	if code := post(t, webhook, heartbeatOf("WARNING", `["08040000001"]`)); code != http.StatusOK {
		t.Errorf("heartbeat: %d", code)
	}
	health(t, api, "WARNING")
	if code := post(t, webhook, `{"hello":"world"}`); code != http.StatusBadRequest {
		t.Errorf("not a heartbeat: %d", code)
	}
	if code := post(t, webhook+"/word", heartbeatOf("OK", "null")); code != http.StatusNotFound {
		t.Errorf("another path: %d", code)
	}
	if response, err := http.Get(strings.TrimSuffix(webhook, "/webhook/heartbeat") + "/api/dashboard"); err != nil || response.StatusCode != http.StatusNotFound {
		t.Errorf("figures at the webhook: %v, %v", response, err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if files, err := filepath.Glob(filepath.Join(dir, "accounts", "*", "calls.db")); err != nil || len(files) != 1 {
		t.Errorf("on disk: %v, %v", files, err)
	}
}

func TestNoHeartbeatIsReceivedAfterServeEnded(t *testing.T) {
	startAccount(t)
	_, heard, stop := serveAll(t, "--webhook", "127.0.0.1:0")
	address, _, _ := strings.Cut(strings.TrimPrefix(heard[0], "receiving heartbeats at http://"), "/")
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := heartbeatOf("WARNING", `["08040000001"]`)
	fmt.Fprintf(conn, "POST /webhook/heartbeat HTTP/1.1\r\nHost: %s\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", address, len(body))
	answer := bufio.NewReader(conn)
	if line, err := answer.ReadString('\n'); !strings.Contains(line, "100") { // it waits for the rest
		t.Fatalf("%q, %v", line, err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	_, _ = io.WriteString(conn, body)
	if late, _ := io.ReadAll(answer); strings.Contains(string(late), "HTTP/1.1") {
		t.Errorf("answered %q", late)
	}
}

func TestServeThatOthersReachNeedsTheSecret(t *testing.T) {
	startAccount(t)
	const secret = "a-word.that_nobody~guesses"
	t.Setenv("EXOTEL_WEBHOOK_SECRET", secret)
	public := unlimited()
	public.Health.PublicURL = "https://calls.example.com"
	api, heard, _ := serveWith(t, public, "--webhook", "127.0.0.1:0")
	if len(heard) != 1 || !strings.HasSuffix(heard[0], "/webhook/heartbeat/<secret>") {
		t.Fatalf("printed %q", heard)
	}
	webhook := strings.TrimPrefix(strings.TrimSuffix(heard[0], "/<secret>"), "receiving heartbeats at ")
	for path, want := range map[string]int{"": http.StatusNotFound, "/wrong": http.StatusNotFound, "/" + url.PathEscape(secret): http.StatusOK} {
		if code := post(t, webhook+path, heartbeatOf("CRITICAL", `["08040000001"]`)); code != want {
			t.Errorf("%q: %d", path, code)
		}
	}
	health(t, api, "CRITICAL")
}

func TestAnAddressIsSaidAsABrowserOpensIt(t *testing.T) {
	for address, want := range map[string]string{
		"[::]:3001": "127.0.0.1:3001", "0.0.0.0:3001": "127.0.0.1:3001",
		"127.0.0.1:3001": "127.0.0.1:3001", "[::1]:3001": "[::1]:3001", "192.168.1.2:80": "192.168.1.2:80",
	} {
		if got := reachable(address); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

func TestServeRefusesASecretThatCanBeGuessedOrIsNoPartOfAnAddress(t *testing.T) {
	startAccount(t)
	for secret, says := range map[string]string{
		"word":                         "at least 16 characters",
		"word/word/word/word":          "only letters",
		"wordwordwordword?word":        "only letters",
		"word word word word":          "only letters",
		"wordwordwordword\n":           "only letters",
		"wordwordwordword#word":        "only letters",
		"wordwordword%2Fword":          "only letters",
		"wordwordwordwordé":            "only letters",
		"wordwordwordword\u200b\u200b": "only letters",
	} {
		t.Setenv("EXOTEL_WEBHOOK_SECRET", secret)
		err := RunServe(t.Context(), parse(t, "serve", "--api", "127.0.0.1:0", "--webhook", "0.0.0.0:0", "--data", t.TempDir()), unlimited(), os.Stderr, silence)
		if err == nil || !strings.Contains(err.Error(), "EXOTEL_WEBHOOK_SECRET") || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "word") {
			t.Errorf("%q: %v", secret, err)
		}
	}
}

func TestServeSaysWhenTheWebhooksAddressIsTaken(t *testing.T) {
	startAccount(t)
	api, _ := serve(t)
	host := strings.TrimSuffix(strings.TrimPrefix(api, "http://"), "/api/dashboard")
	err := RunServe(t.Context(), parse(t, "serve", "--api", "127.0.0.1:0", "--webhook", host, "--data", t.TempDir()), unlimited(), os.Stderr, silence)
	if err == nil || !strings.Contains(err.Error(), "--webhook") {
		t.Errorf("got %v", err)
	}
}
