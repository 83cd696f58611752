// Exotel Monitor shows a manager how an Exotel account's phone lines are doing:
// in a window, as a printed report, or as JSON for other programs.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // the account's zone is known on systems without zone files

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/systray"

	"exotel-monitor/assets"
	"exotel-monitor/exotel"
	"exotel-monitor/ui"
	"exotel-monitor/ui/cli"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/system/instance"
	"exotel-monitor/ui/system/notify"
)

// What the program is called; FyneApp.toml says the same.
const (
	appID   = "in.exotel-monitor.app"
	version = "0.1.0"
	build   = 1
)

// gcPercent is how much the memory of the window may grow, in per cent of what is
// in use, before what is not is freed: half of Go's own 100. Most of it are stored
// calls, through which Go need not look for pointers, so that this costs little.
const gcPercent = 50

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "exotel-monitor: "+err.Error())
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	options, err := cli.Parse(args, os.Getenv)
	if err != nil || options.Command != cli.Window {
		cli.AttachConsole()
	}
	switch {
	case err != nil && options.Command == cli.Window && !errors.Is(err, cli.ErrUsage):
		return show(ctx, err)
	case err != nil:
		return err
	}
	log := cli.Log()
	switch options.Command {
	case cli.Help:
		fmt.Print(cli.Usage)
		return nil
	case cli.Version:
		fmt.Println("exotel-monitor " + version)
		return nil
	}
	var chosen config.Settings
	if hung := until(ctx, func() { chosen, err = options.Settings() }); hung != nil {
		return hung
	}
	if err != nil && options.Command != cli.Window {
		// In the wrong zone every day and hour would be another.
		return fmt.Errorf("%w; mend that file, or choose another folder with --data", err)
	}
	warn := func(sentence string) { fmt.Fprintln(os.Stderr, "exotel-monitor: "+sentence) }
	switch options.Command {
	case cli.Report:
		return unbound(func() error { return cli.RunReport(ctx, options, chosen, os.Stdout, warn, log) })
	case cli.Serve:
		return unbound(func() error { return cli.RunServe(ctx, options, chosen, os.Stdout, log) })
	default:
		return claim(ctx, options, chosen, err, log)
	}
}

// until runs f, which may wait for a disk that hangs. When ctx ends first, so does
// the program, and f with it.
func until(ctx context.Context, f func()) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// unbound runs f on a goroutine of its own. Fyne binds the first one to its thread,
// for the window, so that it waits and wakes more slowly than any other.
func unbound(f func() error) error {
	done := make(chan error)
	go func() { done <- f() }()
	return <-done
}

// claim runs the window, unless one of the same data folder runs: that is raised,
// whichever account it shows, and this one ends.
func claim(ctx context.Context, options cli.Options, chosen config.Settings, unread error, log *slog.Logger) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	door := ui.NewDoor(ctx, fyne.Do)
	claimed, err := instance.Claim(ctx, options.DataDir, options.Link, door.Open)
	switch {
	case err == nil:
		defer claimed.Close()
	case errors.Is(err, instance.ErrRunning):
		return nil
	case !errors.Is(err, instance.ErrUnclaimed):
		return show(ctx, err)
	}
	// Only who has the claim may have the log's file.
	log, tail, closeLog := cli.LogTo(options.DataDir, log)
	defer closeLog()
	if err != nil {
		log.Warn("the data folder is not claimed", "error", err)
	}
	return window(ctx, cancel, options, chosen, unread, tail, log, door)
}

func window(ctx context.Context, end func(), options cli.Options, chosen config.Settings, unread error, tail func(int) []string, log *slog.Logger, door *ui.Door) error {
	debug.SetGCPercent(gcPercent)
	a := newApp()
	notifier := notify.New(cli.AppName, func(title, body string) {
		fyne.Do(func() { a.SendNotification(fyne.NewNotification(title, body)) })
	})
	defer notifier.Close()
	var w *ui.Window
	notifier.OnClick(func(l instance.Link) { fyne.Do(func() { w.Open(l) }) })
	w = ui.New(ctx, a, ui.Params{
		Version: version, Env: config.FromEnv(os.Getenv), Demo: options.Demo, Settings: chosen,
		Link: options.Link, Bounds: config.LoadBounds(options.DataDir),
		Unread:         unread,
		Vault:          config.NewKeyring(),
		DataDir:        options.DataDir,
		Notifier:       notifier,
		SetTooltip:     systray.SetTooltip,
		SaveSettings:   func(s config.Settings) error { return s.Save(options.DataDir) },
		ChangeSettings: func(change func(*config.Settings)) error { return config.Change(options.DataDir, change) },
		SaveBounds:     func(b config.Bounds) error { return b.Save(options.DataDir) },
		Screens:        screens,
		PlaceOf:        placeOf,
		Restore:        restore,
		Login:          cli.LoginStart{DataDir: options.DataDir},
		UpdateFeed:     os.Getenv("EXOTEL_UPDATE_FEED"),
		LogTail:        tail,
		NewClient: func(c config.Credentials, s config.Settings) (*exotel.Client, error) {
			return cli.Client(c, s, log)
		},
		StartDemo: cli.Demo,
		Post:      fyne.Do,
		Log:       log,
	})
	door.Lead(w)
	ended := context.AfterFunc(ctx, func() { fyne.Do(w.Quit) })
	w.Run(options.Hidden)
	ended() // there is nothing left to quit
	end()
	w.Close()
	return nil
}

// newApp returns Fyne's app.
func newApp() fyne.App {
	icon := fyne.NewStaticResource("icon.svg", assets.Icon)
	app.SetMetadata(fyne.AppMetadata{
		ID: appID, Name: cli.AppName, Version: version, Build: build, Icon: icon,
		Migrations: map[string]bool{"fyneDo": true},
	})
	if caches, err := os.UserCacheDir(); err == nil {
		_ = os.MkdirAll(caches, 0o700) // Fyne makes its own folder in it, but not it
	}
	a := app.NewWithID(appID)
	withoutLastEvent(a)
	return a
}

// show says in a window why the program cannot start, where there is a screen:
// nobody sees the standard error of what a menu starts. It returns that error when
// the window is closed or ctx ends.
func show(ctx context.Context, failure error) error {
	if ctx.Err() != nil || !canShow() {
		return failure
	}
	a := newApp()
	w := ui.NewFailure(a, failure)
	ended := context.AfterFunc(ctx, func() { fyne.Do(w.Close) })
	w.ShowAndRun()
	ended()
	return failure
}

// withoutLastEvent has the program end whenever it is to. Fyne 2.8.1 saves its
// preferences in a last event, which now and then comes to a queue that is closed
// already; then it waits for ever, without a window. This program has none of
// those preferences.
func withoutLastEvent(a fyne.App) {
	if l, ok := a.Lifecycle().(interface{ SetOnStoppedHookExecuted(func()) }); ok {
		l.SetOnStoppedHookExecuted(nil)
	}
}
