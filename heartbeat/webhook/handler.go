package webhook

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"
)

const contentType = "application/json; charset=utf-8"

type handler struct {
	Options
	limits
	path     [sha256.Size]byte   // the only one that is served
	turns    chan struct{}       // holds an element for each large body
	spent    chan struct{}       // holds an element once one was taken in
	active   *semaphore.Weighted // one for each request that is being answered
	logPause rate.Sometimes      // a flood of bad requests must not fill the disk
}

func newHandler(o Options, l limits) *handler {
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	path := Path
	if o.Secret != "" {
		path += "/" + o.Secret
	}
	return &handler{
		Options: o, limits: l,
		path:     sha256.Sum256([]byte(path)),
		turns:    make(chan struct{}, l.large),
		spent:    make(chan struct{}, 1),
		active:   semaphore.NewWeighted(int64(l.connections)),
		logPause: rate.Sometimes{First: 3, Interval: time.Minute},
	}
}

// rightPath compares in a time that does not depend on where paths differ. A
// missing and a wrong secret are not told apart, nor whether there is one.
func (h *handler) rightPath(path string) bool {
	asked := sha256.Sum256([]byte(path))
	return subtle.ConstantTimeCompare(asked[:], h.path[:]) == 1
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h.active.Acquire(r.Context(), 1) != nil {
		panic(http.ErrAbortHandler) // the listener has ended
	}
	defer h.active.Release(1)
	defer h.recovered()
	switch {
	case !h.rightPath(r.URL.Path):
		h.refuse(w, http.StatusNotFound, "nothing is here")
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		h.refuse(w, http.StatusMethodNotAllowed, "heartbeats are posted; only POST is answered here")
	case r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != "":
		// Where no secret is needed, any page in this computer's browser could
		// post to the loopback address.
		h.refuse(w, http.StatusBadRequest, "heartbeats come from Exotel, not from a web page")
	case r.ContentLength > h.body:
		h.refuseSize(w)
	default:
		keep(r.Context())
		h.take(w, r)
	}
}

// take answers a request that may be a heartbeat.
func (h *handler) take(w http.ResponseWriter, r *http.Request) {
	if word := r.Header.Get(TestHeader); word != "" {
		if h.Test != nil {
			h.Test(word)
		}
		reply(w, http.StatusOK, `{"received": true}`)
		return
	}
	body, done, err := h.read(w, r)
	defer done()
	var size *http.MaxBytesError
	switch {
	case errors.As(err, &size):
		h.refuseSize(w)
	case errors.Is(err, errBusy):
		w.Header().Set("Retry-After", "60")
		h.refuse(w, http.StatusRequestEntityTooLarge, "too many large heartbeats come at once; send it again later")
	case err != nil:
		h.refuse(w, http.StatusBadRequest, "the body did not come whole and in time")
	case !h.Deliver(body):
		h.refuse(w, http.StatusBadRequest, "this is not a heartbeat")
	default:
		reply(w, http.StatusOK, `{"received": true}`)
	}
}

var errBusy = errors.New("too many large bodies at once")

// read reads a body. One that turns out to be large waits for its turn, so that
// slow senders of large bodies hold up neither small ones nor memory. The turn is
// over when done is called, which is to be called in any case: what is made of a
// large body takes more time and memory than the body.
func (h *handler) read(w http.ResponseWriter, r *http.Request) (whole []byte, done func(), err error) {
	done = func() {}
	body := http.MaxBytesReader(w, r.Body, h.body)
	head, err := io.ReadAll(io.LimitReader(body, h.small+1))
	if err != nil || int64(len(head)) <= h.small {
		return head, done, err
	}
	wait := time.NewTimer(h.largeTurn)
	defer wait.Stop()
	select {
	case h.turns <- struct{}{}:
		done = func() {
			<-h.turns
			select {
			case h.spent <- struct{}{}:
			default:
			}
		}
	case <-wait.C:
		return nil, done, errBusy
	case <-r.Context().Done():
		return nil, done, r.Context().Err()
	}
	room := bytes.NewBuffer(make([]byte, 0, max(r.ContentLength, 0)+bytes.MinRead))
	_, err = room.ReadFrom(io.MultiReader(bytes.NewReader(head), body))
	return room.Bytes(), done, err
}

// giveBack gives the memory that large bodies took back to the system, until ctx ends.
// Go itself would keep it until the program has as much garbage again. The collection
// that this takes serves all bodies of a while.
func (h *handler) giveBack(ctx context.Context) {
	for {
		select {
		case <-h.spent:
		case <-ctx.Done():
			return
		}
		select {
		case <-time.After(h.rest):
			debug.FreeOSMemory()
		case <-ctx.Done():
			return
		}
	}
}

// recovered notes a panic of Deliver or Test and hangs up, so that Exotel sends
// the heartbeat again. What the panic says stays out of the log: it may quote
// the body.
func (h *handler) recovered() {
	said := recover()
	if said == nil {
		return
	}
	h.logPause.Do(func() {
		h.Log.Error("a heartbeat was not taken in, because the program has a mistake; please report it",
			"panic", fmt.Sprintf("%T", said), "stack", string(debug.Stack()))
	})
	panic(http.ErrAbortHandler)
}

func (h *handler) refuseSize(w http.ResponseWriter) {
	h.refuse(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("a heartbeat has at most %d MB", h.body>>20))
}

// refuse answers with an error and ends the connection. What is still to come of
// the request is neither waited for before the answer nor long after it.
func (h *handler) refuse(w http.ResponseWriter, status int, sentence string) {
	h.logPause.Do(func() { h.Log.Warn("the webhook refused a request", "status", status, "reason", sentence) })
	// It fails only where there is no connection to set it for.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(h.leftover))
	w.Header().Set("Connection", "close")
	reply(w, status, `{"error": `+strconv.Quote(sentence)+`}`)
}

func reply(w http.ResponseWriter, status int, answer string) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// An error here is the client's hanging up; there is nobody left to tell.
	_, _ = io.WriteString(w, answer)
}
