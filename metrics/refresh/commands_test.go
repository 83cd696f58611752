package refresh

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"

	"exotel-monitor/exotel/exoteltest"
	"exotel-monitor/metrics"
)

// TestNobodyWaitsToGiveACommand: before Run, while it is busy, and after it.
func TestNobodyWaitsToGiveACommand(t *testing.T) {
	const many = 1000
	directions := []string{in, dial, api}
	for _, when := range []string{"before", "after"} {
		t.Run("to a worker "+when+" it runs", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var last Snapshot
				w := NewWorker(&fakeLoader{}, func(s Snapshot) { last = s }, WorkerOptions{})
				if when == "after" {
					over, cancel := context.WithCancel(t.Context())
					cancel()
					w.Run(over)
				}
				for i := range many {
					w.Choose(Choice{Filter: metrics.Filter{Direction: directions[i%len(directions)]}})
				}
				if when == "after" {
					return
				}
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan struct{})
				go func() {
					defer close(ended)
					w.Run(ctx)
				}()
				synctest.Wait()
				equal(t, "the last choice", last.Choice.Filter.Direction, directions[(many-1)%len(directions)])
				cancel()
				<-ended
			})
		})
	}
	t.Run("to a filler before it runs", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			_, client, _ := newAccount(t, exoteltest.Options{})
			var last FillState
			f := NewFiller(storing(t, client), func(s FillState) { last = s }, FillerOptions{})
			for i := range many {
				f.SetPaused(i%2 == 0)
			}
			f.SetPaused(true)
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				f.Run(ctx)
			}()
			synctest.Wait()
			equal(t, "paused", last.Paused, true)
			cancel()
			<-ended
		})
	})
}

func TestCommandsAreTakenInOrder(t *testing.T) {
	c := newCommands[*[]int]()
	var got []int
	for i := range 3 {
		c.add(func(list *[]int) { *list = append(*list, i) })
	}
	<-c.wake
	for _, command := range c.take() {
		command(&got)
	}
	if want := []int{0, 1, 2}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	equal(t, "left", len(c.take()), 0)
}
