// Package reception receives Exotel's heartbeats: it runs the webhook's listener and, if
// wanted, the SSH tunnel that leads to it, and reports the state of both.
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

// retryDelay is the time after which a listener that could not be opened is opened again.
const retryDelay = 10 * time.Second

// Options are the settings of a Reception. Address, Deliver and Log are required.
type Options struct {
	Address string // host:port of the listener
	// Secret is the last part of the webhook's path. It may be empty if no other computer
	// can reach the listener.
	Secret string
	// PublicURL is the address at which Exotel reaches the listener, without path and
	// secret; "" means that it cannot.
	PublicURL string
	// SSH is the tunnel to open; nil means none. Its LocalAddress, Changed and Log are
	// set here.
	SSH *tunnel.SSH
	// Deliver is webhook.Options.Deliver.
	Deliver func(body []byte) bool
	// Changed, if not nil, is called with each new State, on goroutines of the Reception.
	// It must return soon.
	Changed func(State)
	Log     *slog.Logger
}

// State is the state of a Reception.
type State struct {
	Listening string // the listener's address, "" without one
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

// New returns a reception without a listener.
func New(o Options) *Reception { return &Reception{o: o} }

// Listen opens the listener at once. Run would do so itself, and try again until it can.
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

// State returns the current state.
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

// URL returns the URL to paste into Exotel's Notifications Settings. It contains the
// secret.
func (r *Reception) URL() (string, error) {
	if r.o.PublicURL == "" {
		return "", errors.New("no public address leads here yet; enter one, or open a tunnel")
	}
	return tunnel.PublicURL(r.o.PublicURL, r.o.Secret)
}

// Test posts a test heartbeat through the public URL. See tunnel.Tester.
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
		work.Go(func() { r.runTunnel(ctx) })
	}
	for ctx.Err() == nil {
		if err := r.serve(ctx); err != nil {
			r.o.Log.Error("heartbeats are not received", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(retryDelay):
		}
	}
}

// serve opens the listener unless it is open, and serves it until ctx ends or it breaks.
func (r *Reception) serve(ctx context.Context) error {
	if r.State().Listening == "" {
		if err := r.Listen(); err != nil {
			return err
		}
	}
	err := webhook.Serve(ctx, r.listener, webhook.Options{
		Secret: r.o.Secret, Deliver: r.o.Deliver, OnTest: r.tester.MarkArrived, Log: r.o.Log,
	})
	r.set(func(s *State) { s.Listening, s.Err = "", err })
	return err
}

// runTunnel keeps the tunnel open until ctx ends.
func (r *Reception) runTunnel(ctx context.Context) {
	line := *r.o.SSH
	line.LocalAddress, line.Log = r.o.Address, r.o.Log
	line.Changed = func(now tunnel.State) { r.set(func(s *State) { s.Tunnel = now }) }
	if err := line.Run(ctx); err != nil {
		r.o.Log.Error("the SSH tunnel is closed", "error", err)
		r.set(func(s *State) { s.Tunnel, s.TunnelErr = tunnel.State{}, err })
	}
}
