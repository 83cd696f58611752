package tunnel

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"exotel-monitor/heartbeat/webhook"
)

const (
	agentTimeout = 2 * time.Second // agents are on this computer
	maxAgentBody = 1 << 20
)

// Endpoint is a public address that an agent on this computer offers.
type Endpoint struct {
	// URL is https://host, a base for PublicURL.
	URL string
	// Agent is "ngrok" or "cloudflared".
	Agent string
	// PortKnown means that the agent reports that the address leads to the webhook's
	// port. Older quick tunnels of cloudflared do not report where they lead: use a
	// Tester.
	PortKnown bool
}

// Find asks the agents on this computer for https addresses that lead to a port of this
// computer. It looks for ngrok's local API and cloudflared's metrics server at their
// default ports. If it finds no address, its error says which agents run and what to do.
func Find(ctx context.Context, port int) ([]Endpoint, error) {
	return finder{
		ngrok: []string{"127.0.0.1:4040"},
		// cloudflared takes the first of these that is free when it starts.
		cloudflared: []string{"127.0.0.1:20241", "127.0.0.1:20242", "127.0.0.1:20243", "127.0.0.1:20244", "127.0.0.1:20245"},
		timeout:     agentTimeout,
	}.find(ctx, port)
}

// finder has the addresses at which agents may answer, as host:port.
type finder struct {
	ngrok, cloudflared []string
	timeout            time.Duration // for all answers; 0 for ever
}

// errNoAgent is the error of an address where nothing listens.
var errNoAgent = errors.New("nothing answers")

