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
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/archive"
	"exotel-monitor/metrics/archive/file"
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
	client, account, end, err := connect(ctx, o, s, log)
	if err != nil {
		return err
	}
	defer end()
	path := account.Archive(o.DataDir)
	if o.Demo {
		path = file.InMemory // nothing is left of the demo
	}
	kept, err := file.Open(ctx, path, log)
	if err != nil {
		return err
	}
	defer func() { _ = kept.Close() }() // what was kept is on the disk already
	health, err := newWatcher(ctx, o, s, account, kept, client, out, log)
	if err != nil {
		return err
	}
	defer health.close()
	ledger := metrics.NewLedger(client)
	var filler *metrics.Filler // nil where nothing is kept
	if !o.Demo {
		store, err := archive.New(ctx, kept, client.Zone())
		if err == nil {
			err = ledger.UseStore(ctx, store, log)
		}
		if err != nil { // the figures are asked for anew, and the rest goes on
			log.Warn("calls are not kept on the disk", "error", err)
		} else {
			filler = metrics.NewFiller(ledger, func(metrics.Filling) {}, s.Filler(log))
		}
	}
	worker := metrics.NewWorker(ledger, func(metrics.Snapshot) {}, metrics.WorkerOptions{Interval: s.Interval(), Log: log})
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	server := &http.Server{
		// A request just before a refresh is due must not read the day once more.
		Handler:           jsonapi.New(jsonapi.Options{Ledger: ledger, Health: health.Picture, MaxAge: s.Interval() + s.Interval()/2, Remote: o.apiRemote}),
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
