package main

import (
	"context"
	"errors"
	"testing"

	"fyne.io/fyne/v2/app"
)

func TestNothingIsLeftToWaitForAtTheEnd(t *testing.T) {
	a := app.NewWithID(appID + ".test")
	l, ok := a.Lifecycle().(interface{ OnStopped() func() })
	if !ok || l.OnStopped() == nil {
		t.Fatal("Fyne has no last event any more: withoutLastEvent can go")
	}
	if withoutLastEvent(a); l.OnStopped() != nil {
		t.Error("Fyne still has a last event")
	}
}

func TestASignalEndsAStartThatHangs(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	hangs, signal := make(chan struct{}), errors.New("a signal")
	defer close(hangs)
	if err := until(ctx, func() { cancel(signal); <-hangs }); err != signal {
		t.Errorf("got %v", err)
	}
	read := false
	if err := until(t.Context(), func() { read = true }); err != nil || !read {
		t.Errorf("read %v, %v", read, err)
	}
}
