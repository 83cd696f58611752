// Package cli is the program without its window: the command line, the report
// and the server of figures. It needs no display.
package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"

	"exotel-monitor/metrics"
	"exotel-monitor/ui/config"
	"exotel-monitor/ui/system/instance"
)

// Command is what the user asked for.
type Command string

// The commands.
const (
	Window  Command = ""
	Report  Command = "report"
	Serve   Command = "serve"
	Version Command = "version"
	Help    Command = "help"
)

// Options is a command line, checked.
type Options struct {
	Command Command
	Demo    bool   // the embedded demo account instead of a real one
	DataDir string // the folder for the program's own data
	// Link is the screen that a link to the program names; the zero Link for none.
	Link instance.Link
	// Hidden starts the window in the tray, where there is one.
	Hidden bool

	zone      string
	rateLimit int // requests a minute; 0 none, -1 not given

	period metrics.Period // of report
	filter metrics.Filter
	format string
	fresh  bool // asks Exotel also for days that are stored
	calls  bool // lists the calls in place of the figures

	api       string // address of serve
	webhook   string // address of its listener for heartbeats; "" for none
	apiRemote bool
}

// Usage is the text of --help.
const Usage = `Exotel Monitor shows how an Exotel account's phone lines are doing.

  exotel-monitor [LINK]          open the window, at exotel-monitor://alerts/12
                                 or ://dashboard, ://data, ://settings
  exotel-monitor report --start YYYY-MM-DD --end YYYY-MM-DD
                                 print the figures of a range of days
  exotel-monitor serve           watch the ExoPhones and serve health and figures
                                 as JSON, without a window

With any of them:
  --demo               use the embedded demo account
  --data DIR           folder for the program's data (or EXOTEL_MONITOR_DATA)
  --zone NAME          the account's time zone, such as Asia/Kolkata
  --rate-limit N       requests a minute to Exotel at most, 0 for no limit
  --version, --help

window:
  --hidden             start in the tray

report:
  --start DATE, --end DATE   first and last day, in the account's zone
  --direction D        inbound, outbound-dial, outbound-api or other
  --exophone N         one of the account's numbers, in any form, or its SID
  --status S           completed, no-answer, busy, failed, canceled, live or other
  --format F           text (default), json or csv
  --fresh              ask Exotel again for days that are stored
  --calls              list the calls themselves, as CSV

serve:
  --api ADDR           address of the JSON API, 127.0.0.1:3001 by default
  --allow-remote       let the API's ADDR be reached from other computers
  --webhook ADDR       also receive heartbeats, such as at 127.0.0.1:3000

The account is named by EXOTEL_API_KEY, EXOTEL_API_TOKEN, EXOTEL_ACCOUNT_SID and
EXOTEL_SUBDOMAIN (api.exotel.com or api.in.exotel.com, as Exotel prints it, or a
base URL), or else by what the window saved in the system's keyring. A webhook that
other computers can reach has the secret EXOTEL_WEBHOOK_SECRET in its address, or
else the one in the keyring. The window reads of newer versions at
EXOTEL_UPDATE_FEED instead of where its settings say.
`

// ErrUsage marks a command line that cannot be understood.
var ErrUsage = errors.New("see exotel-monitor --help")

