package webhook

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// chunked hides the length of a body.
type chunked struct{ io.Reader }

func TestEachRequestGetsItsStatusInJSON(t *testing.T) {
	open := start(t, Options{}, patient)
	closed := start(t, Options{Secret: secret}, patient)
	large := strings.Repeat(" ", 10<<20-len(beat)) + beat
	client := http.Client{Transport: &http.Transport{ExpectContinueTimeout: enough}}
	defer client.CloseIdleConnections()
	for _, test := range []struct {
		name         string
		server       *listener
		method, path string
		body         io.Reader
		want         int
	}{
		{"a heartbeat", open, "POST", Path, strings.NewReader(beat), 200},
		{"a heartbeat in chunks", open, "POST", Path, chunked{strings.NewReader(beat)}, 200},
		{"a heartbeat with the secret", closed, "POST", Path + "/" + secret, strings.NewReader(beat), 200},
		{"a query behind the path", closed, "POST", Path + "/" + secret + "?from=exotel", strings.NewReader(beat), 200},
		{"exactly 10 MB", open, "POST", Path, strings.NewReader(large), 200},
		{"exactly 10 MB in chunks", open, "POST", Path, chunked{strings.NewReader(large)}, 200},
		{"a byte over 10 MB", open, "POST", Path, strings.NewReader(" " + large), 413},
		{"a byte over 10 MB in chunks", open, "POST", Path, chunked{strings.NewReader(" " + large)}, 413},
		{"no JSON", open, "POST", Path, strings.NewReader("hello"), 400},
		{"JSON that is no heartbeat", open, "POST", Path, strings.NewReader(`{"calls":[]}`), 400},
		{"nothing", open, "POST", Path, strings.NewReader(""), 400},
		{"another method", open, "GET", Path, nil, 405},
		{"another method with a body", open, "PUT", Path, strings.NewReader(beat), 405},
		{"another method and the secret", closed, "DELETE", Path + "/" + secret, nil, 405},
		{"no secret", closed, "POST", Path, strings.NewReader(beat), 404},
		{"a wrong secret", closed, "POST", Path + "/" + strings.Repeat("X", len(secret)), strings.NewReader(beat), 404},
		{"half a secret", closed, "POST", Path + "/" + secret[:12], strings.NewReader(beat), 404},
		{"something behind the secret", closed, "POST", Path + "/" + secret + "/", strings.NewReader(beat), 404},
		{"the secret in the query", closed, "POST", Path + "?" + secret, strings.NewReader(beat), 404},
		{"another method and no secret", closed, "GET", Path, nil, 404},
		{"11 MB and no secret", closed, "POST", Path, strings.NewReader(large + large[:1<<20]), 404},
		{"a secret where there is none", open, "POST", Path + "/" + secret, strings.NewReader(beat), 404},
		{"a slash behind the path", open, "POST", Path + "/", strings.NewReader(beat), 404},
		{"two slashes", open, "POST", "/" + Path, strings.NewReader(beat), 404},
		{"a way round", open, "POST", "/webhook/../webhook/heartbeat", strings.NewReader(beat), 404},
		{"other capitals", open, "POST", "/Webhook/Heartbeat", strings.NewReader(beat), 404},
		{"the root", open, "GET", "/", nil, 404},
		{"the figures", open, "GET", "/api/dashboard", nil, 404},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := test.server.delivered.Load()
			r, err := http.NewRequest(test.method, test.server.url(test.path), test.body)
			if err != nil {
				t.Fatal(err)
			}
			// Half a second after its answer the server hangs up on who still sends, and
			// a client that is held up then may not see the answer.
			if r.ContentLength > 10<<20 {
				r.Header.Set("Expect", "100-continue")
			}
			response, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			got := read(t, response)
			got.check(t, test.want)
			if allow := got.header.Get("Allow"); (allow == "POST") != (test.want == 405) {
				t.Errorf("Allow %q", allow)
			}
			if delivered := test.server.delivered.Load() - before; (delivered == 1) != (test.want == 200) {
				t.Errorf("delivered %d times", delivered)
			}
		})
	}
}

func TestWhatIsNoProperRequestGetsJSONToo(t *testing.T) {
	s := start(t, Options{}, patient)
	sized := fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(beat), beat)
	for _, test := range []struct {
		name, sent string
		want       int
	}{
		{"garbage", "\x16\x03\x01\x02\x00\x01\x00 no HTTP\r\n\r\n", 400},
		{"an unknown version", "POST " + Path + " HTTP/9.9\r\nHost: x\r\n\r\n", 400},
		{"no host", "POST " + Path + " HTTP/1.1\r\n\r\n", 400},
		{"an odd transfer coding", "POST " + Path + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 400},
		{"a length that is none", "POST " + Path + " HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", 400},
		{"an odd expectation", "POST " + Path + " HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nContent-Length: 2\r\n\r\n", 400},
		{"a header without end", "POST " + Path + " HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 1<<20), 400},
		{"broken chunks", "POST " + Path + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
		{"options of the server", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 404},
		{"a proxy's request", "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n", 404},
		{"a web page's request", "POST " + Path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://example.com\r\n" + sized, 400},
		{"a web page's own", "POST " + Path + " HTTP/1.1\r\nHost: example.com\r\nSec-Fetch-Site: same-origin\r\n" + sized, 400},
		{"HTTP/1.0", "POST " + Path + " HTTP/1.0\r\n" + sized, 200},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := s.dial(t)
			// The server may hang up before it has all of it.
			_, _ = io.WriteString(c, test.sent)
			hear(t, c).check(t, test.want)
		})
	}
}

