package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"exotel-monitor/heartbeat/monitor"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/jsonapi"
	"exotel-monitor/ui/system/notify"
)

// RunServe watches the ExoPhones and serves health and figures as JSON until ctx
// ends. It prints the addresses to out once it listens. Like the window it keeps
// the running day fresh, and stores the days that Exotel still has.
func RunServe(ctx context.Context, o Options, s config.Settings, out io.Writer, log *slog.Logger) error {
	listener, err := net.Listen("tcp", o.api)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w; choose another address with --api", o.api, err)
	}
	defer listener.Close()
	client, credentials, end, err := connect(ctx, o, s, log)
	if err != nil {
		return err
	}
	defer end()
	s.Health.Webhook, s.Health.Address = o.webhook != "", o.webhook
	home, _ := os.UserHomeDir()
	notifier := notify.New(AppName, nil)
	defer notifier.Close()
	a := account.New(account.Options{
		Client: client, Settings: s, Files: filesOf(o, credentials), DataDir: o.DataDir, Home: home,
		Send: notify.Teller(notifier, s.MaskNumbers),
		Secret: func(ctx context.Context) (string, error) {
			if o.Demo {
				credentials.BaseURL = "" // the demo's address differs each time
			}
			return webhookSecret(ctx, credentials)
		},
		Events: account.Events{Health: logLevels(log)}, Log: log,
	})
	if err := a.Open(ctx); err != nil {
		return err
	}
	defer a.Close()
	if o.webhook != "" {
		if a.Parts().Store.Shared() { // it would take heartbeats that nobody records or tells of
			return fmt.Errorf("%w; or start serve without --webhook", a.Parts().Store.RecordErr)
		}
		if err := listen(ctx, a, s.Health.Exposed(), out); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	server := &http.Server{
		Handler: jsonapi.New(jsonapi.Options{
			Fetcher: a.Parts().Fetcher, Health: func() monitor.Snapshot { return a.Parts().Monitor.Snapshot() },
			Interval: s.Interval(), Remote: o.apiRemote, Log: log,
		}),
		BaseContext:       func(net.Listener) context.Context { return ctx }, // to stop is to stop loading, too
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       time.Minute,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	var work sync.WaitGroup
	work.Go(func() { a.Run(ctx) })
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		stopped <- server.Shutdown(grace)
	}()
	fmt.Fprintf(out, "serving http://%s/api/dashboard\n", reachable(listener.Addr().String()))
	err = server.Serve(listener)
	cancel()
	work.Wait()
	if stop := <-stopped; errors.Is(err, http.ErrServerClosed) {
		err = stop
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close() // a client that never hangs up does not keep us
	}
	return err
}

// reachable returns an address at which this computer reaches a listener: a browser
// cannot open 0.0.0.0 or [::].
func reachable(address string) string {
	host, port, _ := net.SplitHostPort(address)
	if net.ParseIP(host).IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
