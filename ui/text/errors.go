package text

import (
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/dbfile"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/config"
)

// Error says in whole sentences what went wrong and what can be done. What
// Exotel or the system said stays as it was said.
func Error(err error) string {
	var answer *exotel.Error
	var partial *exotel.IncompleteError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &answer):
		why := Reason(err)
		if !strings.HasSuffix(why, "?") {
			why += "."
		}
		return Sentence(why + " " + Tr(answer.Advice()))
	case errors.As(err, &partial):
		return Tr("Exotel's list ended before its own total.")
	case errors.Is(err, config.ErrNoDefault): // without the technical cause
		return Tr(Sentence(config.ErrNoDefault.Error()))
	case errors.Is(err, config.ErrLocked):
		return Tr(Sentence(config.ErrLocked.Error()))
	case errors.Is(err, config.ErrNoKeyring):
		return Tr(Sentence(config.ErrNoKeyring.Error()))
	case storeReason(err) != "":
		return Sentence(storeReason(err))
	default:
		return Sentence(err.Error())
	}
}

// Reason says what went wrong, as the part of a sentence.
func Reason(err error) string {
	if answer, ok := errors.AsType[*exotel.Error](err); ok {
		if cameNoAnswer(answer) {
			return unreachedReason(answer)
		}
		return Tr(answer.Headline()) + answer.Detail()
	}
	for _, known := range []error{config.ErrNoDefault, config.ErrLocked, config.ErrNoKeyring} {
		if errors.Is(err, known) { // without the technical cause
			return known.Error()
		}
	}
	if why := storeReason(err); why != "" {
		return why
	}
	return strings.TrimSuffix(err.Error(), ".")
}

// storeReasons are what the user can mend.
var storeReasons = []error{
	file.ErrInUse, file.ErrSlow, file.ErrLost, account.ErrLost,
	dbfile.ErrNewer, dbfile.ErrForeign, dbfile.ErrFull, dbfile.ErrDisk, dbfile.ErrBusy, dbfile.ErrUnwritable, dbfile.ErrGone, dbfile.ErrDamaged,
}

// storeReason says why what is stored cannot be used, without
// where it is and what SQLite calls it, which the log says; "" if it is not that.
func storeReason(err error) string {
	for _, known := range storeReasons {
		if errors.Is(err, known) {
			return Tr(known.Error())
		}
	}
	return ""
}

// NotSaved says why calls are not on the disk, and of which day, if the error
// begins with one.
func NotSaved(err error, now time.Time) string {
	begin, _, _ := strings.Cut(err.Error(), ": ")
	day, bad := metrics.ParseDate(begin)
	cause := errors.Unwrap(err)
	if bad != nil || cause == nil {
		return Error(err)
	}
	return Sentences(Error(cause), Tr("%s isn't saved.", shortDay(day, now)))
}

// Sentence gives a text a capital at its beginning and an end.
func Sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if last, _ := utf8.DecodeLastRuneInString(text); !unicode.IsPunct(last) {
		text += "."
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// KeysAreWrong reports whether other keys, or another SID, are what helps.
func KeysAreWrong(err error) bool {
	refused, ok := errors.AsType[*exotel.Error](err)
	return ok && (refused.Kind == exotel.KindCredentials || refused.Kind == exotel.KindNotFound)
}

// Sentences puts one after the other.
func Sentences(first, second string) string { return strings.TrimSpace(first + " " + second) }
