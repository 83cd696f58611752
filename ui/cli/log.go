package cli

import (
	"log/slog"
	"os"

	"exotel-monitor/ui/system/logfile"
)

// Log writes to stderr, without secrets and whole phone numbers.
func Log() *slog.Logger { return slog.New(logfile.Handler(onStderr())) }

func onStderr() slog.Handler { return slog.NewTextHandler(os.Stderr, nil) }

// LogTo returns a log that also writes to the file in the data folder dir, and
// what the libraries say, too. tail is its last n warnings and errors. Where
// there can be no file, the log is stderr's.
func LogTo(dir string, stderr *slog.Logger) (log *slog.Logger, tail func(n int) []string, end func()) {
	// The libraries are mostly Fyne, which speaks of errors only.
	slog.SetLogLoggerLevel(slog.LevelWarn)
	file, err := logfile.Open(dir)
	if err != nil {
		stderr.Warn(err.Error())
		slog.SetDefault(stderr)
		return stderr, func(int) []string { return nil }, func() {}
	}
	log = slog.New(logfile.Handler(slog.NewMultiHandler(onStderr(), slog.NewTextHandler(file, nil))))
	slog.SetDefault(log)
	return log, file.Tail, func() {
		slog.SetDefault(stderr)
		_ = file.Close() // every record is written already
	}
}
