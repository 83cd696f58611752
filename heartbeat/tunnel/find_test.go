package tunnel

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// agent answers each path with a fixed text, others with 404.
func agentAt(t *testing.T, answers map[string]string) string {
	t.Helper()
	return serveAgent(t, func(w http.ResponseWriter, r *http.Request) {
		answer, ok := answers[r.URL.Path]
		if !ok || r.Method != http.MethodGet {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, answer)
	})
}

func serveAgent(t *testing.T, h http.HandlerFunc) (address string) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// closedPort is an address of this computer where nothing listens. Systems give
// out higher ports by themselves, so that nobody gets it by chance.
func closedPort(t *testing.T) string {
	t.Helper()
	var failure error
	for range 100 { // some are in use, and some are kept by Windows for itself
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 10_000+rand.IntN(20_000)))
		if err == nil {
			defer l.Close()
			return l.Addr().String()
		}
		failure = err
	}
	t.Fatal(failure)
	return ""
}

func ngrokTunnels(tunnels ...string) map[string]string {
	return map[string]string{"/api/tunnels": `{"tunnels":[` + strings.Join(tunnels, ",") + `],"uri":"/api/tunnels"}`}
}

func ngrokTunnel(public, addr string) string {
	return fmt.Sprintf(`{"name":"command_line","ID":"8389","uri":"/api/tunnels/command_line","public_url":%q,"proto":"https","config":{"addr":%s,"inspect":true},"metrics":{}}`, public, addr)
}

func TestNgroksTunnelsToOurPortAreFound(t *testing.T) {
	for _, addr := range []string{`"http://localhost:3000"`, `"localhost:3000"`, `"127.0.0.1:3000"`, `"http://[::1]:3000"`, `"3000"`, `3000`} {
		at := agentAt(t, ngrokTunnels(
			ngrokTunnel("https://other.ngrok.app", `"http://localhost:8080"`),
			ngrokTunnel("https://ours.ngrok.app", addr),
		))
		found, err := finder{ngrok: []string{at}}.find(t.Context(), 3000)
		if want := []Endpoint{{"https://ours.ngrok.app", "ngrok", true}}; err != nil || !slices.Equal(found, want) {
			t.Errorf("%s: got %v, %v", addr, found, err)
		}
	}
}