func TestRefusesBeforeABodyIsSent(t *testing.T) {
	limits := patient
	limits.finish, limits.leftover = 10*time.Millisecond, time.Hour
	slow := start(t, Options{Secret: secret}, limits)
	limits.leftover = 50 * time.Millisecond
	brisk := start(t, Options{Secret: secret}, limits)
	for _, test := range []struct {
		name, head string
		want       int
	}{
		{"too long", "POST " + PathFor(secret) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 11534336\r\n\r\n", 413},
		{"no secret", "POST " + Path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n", 404},
		{"no secret, in chunks", "POST " + Path + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 404},
		{"no secret, asking first", "POST " + Path + " HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 50000\r\n\r\n", 404},
		{"another method", "PUT " + PathFor(secret) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 50000\r\n\r\n", 405},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := slow.dial(t)
			say(t, c, test.head)
			hear(t, c).check(t, test.want)
			c = brisk.dial(t)
			say(t, c, test.head)
			hear(t, c).check(t, test.want)
			if _, err := io.Copy(io.Discard, c); err != nil {
				t.Errorf("the connection is not closed: %v", err)
			}
		})
	}
}

func TestTakesABodyThatWaitsToBeAskedFor(t *testing.T) {
	s := start(t, Options{}, patient)
	c := s.dial(t)
	askFirst(t, c, len(beat))
	say(t, c, beat)
	hear(t, c).check(t, 200)
}

func TestDeliversTheBodyAsItCame(t *testing.T) {
	deliveries := make(chan string, 1)
	s := start(t, Options{Deliver: func(body []byte) bool {
		deliveries <- string(body)
		return true
	}}, patient)
	for _, size := range []int{0, 1, int(defaultLimits.small), int(defaultLimits.small) + 1, 1 << 20} {
		sent := strings.Repeat("0123456789abcdef", size/16+1)[:size]
		s.post(t, Path, strings.NewReader(sent)).check(t, 200)
		if got := <-deliveries; got != sent {
			t.Errorf("%d bytes came as %d others", len(sent), len(got))
		}
	}
}

func TestATestIsNoHeartbeat(t *testing.T) {
	words := make(chan string, 1)
	heard := start(t, Options{Secret: secret, OnTest: func(word string) { words <- word }}, patient)
	deaf := start(t, Options{Secret: secret}, patient)
	ask := func(s *listener, path string) answer {
		r, err := http.NewRequest("POST", s.url(path), strings.NewReader(beat))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set(TestHeader, "word-1")
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		return read(t, response)
	}
	ask(heard, PathFor(secret)).check(t, 200)
	if word := <-words; word != "word-1" {
		t.Errorf("word %q", word)
	}
	ask(deaf, PathFor(secret)).check(t, 200)
	ask(heard, Path).check(t, 404)
	if len(words) != 0 || heard.delivered.Load()+deaf.delivered.Load() != 0 {
		t.Error("a test without the secret is heard, or one is delivered")
	}
}

// malformed makes bodies that look more or less like heartbeats.
func malformed(r *rand.Rand) string {
	random := make([]byte, r.IntN(2000))
	for i := range random {
		random[i] = byte(r.Uint32())
	}
	switch r.IntN(9) {
	case 0:
		return beat[:r.IntN(len(beat))]
	case 1:
		return strings.Repeat("[", r.IntN(100_000)+1)
	case 2:
		return strings.Repeat(`{"data":`, r.IntN(20_000)+1)
	case 3:
		return `{"status_type":` + []string{"1", "null", "[]", "{}", "true", `""`}[r.IntN(6)] + `}`
	case 4:
		return strings.Repeat("\x00", r.IntN(2000))
	case 5:
		return strings.Repeat("9", r.IntN(100_000)+1)
	case 6:
		return beat + beat[:r.IntN(len(beat)-1)+1]
	case 7:
		at := r.IntN(len(beat)-1) + 1
		return beat[:at] + "\x00" + beat[at:]
	default:
		return "\xff" + string(random)
	}
}

func TestAThousandMalformedBodies(t *testing.T) {
	s := start(t, Options{}, patient)
	random := rand.New(rand.NewPCG(1, 2))
	bodies := make(chan string)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for body := range bodies {
				got, err := s.try(Path, strings.NewReader(body))
				if err == nil {
					err = got.meaning()
				}
				if err != nil || got.status != 400 {
					t.Errorf("%.80q: %d, %v", body, got.status, err)
				}
			}
		})
	}
	for range 1000 {
		bodies <- malformed(random)
	}
	close(bodies)
	group.Wait()
	s.post(t, Path, strings.NewReader(beat)).check(t, 200)
	if s.delivered.Load() != 1 {
		t.Errorf("%d delivered", s.delivered.Load())
	}
}

