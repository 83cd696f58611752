package ui

import (
	"context"
	"errors"
	"net/url"

	"exotel-monitor/metrics"
	"exotel-monitor/metrics/calls"
	screen "exotel-monitor/ui/calls"
	"exotel-monitor/ui/text"
)

// showCalls lists the calls that the dashboard's figures count.
func (w *Window) showCalls() {
	if w.session != nil {
		w.listCalls(w.dashboard.Shown.Query, w.dashboard.About())
	}
}

// listCalls lists the calls of a query, which about says in words.
func (w *Window) listCalls(q calls.Query, about string) {
	now := w.session.client.Now()
	q.Now = now
	s := screen.New(w.format, screen.Actions{
		Count: func(q calls.Query, then func(int, error)) {
			fromCalls(w, func(ctx context.Context, store calls.Store) (int, error) { return countCalls(ctx, store, q) }, then)
		},
		Page: func(q calls.Query, then func([]calls.Call, error)) {
			fromCalls(w, func(ctx context.Context, store calls.Store) ([]calls.Call, error) { return listOf(ctx, store, q) }, then)
		},
		Caller: func(address string, then func(screen.Caller, error)) {
			fromCalls(w, func(ctx context.Context, store calls.Store) (screen.Caller, error) {
				return readCaller(ctx, store, address, q)
			}, then)
		},
		Export: w.exportCalls, Copy: w.copyText, Open: w.openAddress,
		Name: func(line string) string { return w.lineNames()(line) },
	})
	w.show(s.View, tabCalls)
	w.calls, w.callsAbout = s, about
	s.Set(q, about)
	w.window.Canvas().Focus(s.List)
}

var errNotOpen = errors.New("the stored calls are still being opened; try again in a moment")

// fromCalls asks the stored calls something in the background.
func fromCalls[T any](w *Window, question func(context.Context, calls.Store) (T, error), then func(T, error)) {
	parts := w.parts()
	inBackground(w, w.ctx, readWait, func(ctx context.Context) (answer T, err error) {
		if parts == nil {
			return answer, errNotOpen
		}
		return question(ctx, parts.Store.Calls)
	}, then)
}

// lineNames returns a function that names the account's lines, "" for one without a
// name. It may be used on any goroutine.
func (w *Window) lineNames() func(line string) string {
	directory := w.directory
	return func(line string) string {
		phone, _ := directory.Find(line)
		return phone.Name
	}
}

func countCalls(ctx context.Context, store calls.Store, q calls.Query) (n int, err error) {
	buckets, err := store.Group(ctx, q)
	for _, b := range buckets {
		n += b.Calls
	}
	return n, err
}

func listOf(ctx context.Context, store calls.Store, q calls.Query) (list []calls.Call, err error) {
	for call, err := range store.Calls(ctx, q) {
		if err != nil {
			return nil, err
		}
		list = append(list, call)
	}
	return list, nil
}

// recentCalls is the number of a caller's calls that are listed beside one of them.
const recentCalls = 30

// readCaller returns what is stored of a caller, whatever the range.
func readCaller(ctx context.Context, store calls.Store, address string, of calls.Query) (c screen.Caller, err error) {
	q := calls.Query{Callers: []string{address}, Now: of.Now}
	buckets, err := store.Group(ctx, q, calls.ByOutcome)
	if err != nil {
		return c, err
	}
	for _, b := range buckets {
		c.Calls += b.Calls
		switch b.Outcome {
		case metrics.Talked:
			c.Spoke += b.Calls
		case metrics.NotOver, metrics.EndUnknown, metrics.OutcomeUnknown, metrics.OutcomeOther, metrics.Machine:
		default:
			c.Missed += b.Calls
		}
	}
	q.Limit = recentCalls
	if c.Recent, err = listOf(ctx, store, q); err != nil {
		return c, err
	}
	q.Limit, q.Order.Ascending = 1, true
	first, err := listOf(ctx, store, q)
	if len(first) > 0 {
		c.First = metrics.CreatedAt(&first[0].Call)
	}
	return c, err
}

// openAddress opens an address in the program that is for it.
func (w *Window) openAddress(address string) {
	u, err := url.Parse(address)
	if err == nil {
		err = w.app.OpenURL(u)
	}
	if err != nil {
		w.Log.Warn("an address was not opened", "error", err)
		w.copyText(address)
		w.dialogs.Message(text.Tr("Not opened"), text.Tr("No program could open it. The address was copied; paste it where you need it."))
	}
}