func TestNgroksOtherTunnelsAreNotOffered(t *testing.T) {
	for name, tunnel := range map[string]string{
		"another port":             ngrokTunnel("https://a.ngrok.app", `"http://localhost:8080"`),
		"plain http":               ngrokTunnel("http://a.ngrok.app", `"http://localhost:3000"`),
		"tcp":                      ngrokTunnel("tcp://0.tcp.ngrok.io:12345", `"localhost:3000"`),
		"another computer":         ngrokTunnel("https://a.ngrok.app", `"http://192.168.1.9:3000"`),
		"TLS, which we don't talk": ngrokTunnel("https://a.ngrok.app", `"https://localhost:3000"`),
		"a folder":                 ngrokTunnel("https://a.ngrok.app", `"file:///home"`),
		"no address":               ngrokTunnel("https://a.ngrok.app", `null`),
		"a loopback address":       ngrokTunnel("https://127.0.0.1", `"localhost:3000"`),
		"a URL with a password":    ngrokTunnel("https://a:b@a.ngrok.app", `"localhost:3000"`),
	} {
		_, err := finder{ngrok: []string{agentAt(t, ngrokTunnels(tunnel))}}.find(t.Context(), 3000)
		if err == nil || !strings.Contains(err.Error(), "ngrok runs, but none of its https tunnels leads to port 3000") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func cloudflared(host string, rules ...string) map[string]string {
	answers := map[string]string{"/quicktunnel": `{"hostname":"` + host + `"}`}
	if rules != nil {
		answers["/config"] = `{"version":1,"config":{"ingress":[` + strings.Join(rules, ",") + `],"warp-routing":{},"originRequest":{}}}`
	}
	return answers
}

func rule(host, path, service string) string {
	return fmt.Sprintf(`{"hostname":%q,"path":%s,"service":%q,"Handlers":null,"originRequest":{}}`, host, path, service)
}

func TestCloudflaredsTunnelsToOurPortAreFound(t *testing.T) {
	for name, c := range map[string]struct {
		answers map[string]string
		want    []Endpoint
	}{
		"a quick tunnel": {
			cloudflared("xyz.trycloudflare.com", rule("", "null", "http://localhost:3000")),
			[]Endpoint{{"https://xyz.trycloudflare.com", "cloudflared", true}},
		},
		"an older quick tunnel that does not tell its port": {
			cloudflared("xyz.trycloudflare.com"),
			[]Endpoint{{"https://xyz.trycloudflare.com", "cloudflared", false}},
		},
		"a named tunnel": {
			cloudflared("", rule("shop.example.com", "null", "http://localhost:8080"),
				rule("api.example.com", `"^/api"`, "http://localhost:3000"),
				rule("beat.example.com", `"^/webhook"`, "http://127.0.0.1:3000"),
				rule("*.example.com", "null", "http://127.0.0.1:3000"),
				rule("", "null", "http_status:404")),
			[]Endpoint{{"https://beat.example.com", "cloudflared", true}},
		},
	} {
		found, err := finder{cloudflared: []string{agentAt(t, c.answers)}}.find(t.Context(), 3000)
		if err != nil || !slices.Equal(found, c.want) {
			t.Errorf("%s: got %v, %v", name, found, err)
		}
	}
}

func TestCloudflaredsOtherTunnelsAreNotOffered(t *testing.T) {
	for name, answers := range map[string]map[string]string{
		"a quick tunnel to another port": cloudflared("xyz.trycloudflare.com", rule("", "null", "http://localhost:8080")),
		"a named one without our port":   cloudflared("", rule("a.example.com", "null", "http://localhost:8080")),
		"a rule for every host":          cloudflared("", rule("", "null", "http://localhost:3000")),
		"no tunnel":                      cloudflared(""),
		"a broken path":                  cloudflared("", rule("a.example.com", `"("`, "http://localhost:3000")),
	} {
		_, err := finder{cloudflared: []string{agentAt(t, answers)}}.find(t.Context(), 3000)
		if err == nil || !strings.Contains(err.Error(), "cloudflared runs, but none of its tunnels leads to port 3000") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAllAgentsAreAsked(t *testing.T) {
	found, err := finder{
		ngrok: []string{agentAt(t, ngrokTunnels(ngrokTunnel("https://n.ngrok.app", "3000")))},
		cloudflared: []string{
			closedPort(t),
			agentAt(t, cloudflared("one.trycloudflare.com", rule("", "null", "http://localhost:8080"))),
			agentAt(t, cloudflared("two.trycloudflare.com", rule("", "null", "http://localhost:3000"))),
		},
	}.find(t.Context(), 3000)
	want := []Endpoint{{"https://n.ngrok.app", "ngrok", true}, {"https://two.trycloudflare.com", "cloudflared", true}}
	if err != nil || !slices.Equal(found, want) {
		t.Errorf("got %v, %v", found, err)
	}
}

func TestNoAgentSaysWhatToDo(t *testing.T) {
	_, err := finder{ngrok: []string{closedPort(t)}, cloudflared: []string{closedPort(t)}}.find(t.Context(), 3000)
	const want = "no ngrok and no cloudflared answers on this computer; start `ngrok http 3000` or `cloudflared tunnel --url http://127.0.0.1:3000`, or enter the public address by hand"
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsNoAgentIsNotBelieved(t *testing.T) {
	honest := agentAt(t, ngrokTunnels(ngrokTunnel("https://a.ngrok.app", "3000")))
	huge := strings.Repeat(" ", maxAgentBody) + ngrokTunnels(ngrokTunnel("https://a.ngrok.app", "3000"))["/api/tunnels"]
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		says   string
	}{
		"a web page": {func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "<html>hello</html>") }, "is not ngrok"},
		"other JSON": {func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, `{"ok":true}`) }, "is not ngrok"},
		"half an answer": {func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, `{"tunnels":[{"public_url":"https://a.ngr`)
		}, "is not ngrok"},
		"far too much": {func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, huge) }, "is not ngrok"},
		"no HTTP":      {func(w http.ResponseWriter, r *http.Request) { hangUp(w, "SSH-2.0-OpenSSH_9.2\r\n") }, "does not answer"},
		"a refusal":    {func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusUnauthorized) }, "says HTTP 401"},
		"somebody else's": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://"+honest+r.URL.Path, http.StatusFound)
		}, "says HTTP 302"},
	} {
		_, err := finder{ngrok: []string{serveAgent(t, c.answer)}}.find(t.Context(), 3000)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestASlowAgentDoesNotHoldUpTheSearch(t *testing.T) {
	t.Parallel() // it waits most of the time
	var asked atomic.Int32
	all := make(chan struct{})
	at := serveAgent(t, func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == 3 {
			close(all)
		}
		select {
		case <-all:
			<-r.Context().Done()
		case <-r.Context().Done():
			t.Error("one was given up before all were asked")
		}
	})
	_, err := finder{ngrok: []string{at}, cloudflared: []string{at, at}, timeout: 3 * agentTimeout}.find(t.Context(), 3000)
	if err == nil || !strings.Contains(err.Error(), "does not answer") {
		t.Errorf("got %v", err)
	}
}

func TestTheSearchEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	at := serveAgent(t, func(w http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() })
	if _, err := (finder{ngrok: []string{at}}).find(ctx, 3000); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
