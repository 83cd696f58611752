package ui

import (
	"context"
	"errors"

	"exotel-monitor/heartbeat/reception"
	"exotel-monitor/heartbeat/tunnel"
	"exotel-monitor/ui/config"
)

var errDemoDeaf = errors.New("the demo account receives no heartbeats")

func (w *Window) askSecret(renew bool, then func(string, error)) {
	s, demo := w.session, w.endDemo != nil
	inBackground(w, w.ctx, config.UnlockWait, func(ctx context.Context) (string, error) {
		if demo {
			return "", errDemoDeaf
		}
		return w.Vault.WebhookSecret(ctx, s.account, renew)
	}, func(secret string, err error) {
		if renew && err == nil && w.session == s {
			w.restart() // with the new address
		}
		then(secret, err)
	})
}

func (w *Window) findTunnel(port int, then func([]tunnel.Endpoint, error)) {
	inBackground(w, w.ctx, readWait, func(ctx context.Context) ([]tunnel.Endpoint, error) { return tunnel.Find(ctx, port) }, then)
}

func (w *Window) testWebhook(then func(tunnel.Result, error)) {
	r := w.session.work.Reception()
	inBackground(w, w.ctx, testWait, func(ctx context.Context) (tunnel.Result, error) {
		if r == nil {
			return tunnel.Result{}, errors.New("heartbeats are not received; turn the webhook on and save")
		}
		return r.Test(ctx)
	}, then)
}

func (w *Window) receptionState() reception.State {
	if w.endDemo != nil {
		return reception.State{Err: errDemoDeaf}
	}
	return w.received
}