func (f finder) find(ctx context.Context, port int) ([]Endpoint, error) {
	// Never use a proxy. On Windows it takes seconds to find that nothing listens.
	transport := &http.Transport{DialContext: (&net.Dialer{Timeout: f.timeout / 2}).DialContext}
	defer transport.CloseIdleConnections()
	client := &http.Client{
		Transport:     transport,
		Timeout:       f.timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	type answer struct {
		found []Endpoint
		err   error
	}
	answers := make([]answer, len(f.ngrok)+len(f.cloudflared))
	var asking sync.WaitGroup
	for i, address := range slices.Concat(f.ngrok, f.cloudflared) {
		ask := askNgrok
		if i >= len(f.ngrok) {
			ask = askCloudflared
		}
		asking.Go(func() { answers[i].found, answers[i].err = ask(ctx, client, address, port) })
	}
	asking.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	var found []Endpoint
	var problems []string
	for _, a := range answers {
		found = append(found, a.found...)
		if a.err != nil && !errors.Is(a.err, errNoAgent) {
			problems = append(problems, a.err.Error())
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	if len(problems) == 0 {
		problems = []string{"no ngrok and no cloudflared answers on this computer"}
	}
	return nil, fmt.Errorf("%s; start `ngrok http %d` or `cloudflared tunnel --url http://127.0.0.1:%d`, or enter the public address by hand",
		strings.Join(problems, "; "), port, port)
}

// askNgrok returns the tunnels of an ngrok agent that lead to the port. See
// https://ngrok.com/docs/agent/api/.
func askNgrok(ctx context.Context, client *http.Client, address string, port int) ([]Endpoint, error) {
	var list struct {
		Tunnels *[]struct {
			PublicURL string `json:"public_url"`
			Config    struct {
				Addr any `json:"addr"` // a URL, host:port, or a bare port
			} `json:"config"`
		} `json:"tunnels"`
	}
	if err := askAgent(ctx, client, "ngrok", address, "/api/tunnels", &list); err != nil {
		return nil, err
	}
	if list.Tunnels == nil {
		return nil, fmt.Errorf("what answers on %s is not ngrok", address)
	}
	var found []Endpoint
	for _, t := range *list.Tunnels {
		base, ok := httpsBase(t.PublicURL)
		if ok && leadsTo(fmt.Sprint(t.Config.Addr), port) {
			found = append(found, Endpoint{URL: base, Agent: "ngrok", PortKnown: true})
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("ngrok runs, but none of its https tunnels leads to port %d", port)
	}
	return found, nil
}

// askCloudflared returns the public names that a cloudflared serves for the port. Its
// metrics server names the host of a quick tunnel at /quicktunnel, and lists the rules
// for requests at /config. A quick tunnel has one rule, without a host. Older versions
// have no /config.
func askCloudflared(ctx context.Context, client *http.Client, address string, port int) ([]Endpoint, error) {
	var quick struct {
		Hostname *string `json:"hostname"`
	}
	if err := askAgent(ctx, client, "cloudflared", address, "/quicktunnel", &quick); err != nil {
		return nil, err
	}
	if quick.Hostname == nil {
		return nil, fmt.Errorf("what answers on %s is not cloudflared", address)
	}
	var rules struct {
		Config struct {
			Ingress []struct {
				Hostname string `json:"hostname"`
				Path     string `json:"path"` // a regular expression
				Service  string `json:"service"`
			} `json:"ingress"`
		} `json:"config"`
	}
	var found []Endpoint
	if askAgent(ctx, client, "cloudflared", address, "/config", &rules) != nil || len(rules.Config.Ingress) == 0 {
		if base, ok := httpsBase("https://" + *quick.Hostname); ok {
			found = append(found, Endpoint{URL: base, Agent: "cloudflared"})
		}
		rules.Config.Ingress = nil // drop what was read before an error
	}
	for _, rule := range rules.Config.Ingress {
		host := rule.Hostname
		if host == "" || host == "*" {
			host = *quick.Hostname
		}
		base, ok := httpsBase("https://" + host)
		passes, err := regexp.MatchString(rule.Path, webhook.Path+"/")
		if ok && err == nil && passes && leadsTo(rule.Service, port) {
			found = append(found, Endpoint{URL: base, Agent: "cloudflared", PortKnown: true})
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("cloudflared runs, but none of its tunnels leads to port %d", port)
	}
	return found, nil
}

// askAgent decodes an agent's JSON answer.
func askAgent(ctx context.Context, client *http.Client, agent, address, path string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, nil)
	if err != nil {
		return fmt.Errorf("%s cannot be asked: %w", agent, err)
	}
	response, err := client.Do(request)
	if network, ok := errors.AsType[*net.OpError](err); ok && network.Op == "dial" {
		return fmt.Errorf("%w on %s", errNoAgent, address)
	}
	if err != nil {
		return fmt.Errorf("what listens on %s, where %s may be, does not answer", address, agent)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("what answers on %s, where %s may be, says HTTP %d", address, agent, response.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAgentBody))
	if err != nil {
		return fmt.Errorf("what listens on %s, where %s may be, does not finish its answer", address, agent)
	}
	if json.Unmarshal(body, into) != nil { // cut off, or not JSON
		return fmt.Errorf("what answers on %s is not %s", address, agent)
	}
	return nil
}

// httpsBase returns the https://host of an agent's public URL. ok is false for other
// schemes, wildcards and addresses that Exotel cannot reach.
func httpsBase(public string) (string, bool) {
	u, err := parsePublic(public)
	if err != nil || u.Scheme != "https" || strings.Contains(u.Host, "*") {
		return "", false
	}
	if ip, isIP := hostIP(u.Hostname()); isIP && ip.IsLoopback() {
		return "", false
	}
	return "https://" + u.Host, true
}

// leadsTo reports whether an agent that passes requests on to target reaches the port of
// this computer in plain HTTP, which is what the listener speaks.
func leadsTo(target string, port int) bool {
	if _, err := strconv.Atoi(target); err == nil {
		target = "localhost:" + target
	}
	if !strings.Contains(target, "://") {
		target = "http://" + target
	}
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "http" {
		return false
	}
	ip, isIP := hostIP(u.Hostname())
	here := isIP && (ip.IsLoopback() || ip.IsUnspecified())
	return here && (u.Port() == strconv.Itoa(port) || u.Port() == "" && port == 80)
}
