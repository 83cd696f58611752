package webhook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// dawdle writes a head and then, a byte at a time, more and more of a request
// that never ends, until the server closes the connection. It returns what the
// server said.
func dawdle(c net.Conn, head, drip string, every time.Duration) string {
	said := make(chan string, 1)
	go func() {
		text, _ := io.ReadAll(c) // cut off is cut off, by whatever error
		said <- string(text)
	}()
	tick := time.NewTicker(every)
	defer tick.Stop()
	_, _ = io.WriteString(c, head)
	for i := 0; ; i++ {
		select {
		case text := <-said:
			return text
		case <-tick.C:
			_, _ = c.Write([]byte{drip[i%len(drip)]})
		}
	}
}

const (
	headWithoutEnd  = "POST " + Path + " HTTP/1.1\r\nHost: x\r\n"
	headOfLongBody  = headWithoutEnd + "Content-Length: 100000\r\n\r\n{"
	headOfEndless   = headWithoutEnd + "Transfer-Encoding: chunked\r\n\r\n"
	headOfWrongPath = "POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"
)

func TestSlowClientsDoNotKeepAHeartbeatFromItsAnswer(t *testing.T) {
	limits := defaultLimits
	limits.finish = 10 * time.Millisecond                // no need to wait for them in the end
	limits.header, limits.request = time.Hour, time.Hour // they stay, however long the heartbeats take
	s := start(t, Options{}, limits)
	var group sync.WaitGroup
	cut := make(chan struct{}, 200)
	for i := range 200 {
		c := s.dial(t)
		if err := c.SetDeadline(time.Time{}); err != nil {
			t.Fatal(err)
		}
		group.Go(func() {
			switch i % 4 {
			case 0:
				dawdle(c, "", "POST ", 50*time.Millisecond)
			case 1:
				dawdle(c, headWithoutEnd, "X-Long: x\r\n", 50*time.Millisecond)
			case 2:
				dawdle(c, headOfLongBody, " ", 50*time.Millisecond)
			case 3:
				dawdle(c, headOfEndless, "1\r\n \r\n", 50*time.Millisecond)
			}
			cut <- struct{}{}
		})
	}
	for range 20 {
		s.post(t, Path, strings.NewReader(beat)).check(t, 200)
	}
	if len(cut) != 0 {
		t.Errorf("%d of the slow clients were gone already", len(cut))
	}
	s.stop()
	group.Wait()
}

func TestSlowClientsAreCutOff(t *testing.T) {
	const soon = time.Second
	header := func(l *limits) { l.header = soon }
	request := func(l *limits) { l.request = soon }
	leftover := func(l *limits) { l.leftover = soon }
	idle := func(l *limits) { l.idle = soon }
	for _, test := range []struct {
		name, head, drip, want string
		limit                  func(*limits)
	}{
		{"silence", "", "", "", header},
		{"half a header", "", "POST ", "HTTP/1.1 400 ", header},
		{"a header without end", headWithoutEnd, "x", "HTTP/1.1 400 ", header}, // cut within a line; between two, nothing is said
		{"a body without end", headOfLongBody, " ", "HTTP/1.1 400 ", request},
		{"chunks without end", headOfEndless, "1\r\n \r\n", "HTTP/1.1 400 ", request},
		{"a body behind a wrong path", headOfWrongPath, " ", "HTTP/1.1 404 ", leftover},
		{"nothing after an answer", headWithoutEnd + "Content-Length: " + fmt.Sprint(len(beat)) + "\r\n\r\n" + beat, "", "HTTP/1.1 200 ", idle},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				limits := defaultLimits
				limits.header, limits.request, limits.idle = time.Hour, time.Hour, time.Hour
				test.limit(&limits)
				c := startInside(t, Options{}, limits).dial(t)
				var said string
				if test.drip != "" {
					said = dawdle(c, test.head, test.drip, 10*time.Millisecond)
				} else {
					if test.head != "" {
						say(t, c, test.head)
					}
					text, err := io.ReadAll(c)
					if err != nil {
						t.Fatal(err)
					}
					said = string(text)
				}
				if !strings.HasPrefix(said, test.want) || test.want == "" && said != "" {
					t.Errorf("it heard %q, want %q", said, test.want)
				}
			})
		})
	}
}

func TestAHeartbeatFindsRoomHoweverManyConnectionsAreOpen(t *testing.T) {
	limits := defaultLimits
	limits.connections = 8
	limits.header = time.Hour
	limits.finish = 10 * time.Millisecond
	s := start(t, Options{}, limits)
	var slow []net.Conn
	for range 100 {
		c := s.dial(t)
		say(t, c, headWithoutEnd)
		slow = append(slow, c)
	}
	s.post(t, Path, strings.NewReader(beat)).check(t, 200)
	for i, c := range slow[:len(slow)+1-limits.connections] {
		_, err := io.Copy(io.Discard, c)
		if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
			t.Fatalf("connection %d is still open", i)
		}
	}
}

