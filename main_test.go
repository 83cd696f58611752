package main

import (
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
