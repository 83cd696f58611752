package refresh

// latest passes values from one goroutine to another that may be busy. It has room
// for one value, the newest.
type latest[T any] chan T

func newLatest[T any]() latest[T] { return make(latest[T], 1) }

// put replaces the waiting value, if any. Only one goroutine at a time may call it.
func (l latest[T]) put(value T) {
	select {
	case <-l:
	default:
	}
	l <- value
}

// publishLatest starts a goroutine that calls publish with the values that are put into
// the returned latest, in order. While publish is busy only the newest value waits, so
// that a slow receiver skips what is out of date. stop returns after the last value is
// published.
func publishLatest[T any](publish func(T)) (values latest[T], stop func()) {
	values = newLatest[T]()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for value := range values {
			publish(value)
		}
	}()
	return values, func() {
		close(values)
		<-done
	}
}