func TestTheConnectionOfHeartbeatsStaysOpenInACrowd(t *testing.T) {
	limits := defaultLimits
	limits.connections = 4
	limits.finish = 10 * time.Millisecond
	s := start(t, Options{}, limits)
	client := http.Client{Timeout: enough, Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for round := range 10 {
		reused := false
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
			GotConn: func(info httptrace.GotConnInfo) { reused = info.Reused },
		})
		r, err := http.NewRequestWithContext(ctx, "POST", s.url(Path), strings.NewReader(beat))
		if err != nil {
			t.Fatal(err)
		}
		response, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		read(t, response).check(t, 200)
		if round > 0 && !reused {
			t.Fatalf("round %d needs a new connection", round)
		}
		for range 2 {
			say(t, s.dial(t), headWithoutEnd)
		}
		// Once a third is refused, the two before it have come in.
		s.post(t, "/", strings.NewReader("")).check(t, 404)
	}
}

func TestLargeBodiesThatDawdleHoldUpNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startInside(t, Options{}, defaultLimits)
		large := strings.Repeat(" ", int(defaultLimits.small)+1) + beat
		for range defaultLimits.large {
			c := s.dial(t)
			say(t, c, fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", headWithoutEnd, len(large), large[:defaultLimits.small+1]))
		}
		synctest.Wait() // they all have their turns
		got := s.post(t, Path, strings.NewReader(large))
		got.check(t, 413)
		if got.header.Get("Retry-After") == "" {
			t.Error("it does not say that this will pass")
		}
		s.post(t, Path, strings.NewReader(beat)).check(t, 200)
	})
}

// refused waits until a listener takes no more connections.
func (s *listener) refused(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(enough); ; {
		c, err := net.Dial("tcp", s.address)
		if err != nil {
			return
		}
		c.Close()
		if time.Now().After(deadline) {
			t.Fatal("still open")
		}
	}
}

func TestEndingWaitsForARequestUnderWay(t *testing.T) {
	limits := defaultLimits
	limits.finish = enough
	s := start(t, Options{}, limits)
	c := s.dial(t)
	askFirst(t, c, len(beat))
	s.stop()
	s.refused(t)
	say(t, c, beat)
	hear(t, c).check(t, 200)
	if err := s.wait(t); err != nil || s.delivered.Load() != 1 {
		t.Errorf("%v, %d delivered", err, s.delivered.Load())
	}
}

func TestEndingTakesAtMostThreeSeconds(t *testing.T) {
	for _, test := range []struct {
		name  string
		begin func(t *testing.T, c net.Conn)
		fails bool
	}{
		{"half a header", func(t *testing.T, c net.Conn) { say(t, c, headWithoutEnd) }, false},
		{"half a body", func(t *testing.T, c net.Conn) { askFirst(t, c, 2); say(t, c, "{") }, false},
		{"a delivery that hangs", func(t *testing.T, c net.Conn) { askFirst(t, c, 2); say(t, c, "{}") }, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				release := make(chan struct{})
				defer close(release)
				s := startInside(t, Options{Deliver: func([]byte) bool {
					<-release
					return true
				}}, defaultLimits)
				test.begin(t, s.dial(t))
				synctest.Wait()
				begun := time.Now()
				s.stop()
				err := s.wait(t)
				if took := time.Since(begun); took > 2500*time.Millisecond {
					t.Errorf("it took %v, and the computer needs some more", took)
				}
				if (err != nil) != test.fails {
					t.Errorf("error %v", err)
				}
			})
		})
	}
}

// elsewhere is a listener of a given address that listens to nothing.
type elsewhere struct {
	address string
	closed  bool
}

func (e *elsewhere) Accept() (net.Conn, error) { return nil, errors.New("broken") }
func (e *elsewhere) Close() error              { e.closed = true; return nil }
func (e *elsewhere) Addr() net.Addr            { return e }
func (e *elsewhere) Network() string           { return "tcp" }
func (e *elsewhere) String() string            { return e.address }

func TestOthersCanReachItOnlyWithASecret(t *testing.T) {
	for _, test := range []struct {
		address, secret string
		refused         bool
	}{
		{"127.0.0.1:3000", "", false},
		{"127.7.0.1:3000", "", false},
		{"[::1]:3000", "", false},
		{"[::ffff:127.0.0.1]:3000", "", false},
		{"127.0.0.1:3000", secret, false},
		{"0.0.0.0:3000", secret, false},
		{"0.0.0.0:3000", "", true},
		{"[::]:3000", "", true},
		{"192.168.0.7:3000", "", true},
		{"a socket", "", true},
	} {
		l := &elsewhere{address: test.address}
		err := Serve(context.Background(), l, Options{Secret: test.secret})
		if err == nil || strings.Contains(err.Error(), "needs a secret") != test.refused || !l.closed {
			t.Errorf("%s: %v, closed %v", test.address, err, l.closed)
		}
	}
}

func TestAPortThatIsTakenIsSaid(t *testing.T) {
	s := start(t, Options{}, patient)
	if _, err := Listen(s.address); err == nil || !strings.Contains(err.Error(), s.address) {
		t.Errorf("%v", err)
	}
}
