package reception

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"exotel-monitor/heartbeat/tunnel"
)

// patience is longer than a port that somebody else had for a moment is waited for.
const patience = time.Minute

// begin starts a reception on a free port, and ends it with the test.
func begin(t *testing.T, change func(*Options)) (r *Reception, address string, delivered chan string) {
	t.Helper()
	delivered = make(chan string, 10)
	o := Options{Address: "127.0.0.1:0", Log: slog.New(slog.DiscardHandler), Deliver: func(body []byte) bool {
		delivered <- string(body)
		return true
	}}
	probe, err := net.Listen("tcp", o.Address)
	if err != nil {
		t.Fatal(err)
	}
	o.Address = probe.Addr().String()
	_ = probe.Close()
	if change != nil {
		change(&o)
	}
	r = New(o)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); r.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-ended })
	return r, o.Address, delivered
}

func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("still waiting: %s", what)
		}
	}
}

func TestHeartbeatsArrive(t *testing.T) {
	r, address, delivered := begin(t, nil)
	until(t, "the listener", func() bool { return r.State().Listening == address })
	response, err := http.Post("http://"+address+"/webhook/heartbeat", "application/json", strings.NewReader("{}"))
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%v, %v", response, err)
	}
	if body := <-delivered; body != "{}" {
		t.Errorf("got %q", body)
	}
}

func TestATestGoesThePublicWayAndIsNoHeartbeat(t *testing.T) {
	r, address, delivered := begin(t, func(o *Options) { o.Secret, o.PublicURL = "word", "http://"+o.Address })
	until(t, "the listener", func() bool { return r.State().Listening == address })
	if url, err := r.URL(); err != nil || url != "http://"+address+"/webhook/heartbeat/word" {
		t.Errorf("got %s, %v", url, err)
	}
	if result, err := r.Test(t.Context()); err != nil || result.Arrived <= 0 {
		t.Errorf("got %+v, %v", result, err)
	}
	if len(delivered) > 0 {
		t.Error("the test was taken for a heartbeat")
	}
}

func TestWithoutAPublicURLThereIsNothingToPasteOrTest(t *testing.T) {
	r, address, _ := begin(t, nil)
	until(t, "the listener", func() bool { return r.State().Listening == address })
	if _, err := r.URL(); err == nil {
		t.Error("a URL")
	}
	if _, err := r.Test(t.Context()); err == nil {
		t.Error("a test")
	}
}

func TestATakenPortIsSaidAndLeftToItsOwner(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	r, _, _ := begin(t, func(o *Options) { o.Address = taken.Addr().String() })
	until(t, "the error", func() bool { return r.State().Err != nil })
	if _, err := r.Test(t.Context()); err == nil || r.State().Listening != "" {
		t.Errorf("state %+v, test %v", r.State(), err)
	}
}

func TestATunnelThatEndsForGoodSaysWhy(t *testing.T) {
	r, address, _ := begin(t, func(o *Options) {
		o.SSH = &tunnel.SSH{Address: "127.0.0.1:1", User: "u", KeyFile: t.TempDir() + "/none", RemoteBind: "127.0.0.1:1"}
	})
	until(t, "the tunnel's end", func() bool { return r.State().TunnelErr != nil })
	until(t, "the listener all the same", func() bool { return r.State().Listening == address })
}
