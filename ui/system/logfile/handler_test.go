package logfile

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"
)

const (
	number = "9876543210"
	secret = "aB3dE6gH9jK2mN5p"
)

type said string

func (s said) String() string { return "said " + string(s) }

type marshaled struct{ text string }

func (m *marshaled) MarshalText() ([]byte, error) { return []byte(m.text), nil }

type resolved struct{}

func (resolved) LogValue() slog.Value {
	return slog.GroupValue(slog.String("from", number), slog.Any("inner", errors.New("token="+secret)))
}

type pair struct {
	Token string
	Phone *string
	Calls []int64
}

func logger(out *bytes.Buffer) *slog.Logger { return slog.New(Handler(slog.NewTextHandler(out, nil))) }

func mustBeClean(t *testing.T, text string) {
	t.Helper()
	if strings.Contains(onlyDigits(text), number) || strings.Contains(text, secret) {
		t.Errorf("it wrote %q", text)
	}
}

func TestNothingGetsThroughInAnyKindOfAttribute(t *testing.T) {
	address, _ := url.Parse("https://key:" + secret + "@api.exotel.com/v1?From=%2B91" + number)
	for name, value := range map[string]any{
		"text": "from " + number, "secret text": "token=" + secret, "number": int64(919876543210), "unsigned": uint64(9876543210),
		"float": 919876543210.0, "error": fmt.Errorf("to %s: %w", number, errors.New("Bearer "+secret)),
		"joined": errors.Join(errors.New(number), errors.New("token="+secret)), "Stringer": said(number), "bytes": []byte(number),
		"texts": []string{"x", number}, "map": map[string]any{number: 1, "token": secret}, "struct": pair{Token: secret, Calls: []int64{9876543210}},
		"pointer": &pair{Token: secret, Calls: []int64{9876543210}}, "header": http.Header{"Authorization": {"Basic " + secret}}, "URL": address,
		"text marshaler": &marshaled{number}, "JSON": json.RawMessage(`{"From":"` + number + `","token":"` + secret + `"}`), "LogValuer": resolved{},
		"group": slog.GroupValue(slog.Group("deeper", slog.Any("error", errors.New(number)), slog.String("api_key", secret))),
		"attrs": []slog.Attr{slog.String("from", number), slog.String("x", "token="+secret)},
		"any":   any(slog.AnyValue(said(number))), "func of a call": struct{ E error }{errors.New(number + " token=" + secret)},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			log := logger(&out)
			log.Info("x", "a", value)
			log.With("a", value).WithGroup("g").With("b", value).Info("x", slog.Group("h", "c", value))
			mustBeClean(t, out.String())
			if strings.Count(out.String(), hidden) < 4 {
				t.Errorf("it wrote %q", out.String())
			}
		})
	}
}

func TestNothingGetsThroughInMessagesAndNames(t *testing.T) {
	var out bytes.Buffer
	logger(&out).WithGroup("of "+number).Error("from "+number+" token="+secret, number, 1)
	mustBeClean(t, out.String())
}

func TestAnAttributeWithTheNameOfASecretIsHidden(t *testing.T) {
	for _, name := range []string{"token", "apiToken", "API_KEY", "api-key", "key", "Key", "webhook_secret", "password", "passphrase", "Authorization", "credentials"} {
		var out bytes.Buffer
		logger(&out).Info("x", name, secret, slog.Group(name, "a", secret), slog.Any(name, []string{secret}))
		mustBeClean(t, out.String())
	}
}

func TestWhatIsHarmlessArrivesAsItWas(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 10, 11, 123456789, time.UTC)
	attrs := []any{
		"alert", int64(1234567), "bytes", uint64(77), "took", 61*time.Minute + 123456789, "at", at, "ok", true, "rate", 0.123456789012, "whole", 12.0,
		"error", errors.New("HTTP 429"), "none", nil, "sid", "0f3c9a7be1d24c58a6b7c8d9e0f1162m", "address", netip.MustParseAddr("192.168.100.200"),
		slog.Group("g", "day", "2026-11-19", slog.Group("h", "level", said("critical"))), "keys", 3,
	}
	var want, got bytes.Buffer
	plain := slog.NewTextHandler(&want, nil)
	for _, h := range []slog.Handler{plain, Handler(slog.NewTextHandler(&got, nil))} {
		r := slog.NewRecord(at, slog.LevelWarn, "refresh failed", 0)
		r.Add(attrs...)
		if err := h.WithGroup("outer").WithAttrs([]slog.Attr{slog.Int("failures", 2)}).Handle(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if got.String() != want.String() {
		t.Errorf("it wrote\n%s want\n%s", got.String(), want.String())
	}
}

func TestBytesArriveAsText(t *testing.T) {
	var out bytes.Buffer
	logger(&out).Info("x", "raw", []byte("plain"))
	if !strings.Contains(out.String(), "raw=plain") {
		t.Errorf("it wrote %q", out.String())
	}
}

func TestAMethodThatPanicsEndsNothing(t *testing.T) {
	var out bytes.Buffer
	var none *marshaled
	logger(&out).Info("x", "none", none, "after", 1)
	if !strings.Contains(out.String(), "after=1") {
		t.Errorf("it wrote %q", out.String())
	}
}

func TestALongTextIsCutAfterItIsRedacted(t *testing.T) {
	var out bytes.Buffer
	logger(&out).Info(strings.Repeat("€", longest/3-5) + " token=" + secret + strings.Repeat(" x", 1<<16))
	mustBeClean(t, out.String())
	if out.Len() > longest+200 {
		t.Errorf("%d bytes were written", out.Len())
	}
}

func TestTheLevelIsTheNextHandlers(t *testing.T) {
	h := Handler(slog.NewTextHandler(nil, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if h.Enabled(context.Background(), slog.LevelInfo) || !h.Enabled(context.Background(), slog.LevelWarn) {
		t.Error("the level of the next handler does not hold")
	}
}

// BenchmarkRecord is a warning as the program writes it.
func BenchmarkRecord(b *testing.B) {
	log := slog.New(Handler(slog.NewTextHandler(new(bytes.Buffer), nil)))
	for b.Loop() {
		log.Warn("request to Exotel failed", "op", "list calls", "error", errors.New("list calls: Exotel could not be reached: no whole answer within 30s"))
	}
}
