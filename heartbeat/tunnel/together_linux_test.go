package tunnel

import (
	"context"
	"strings"
	"testing"
	"time"

	"exotel-monitor/heartbeat/webhook"
)

// The whole way as in the program: a test heartbeat through a real SSH server
// to the real listener, before and after the server was gone.
func TestATestHeartbeatGoesThroughTheTunnelToTheListener(t *testing.T) {
	var tester Tester
	local, err := webhook.Listen("127.0.0.1:0")
	fatal(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	secret := webhook.NewSecret()
	go func() {
		ended <- webhook.Serve(ctx, local, webhook.Options{
			Secret:  secret,
			Deliver: func([]byte) bool { t.Error("a test was taken for a heartbeat"); return true },
			OnTest:  tester.MarkArrived,
		})
	}()
	t.Cleanup(func() { cancel(); fatal(t, <-ended) })
	server := startSSHD(t)
	s := server.tunnel(local.Addr().String())
	s.RemoteBind = closedPort(t)
	tunnel := run(t, s)
	right, err := PublicURL("http://"+s.RemoteBind, secret)
	fatal(t, err)

	tunnel.until(Up)
	result, err := tester.Test(t.Context(), right)
	fatal(t, err)
	t.Logf("arrived after %s, answered after %s", result.Arrived, result.Answered)
	wrong, err := PublicURL(right, "old-secret")
	fatal(t, err)
	if _, err := tester.Test(t.Context(), wrong); err == nil || !strings.Contains(err.Error(), "copy the URL again") {
		t.Errorf("with the wrong secret: %v", err)
	}
	server.stop()
	tunnel.until(Waiting)
	if _, err := tester.Test(t.Context(), right); err == nil || !strings.Contains(err.Error(), "nothing listens there") {
		t.Errorf("without the server: %v", err)
	}
	began := time.Now()
	server.start()
	tunnel.until(Up)
	t.Logf("up again %s after the server", time.Since(began))
	_, err = tester.Test(t.Context(), right)
	fatal(t, err)
}
