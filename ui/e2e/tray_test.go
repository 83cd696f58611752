//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

// panel is the desktop's part of a tray: it shows the items of programs.
type panel struct {
	t     *testing.T
	conn  *dbus.Conn
	mu    sync.Mutex
	items []string // bus names
}

// RegisterStatusNotifierItem is called over the bus by each program with an icon.
func (p *panel) RegisterStatusNotifierItem(_ string, sender dbus.Sender) *dbus.Error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.items = append(p.items, string(sender))
	return nil
}

func (d *desktop) startPanel() *panel {
	d.t.Helper()
	address := ""
	for _, variable := range d.env {
		if rest, ok := strings.CutPrefix(variable, "DBUS_SESSION_BUS_ADDRESS="); ok {
			address = rest
		}
	}
	conn, err := dbus.Connect(address)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = conn.Close() })
	const name, path = "org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher"
	p := &panel{t: d.t, conn: conn}
	if err := conn.Export(p, path, name); err != nil {
		d.t.Fatal(err)
	}
	if _, err := prop.Export(conn, path, prop.Map{name: {"IsStatusNotifierHostRegistered": {Value: true}}}); err != nil {
		d.t.Fatal(err)
	}
	if _, err := conn.RequestName(name, 0); err != nil {
		d.t.Fatal(err)
	}
	return p
}

// item is the bus name of the only program with an icon.
func (p *panel) item() string {
	p.t.Helper()
	until(p.t, "the icon", func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return len(p.items) > 0
	})
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.items[len(p.items)-1]
}

// tooltip is what the icon says.
func (p *panel) tooltip() string {
	var tip struct {
		Icon   string
		Pixels []struct {
			W, H int32
			Data []byte
		}
		Title, Text string
	}
	value, err := p.conn.Object(p.item(), "/StatusNotifierItem").GetProperty("org.kde.StatusNotifierItem.ToolTip")
	if err == nil {
		err = value.Store(&tip)
	}
	if err != nil {
		return fmt.Sprint(err)
	}
	return tip.Title
}

// choose chooses an entry of the icon's menu. That is made anew when what it says
// changes, and a click on an entry of before goes nowhere: so the health has to be
// known, the menu to say the same as the tooltip, which comes before it, and the
// entry to be the same at two looks. It may change even then, before the click
// arrives; one that has no effect for a while is made again.
func (p *panel) choose(label string, effect func() bool) {
	p.t.Helper()
	menu := p.conn.Object(p.item(), "/StatusNotifierItem/menu")
	var before any
	var clicked time.Time
	until(p.t, fmt.Sprintf("the menu to have %q, the tray the health, and a click its effect", label), func() bool {
		if effect() {
			return true
		}
		if time.Since(clicked) < 5*time.Second {
			return false
		}
		health, ours := strings.CutPrefix(p.tooltip(), "Exotel Monitor: ")
		if !ours || health == "" || strings.Contains(health, "UNKNOWN") {
			return false
		}
		entries := entries(menu)
		i := slices.IndexFunc(entries, func(e entry) bool { return e.label == label })
		if i < 0 || !strings.HasPrefix(health, strings.TrimSuffix(entries[0].label, "…")) {
			return false
		}
		id := entries[i].id
		if id == before && menu.Call("com.canonical.dbusmenu.Event", 0, id, "clicked", dbus.MakeVariant(""), uint32(0)).Err == nil {
			clicked = time.Now()
		}
		before = id
		return false
	})
}

// entry is one of a menu.
type entry struct {
	id    any
	label string
}

// entries reads a menu, without the menus in it. A program that ends has none.
func entries(menu dbus.BusObject) (all []entry) {
	var revision uint32
	var root struct {
		ID       int32
		Props    map[string]dbus.Variant
		Children []dbus.Variant
	}
	if err := menu.Call("com.canonical.dbusmenu.GetLayout", 0, int32(0), int32(-1), []string{}).Store(&revision, &root); err != nil {
		return nil
	}
	for _, child := range root.Children {
		fields, _ := child.Value().([]any)
		if len(fields) != 3 {
			continue
		}
		props, _ := fields[1].(map[string]dbus.Variant)
		text, _ := props["label"].Value().(string)
		all = append(all, entry{fields[0], text})
	}
	return all
}

// Closing the window leaves the watch in the tray, which tells the level, opens
// the window again and ends the program.
func TestTray(t *testing.T) {
	t.Parallel()
	address, _ := account(t)
	d := newDesktop(t, false)
	tray, n := d.startPanel(), d.startNotifications()
	s := d.screen
	h := d.receives()
	p := d.open(accountEnv(address), "--rate-limit", "0")
	s.sees("All 6 numbers up, both directions")
	until(t, "the tooltip", func() bool { return strings.HasPrefix(tray.tooltip(), "Exotel Monitor: OK") })

	s.press("alt+F4")
	s.sees("keeps watching")
	s.picture("tray-explained")
	s.press("Return") // on the button that closes
	until(t, "the window to close", func() bool { return !s.shows("Calls by hour") })
	h.post("WARNING", "08040000001")
	n.sees("WARNING: incoming down on 1 of 6 numbers (NORMAL)")
	until(t, "the tooltip", func() bool { return strings.Contains(tray.tooltip(), "1 of 6 numbers down, incoming") })

	tray.choose("Last alert", p.hasFocus)
	s.sees("Check now")
	s.press("ctrl+1")
	s.sees("1 of 6 numbers down, incoming")
	s.press("alt+F4") // it was explained once
	until(t, "the window to close", func() bool { return !s.shows("Calls by hour") })
	tray.choose("Open", p.hasFocus)
	s.sees("Calls by hour")
	tray.choose("Quit", p.hasEnded)
	p.mustEnd()
}
