// Package reception is where Exotel's heartbeats arrive: it runs the webhook's
// listener and, if wanted, the SSH tunnel that leads to it, and says how both
// are.
package reception

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"

	"exotel-monitor/heartbeat/tunnel"
	"exotel-monitor/heartbeat/webhook"
)

// retryEvery is how often a port that another program has is tried again.
const retryEvery = 10 * time.Second

// Options of a reception. Address, Deliver and Log are required.
type Options struct {
	Address string // host:port of the listener
	// Secret is the last part of the webhook's path; "" for none, which is for
	// a listener that no other computer reaches.
	Secret string
	// PublicURL is where Exotel reaches the listener, without path and secret;
	// "" for nowhere.
	PublicURL string
	// SSH is the tunnel to open; nil for none. Its LocalAddress, Changed and Log
	// are set here.
	SSH *tunnel.SSH
	// Deliver is webhook.Options.Deliver.
	Deliver func(body []byte) bool
	// Changed hears of each new State; nil means nobody listens. It is called
	// on goroutines of the reception and must return soon.
	Changed func(State)
	Log     *slog.Logger
}

// State is how a reception is.
type State struct {
	Listening string // the listener's address; "" while there is none
	Err       error  // why there is no listener
	Tunnel    tunnel.State
	TunnelErr error // why the tunnel ended for good
}

// Reception receives heartbeats. Make one with New.
type Reception struct {
	o      Options
	tester tunnel.Tester

	mu       sync.Mutex
	listener net.Listener
	state    State
}

// New returns a reception that is not open yet.
func New(o Options) *Reception { return &Reception{o: o} }

// Listen opens the listener, which Run otherwise does itself, again and again
// until it can. It is for those who want to know at once.
func (r *Reception) Listen() error {
	listener, err := webhook.Listen(r.o.Address)
	r.set(func(s *State) {
		s.Err = err
		if err == nil {
			s.Listening = listener.Addr().String()
			r.listener = listener
		}
	})
	return err
}

// State is how the reception is now.
func (r *Reception) State() State {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state
}

func (r *Reception) set(change func(*State)) {
	r.mu.Lock()
	change(&r.state)
	state := r.state
	r.mu.Unlock()
	if r.o.Changed != nil {
		r.o.Changed(state)
	}
}

// URL is what to paste into Exotel's Notifications Settings. It contains the
// secret.
func (r *Reception) URL() (string, error) {
	if r.o.PublicURL == "" {
		return "", errors.New("no public address leads here yet; enter one, or open a tunnel")
	}
	return tunnel.PublicURL(r.o.PublicURL, r.o.Secret)
}

// Test posts a test heartbeat through the public URL; see tunnel.Tester.
func (r *Reception) Test(ctx context.Context) (tunnel.Result, error) {
	if state := r.State(); state.Listening == "" {
		return tunnel.Result{}, errors.Join(errors.New("the webhook does not listen yet"), state.Err)
	}
	url, err := r.URL()
	if err != nil {
		return tunnel.Result{}, err
	}
	return r.tester.Test(ctx, url)
}

// Run receives heartbeats until ctx ends.
func (r *Reception) Run(ctx context.Context) {
	var work sync.WaitGroup
	defer work.Wait()
	if r.o.SSH != nil {
		work.Go(func() { r.dig(ctx) })
	}
	for ctx.Err() == nil {
		if err := r.serve(ctx); err != nil {
			r.o.Log.Error("heartbeats are not received", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(retryEvery):
		}
	}
}

// serve opens the listener, unless it is open, and serves it until ctx ends or
// it breaks.
func (r *Reception) serve(ctx context.Context) error {
	if r.State().Listening == "" {
		if err := r.Listen(); err != nil {
			return err
		}
	}
	err := webhook.Serve(ctx, r.listener, webhook.Options{
		Secret: r.o.Secret, Deliver: r.o.Deliver, Test: r.tester.Arrived, Log: r.o.Log,
	})
	r.set(func(s *State) { s.Listening, s.Err = "", err })
	return err
}

// dig keeps the tunnel open.
func (r *Reception) dig(ctx context.Context) {
	way := *r.o.SSH
	way.LocalAddress, way.Log = r.o.Address, r.o.Log
	way.Changed = func(now tunnel.State) { r.set(func(s *State) { s.Tunnel = now }) }
	if err := way.Run(ctx); err != nil {
		r.o.Log.Error("the SSH tunnel is closed", "error", err)
		r.set(func(s *State) { s.Tunnel, s.TunnelErr = tunnel.State{}, err })
	}
}
