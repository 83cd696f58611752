// Exotel Monitor shows a manager how an Exotel account's phone lines are doing:
// in a window, as a printed report, or as JSON for other programs.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the account's zone is known on systems without zone files

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/systray"

	"exotel-monitor/assets"
	"exotel-monitor/exotel"
	"exotel-monitor/ui"
	"exotel-monitor/ui/cli"
	"exotel-monitor/ui/notify"
	"exotel-monitor/ui/settings"
)

// What the program is called; FyneApp.toml says the same.
const (
	appID   = "in.exotel-monitor.app"
	version = "0.1.0"
	build   = 1
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "exotel-monitor: "+err.Error())
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	options, err := cli.Parse(args, os.Getenv)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	switch options.Command {
	case cli.Help:
		fmt.Print(cli.Usage())
		return nil
	case cli.Version:
		fmt.Println("exotel-monitor " + version)
		return nil
	}
	chosen, err := options.Settings()
	if err != nil && options.Command != cli.Window {
		return err // in the wrong zone every day and hour would be another
	}
	warn := func(sentence string) { fmt.Fprintln(os.Stderr, "exotel-monitor: "+sentence) }
	switch options.Command {
	case cli.Report:
		return cli.RunReport(ctx, options, chosen, os.Stdout, warn, log)
	case cli.Serve:
		return cli.RunServe(ctx, options, chosen, os.Stdout, log)
	default:
		return window(ctx, options, chosen, err, log)
	}
}

func window(ctx context.Context, options cli.Options, chosen settings.Settings, unread error, log *slog.Logger) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	icon := fyne.NewStaticResource("icon.svg", assets.Icon)
	app.SetMetadata(fyne.AppMetadata{
		ID: appID, Name: cli.AppName, Version: version, Build: build, Icon: icon,
		Migrations: map[string]bool{"fyneDo": true},
	})
	if caches, err := os.UserCacheDir(); err == nil {
		_ = os.MkdirAll(caches, 0o700) // Fyne makes its own folder in it, but not it
	}
	a := app.NewWithID(appID)
	notifier := notify.New(cli.AppName, func(title, body string) {
		fyne.Do(func() { a.SendNotification(fyne.NewNotification(title, body)) })
	})
	defer notifier.Close()
	w := ui.New(ctx, a, ui.Params{
		Env: settings.FromEnv(os.Getenv), Demo: options.Demo, Settings: chosen,
		Unread:            unread,
		Vault:             settings.NewKeyring(),
		DataDir:           options.DataDir,
		Notifier:          notifier,
		SetTooltip:        systray.SetTooltip,
		SaveSettings:      func(s settings.Settings) error { return s.Save(options.DataDir) },
		SaveTrayExplained: func() error { return saveTrayExplained(options.DataDir) },
		NewClient: func(c settings.Credentials, s settings.Settings) (*exotel.Client, error) {
			return cli.Client(c, s, log)
		},
		StartDemo: cli.Demo,
		Post:      fyne.Do,
		Log:       log,
	})
	ended := context.AfterFunc(ctx, func() { fyne.Do(a.Quit) })
	w.ShowAndRun()
	ended() // there is nothing left to quit
	cancel()
	w.Close()
	return nil
}

// saveTrayExplained changes nothing else in the saved settings: what the command
// line said stays out of them, and a file that could not be read stays as it is.
func saveTrayExplained(dir string) error {
	saved, err := settings.Load(dir)
	if err != nil {
		return err
	}
	saved.TrayExplained = true
	return saved.Save(dir)
}
