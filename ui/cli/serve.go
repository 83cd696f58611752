package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat/journal/file"
	refresh "exotel-monitor/metrics/sync"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/jsonapi"
	"exotel-monitor/ui/settings"
)

// RunServe watches the ExoPhones and serves health and figures as JSON until ctx
// ends. It prints the addresses to out once it listens. Like the window it keeps
// the running day fresh, and stores the days that Exotel still has.
func RunServe(ctx context.Context, o Options, s settings.Settings, out io.Writer, log *slog.Logger) error {
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
	store, err := account.Open(ctx, filesOf(o, credentials), client.Zone(), log)
	if err != nil {
		return err
	}
	defer store.Close()
	if errors.Is(store.RecordErr, file.ErrInUse) { // who has it tells of alerts, and stores
		return store.RecordErr
	}
	health, err := newWatcher(ctx, o, s, credentials, store, client, out, log)
	if err != nil {
		return err
	}
	defer health.close()
	fetcher := refresh.NewFetcher(client, store.Calls, refresh.Options{Temporary: store.Temporary(), Log: log})
	var filler *refresh.Filler // nil where nothing is saved
	if !store.Temporary() {
		filler = refresh.NewFiller(fetcher, func(refresh.Filling) {}, s.Filler(log))
	}
	worker := refresh.NewWorker(fetcher, func(refresh.Snapshot) {}, refresh.WorkerOptions{Interval: s.Interval(), Log: log})
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	server := &http.Server{
		// A request just before a refresh is due must not read the day once more.
		Handler:           jsonapi.New(jsonapi.Options{Fetcher: fetcher, Health: health.Picture, MaxAge: s.Interval() + s.Interval()/2, Remote: o.apiRemote, Log: log}),
		BaseContext:       func(net.Listener) context.Context { return ctx }, // to stop is to stop loading, too
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       time.Minute,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	var work sync.WaitGroup
	work.Go(func() { worker.Run(ctx) })
	work.Go(func() { client.FollowExoPhones(ctx, func(*exotel.Directory) {}) })
	work.Go(func() { health.run(ctx) })
	if filler != nil {
		work.Go(func() { filler.Run(ctx) })
	}
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

// reachable is where this computer reaches a listener: one at all addresses says
// none that a browser opens.
func reachable(address string) string {
	host, port, _ := net.SplitHostPort(address)
	if net.ParseIP(host).IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