// Parse reads the command line without the program's name.
func Parse(args []string, getenv func(string) string) (Options, error) {
	o := Options{}
	if last := len(args) - 1; last >= 0 && strings.HasPrefix(args[last], instance.Scheme+":") {
		// One that is broken opens the window all the same: nobody typed it.
		o.Link, _ = instance.ParseLink(args[last])
		args = args[:last]
	}
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		o.Command, args = Command(args[0]), args[1:]
	}
	flags := flag.NewFlagSet("exotel-monitor", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	help := flags.Bool("help", false, "")
	flags.BoolVar(help, "h", false, "")
	version := flags.Bool("version", false, "")
	flags.BoolVar(&o.Demo, "demo", false, "")
	flags.StringVar(&o.DataDir, "data", "", "")
	flags.StringVar(&o.zone, "zone", "", "")
	o.rateLimit = -1
	flags.Func("rate-limit", "", func(text string) (err error) {
		if o.rateLimit, err = strconv.Atoi(text); err != nil || o.rateLimit < 0 {
			err = errors.New("it must be 0 or a number of requests a minute")
		}
		return err
	})
	var start, end, direction, exoPhone, status string
	switch o.Command {
	case Window:
		flags.BoolVar(&o.Hidden, "hidden", false, "")
	case Help, Version:
	case Report:
		flags.StringVar(&start, "start", "", "")
		flags.StringVar(&end, "end", "", "")
		flags.StringVar(&direction, "direction", "", "")
		flags.StringVar(&exoPhone, "exophone", "", "")
		flags.StringVar(&status, "status", "", "")
		flags.StringVar(&o.format, "format", "text", "")
		flags.BoolVar(&o.fresh, "fresh", false, "")
		flags.BoolVar(&o.calls, "calls", false, "")
	case Serve:
		flags.StringVar(&o.api, "api", "127.0.0.1:3001", "")
		flags.StringVar(&o.webhook, "webhook", "", "")
		flags.BoolVar(&o.apiRemote, "allow-remote", false, "")
	default:
		return o, fmt.Errorf("%q is not a command; %w", string(o.Command), ErrUsage)
	}
	if err := flags.Parse(args); err != nil {
		return o, fmt.Errorf("%w; %w", err, ErrUsage)
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("%q was not expected; %w", flags.Arg(0), ErrUsage)
	}
	switch {
	case *help:
		o.Command = Help
	case *version:
		o.Command = Version
	}
	return o.check(getenv, start, end, direction, exoPhone, status)
}

func (o Options) check(getenv func(string) string, start, end, direction, exoPhone, status string) (Options, error) {
	var err error
	switch o.Command {
	case Help, Version:
		return o, nil
	case Report:
		if o.period, err = metrics.ParsePeriod(start, end); err == nil {
			o.filter, err = metrics.ParseFilter(direction, exoPhone, status)
		}
		if err == nil && o.format != "text" && o.format != "json" && o.format != "csv" {
			err = fmt.Errorf("%q is not a format; use text, json or csv", o.format)
		}
		if err == nil && o.calls && o.format == "json" {
			err = errors.New("--calls lists the calls as CSV only")
		}
	case Serve:
		if err = checkListen(o.api, o.apiRemote); err == nil && o.webhook != "" {
			_, err = listenHost(o.webhook, "127.0.0.1:3000")
		}
	}
	if err != nil {
		return o, fmt.Errorf("%w; %w", err, ErrUsage)
	}
	if o.DataDir == "" {
		o.DataDir, err = config.DataDir(getenv)
	}
	return o, err
}

// listenHost is the host of an address to listen on, which is written like example.
func listenHost(address, example string) (string, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return "", fmt.Errorf("%q is not an address to listen on; write it like %s", address, example)
	}
	return host, nil
}

// checkListen keeps the figures on this computer unless told otherwise.
func checkListen(address string, remote bool) error {
	host, err := listenHost(address, "127.0.0.1:3001")
	if err != nil {
		return err
	}
	ip := net.ParseIP(host)
	if !remote && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("%s can be reached from other computers and the figures have no password; use 127.0.0.1 or add --allow-remote", address)
	}
	return nil
}

// Settings are the saved settings under what the command line says. An error is
// a warning: the settings returned can be used.
func (o Options) Settings() (config.Settings, error) {
	s, err := config.Load(o.DataDir)
	if o.zone != "" {
		s.Zone = o.zone
	}
	if o.rateLimit >= 0 {
		s.RatePerMinute = o.rateLimit
	}
	return s, err
}