// buffer collects a log.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// logTo writes everything to a buffer.
func logTo(b *buffer) *slog.Logger {
	return slog.New(slog.NewTextHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func TestTheLogHasNoSecretAndNoBody(t *testing.T) {
	for _, test := range []struct {
		name string
		use  func(s *listener)
		want string
	}{
		{"wrong path", func(s *listener) { s.post(t, Path+"/x"+secret, strings.NewReader("private")) }, "status=404"},
		{"wrong method", func(s *listener) {
			r, err := http.Get(s.url(PathFor(secret)))
			if err != nil {
				t.Fatal(err)
			}
			r.Body.Close()
		}, "status=405"},
		{"no heartbeat", func(s *listener) { s.post(t, PathFor(secret), strings.NewReader("private")) }, "status=400"},
		{"panic", func(s *listener) {
			if got, err := s.try(PathFor(secret), strings.NewReader("panic private")); err == nil {
				t.Errorf("answered %d after a panic", got.status)
			}
		}, "handler_test.go"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var log buffer
			s := start(t, Options{Secret: secret, Log: logTo(&log), Deliver: func(body []byte) bool {
				if bytes.HasPrefix(body, []byte("panic")) {
					panic(secret + string(body))
				}
				return false
			}}, patient)
			test.use(s)
			s.stop()
			s.wait(t)
			if !strings.Contains(log.String(), test.want) {
				t.Errorf("nothing of it is logged: %s", &log)
			}
			for _, private := range []string{secret, "private", Path} {
				if strings.Contains(log.String(), private) {
					t.Errorf("%q is logged: %s", private, &log)
				}
			}
		})
	}
}

func TestAFloodOfBadRequestsDoesNotFillTheLog(t *testing.T) {
	var log buffer
	s := start(t, Options{Log: logTo(&log)}, patient)
	for range 100 {
		s.post(t, "/", strings.NewReader("{}")).check(t, 404)
	}
	if lines := strings.Count(log.String(), "\n"); lines < 1 || lines > 10 {
		t.Errorf("%d lines", lines)
	}
}

// TestLargeBodiesThatAreTakenInHaveTheirTurnsYet: what is made of them takes more
// memory than they do.
func TestLargeBodiesThatAreTakenInHaveTheirTurnsYet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		large := strings.Repeat(" ", int(defaultLimits.small)+1) + beat
		release := make(chan struct{})
		s := startInside(t, Options{Deliver: func(body []byte) bool {
			if len(body) == len(large) {
				<-release
			}
			return true
		}}, defaultLimits)
		var first []net.Conn
		for range defaultLimits.large {
			c := s.dial(t)
			say(t, c, fmt.Sprintf("POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", Path, len(large), large))
			first = append(first, c)
		}
		synctest.Wait() // they are all being taken in
		s.post(t, Path, strings.NewReader(large)).check(t, 413)
		s.post(t, Path, strings.NewReader(beat)).check(t, 200)
		close(release)
		for _, c := range first {
			hear(t, c).check(t, 200)
		}
	})
}

func TestAHangingDeliveryHoldsUpNoOther(t *testing.T) {
	release, hanging := make(chan struct{}), make(chan struct{})
	var first atomic.Bool
	s := start(t, Options{Deliver: func([]byte) bool {
		if first.CompareAndSwap(false, true) {
			close(hanging)
			<-release
		}
		return true
	}}, patient)
	stuck := s.dial(t)
	say(t, stuck, "POST "+Path+" HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
	<-hanging
	for range 50 {
		s.post(t, Path, strings.NewReader(beat)).check(t, 200)
	}
	close(release)
	hear(t, stuck).check(t, 200)
}

func TestNewSecretsAreRandomAndFitIntoAPath(t *testing.T) {
	plain := regexp.MustCompile(`^[A-Za-z0-9_-]{26,64}$`) // 26 of 32 characters are 130 bits
	seen := map[string]bool{}
	for range 1000 {
		s := NewSecret()
		if !plain.MatchString(s) || PathFor(s) != Path+"/"+s || seen[s] {
			t.Fatalf("secret %q, path %q, seen %v", s, PathFor(s), seen[s])
		}
		seen[s] = true
	}
}

func TestAnySecretCanBeAPath(t *testing.T) {
	for _, odd := range []string{"with blank", "50%", "a/b", "ü?#"} {
		s := start(t, Options{Secret: odd}, patient)
		s.post(t, PathFor(odd), strings.NewReader(beat)).check(t, 200)
	}
}
