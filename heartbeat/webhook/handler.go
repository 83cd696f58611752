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
	path        [sha256.Size]byte   // the only one that is served
	largeBodies chan struct{}       // has an element for each large body
	largeDone   chan struct{}       // has an element once one is done
	active      *semaphore.Weighted // one for each request being answered
	logPause    rate.Sometimes      // so that a flood of bad requests does not fill the disk
}

func newHandler(o Options, l limits) *handler {
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	path := Path
	if o.Secret != "" {
		path += "/" + o.Secret
	}
	return &handler{
		Options: o, limits: l,
		path:        sha256.Sum256([]byte(path)),
		largeBodies: make(chan struct{}, l.large),
		largeDone:   make(chan struct{}, 1),
		active:      semaphore.NewWeighted(int64(l.connections)),
		logPause:    rate.Sometimes{First: 3, Interval: time.Minute},
	}
}

// isRightPath compares in constant time. The answers to a missing and to a wrong secret
// are the same, whether there is a secret or not.
func (h *handler) isRightPath(path string) bool {
	asked := sha256.Sum256([]byte(path))
	return subtle.ConstantTimeCompare(asked[:], h.path[:]) == 1
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h.active.Acquire(r.Context(), 1) != nil {
		panic(http.ErrAbortHandler) // the listener has ended
	}
	defer h.active.Release(1)
	defer h.recoverPanic()
	switch {
	case !h.isRightPath(r.URL.Path):
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
		touch(r.Context())
		h.receive(w, r)
	}
}

// receive answers a request that may be a heartbeat.
func (h *handler) receive(w http.ResponseWriter, r *http.Request) {
	if word := r.Header.Get(TestHeader); word != "" {
		if h.OnTest != nil {
			h.OnTest(word)
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

// read reads a body. A large one waits for its turn, so that slow senders of large bodies
// hold up neither small bodies nor memory. The caller must call done, which ends the
// turn: to process a large body takes more time and memory than to read it.
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
	case h.largeBodies <- struct{}{}:
		done = func() {
			<-h.largeBodies
			select {
			case h.largeDone <- struct{}{}:
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

// freeMemory returns the memory of large bodies to the system until ctx ends. Go would
// keep it until the program has as much garbage again. One collection serves all bodies
// of a while.
func (h *handler) freeMemory(ctx context.Context) {
	for {
		select {
		case <-h.largeDone:
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

// recoverPanic logs a panic of Deliver or OnTest and closes the connection, so that
// Exotel sends the heartbeat again. The log does not have the panic's text, which may
// quote the body.
func (h *handler) recoverPanic() {
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

// refuse answers with an error and closes the connection. It does not wait for the rest
// of the request.
func (h *handler) refuse(w http.ResponseWriter, status int, sentence string) {
	h.logPause.Do(func() { h.Log.Warn("the webhook refused a request", "status", status, "reason", sentence) })
	// It fails only if there is no connection.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(h.leftover))
	w.Header().Set("Connection", "close")
	reply(w, status, `{"error": `+strconv.Quote(sentence)+`}`)
}

func reply(w http.ResponseWriter, status int, answer string) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// It fails only if the client has hung up.
	_, _ = io.WriteString(w, answer)
}
