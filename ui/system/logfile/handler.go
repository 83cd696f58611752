package logfile

import (
	"context"
	"encoding"
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"strings"
)

// longest is how many bytes of a text are kept.
const longest = 8 << 10

// Handler hides secrets and phone numbers in all that goes to next: in messages
// and in attributes of every kind, however deep in groups. What is no plain
// value, such as an error, arrives as text.
//
// It knows secrets by where they stand, so that those that stand alone must not
// be logged; package exotel takes its own out of what it reports.
func Handler(next slog.Handler) slog.Handler { return handler{next} }

type handler struct{ next slog.Handler }

func (h handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

func (h handler) Handle(ctx context.Context, r slog.Record) error {
	clean := slog.NewRecord(r.Time, r.Level, text(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(attr(a))
		return true
	})
	return h.next.Handle(ctx, clean)
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.next.WithAttrs(cleanAttrs(attrs))}
}

func (h handler) WithGroup(name string) slog.Handler { return handler{h.next.WithGroup(text(name))} }

func cleanAttrs(attrs []slog.Attr) []slog.Attr {
	clean := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		clean[i] = attr(a)
	}
	return clean
}

func attr(a slog.Attr) slog.Attr {
	if secretName.MatchString(a.Key) {
		return slog.String(a.Key, hidden)
	}
	return slog.Attr{Key: text(a.Key), Value: value(a.Value.Resolve())}
}

func value(v slog.Value) slog.Value {
	switch v.Kind() {
	case slog.KindBool, slog.KindDuration, slog.KindTime:
		return v
	case slog.KindGroup:
		return slog.GroupValue(cleanAttrs(v.Group())...)
	case slog.KindFloat64:
		// A number read from JSON is one of these.
		if whole := v.Float64(); whole == math.Trunc(whole) {
			return plain(v, strconv.FormatFloat(whole, 'f', 0, 64))
		}
		return v
	case slog.KindInt64, slog.KindUint64:
		return plain(v, v.String())
	}
	return slog.StringValue(text(words(v)))
}

// plain is v as it is, unless its digits are a phone number.
func plain(v slog.Value, digits string) slog.Value {
	if clean := text(digits); clean != digits {
		return slog.StringValue(clean)
	}
	return v
}

// words is what slog.TextHandler would write.
func words(v slog.Value) string {
	if v.Kind() == slog.KindAny {
		switch x := v.Any().(type) {
		case encoding.TextMarshaler:
			if data, err := marshal(x); err == nil {
				return data
			}
		case []byte:
			return string(x)
		}
		return fmt.Sprintf("%+v", v.Any())
	}
	return v.String()
}

// marshal survives a method of a nil pointer, as fmt does.
func marshal(x encoding.TextMarshaler) (words string, err error) {
	defer func() {
		if said := recover(); said != nil {
			err = fmt.Errorf("it has no text: %T", said)
		}
	}()
	data, err := x.MarshalText()
	return string(data), err
}

func text(s string) string {
	// Cut in the middle, a secret might no longer be known for one.
	if s = redact(s); len(s) > longest {
		s = strings.ToValidUTF8(s[:longest], "") + "…"
	}
	return s
}
