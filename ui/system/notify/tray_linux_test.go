package notify

import (
	"context"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// fakeWatcher is a StatusNotifierWatcher's properties.
type fakeWatcher func(name string) (dbus.Variant, *dbus.Error)

// Get is called by godbus.
func (f fakeWatcher) Get(_, name string) (dbus.Variant, *dbus.Error) { return f(name) }

func TestTrayIsThereIfSomebodyDrawsIt(t *testing.T) {
	host := func(value any) fakeWatcher {
		return func(name string) (dbus.Variant, *dbus.Error) {
			if name != "IsStatusNotifierHostRegistered" {
				return dbus.Variant{}, dbus.MakeFailedError(context.Canceled)
			}
			return dbus.MakeVariant(value), nil
		}
	}
	for name, c := range map[string]struct {
		watcher fakeWatcher
		want    bool
	}{
		"nobody watches, as on GNOME":  {nil, false},
		"watched and drawn":            {host(true), true},
		"watched, but nobody draws it": {host(false), false},
		"an answer of another type":    {host("yes"), false},
		"an error": {func(string) (dbus.Variant, *dbus.Error) {
			return dbus.Variant{}, dbus.MakeFailedError(context.Canceled)
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			startBus(t, shortFolder(t))
			if c.watcher != nil {
				serve(t, watcher, c.watcher, watcherPath, "org.freedesktop.DBus.Properties")
			}
			if got := HasTray(t.Context()); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestWithoutABusThereIsNoTray(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(shortFolder(t), "bus"))
	if HasTray(t.Context()) {
		t.Error("there is one")
	}
}

func TestBusThatDoesNotAnswerHasNoTray(t *testing.T) {
	path := filepath.Join(shortFolder(t), "bus")
	silent, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+path)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if HasTray(ctx) {
		t.Error("there is one")
	}
}
