package ui

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"exotel-monitor/assets"
	"exotel-monitor/exotel"
	"exotel-monitor/heartbeat/journal/file"
	"exotel-monitor/metrics"
	"exotel-monitor/metrics/dbfile"
	"exotel-monitor/ui/account"
	"exotel-monitor/ui/config"
)

// loadTexts adds the catalogue of texts to Fyne's, once: texts are written on several
// goroutines then.
var loadTexts = sync.OnceFunc(addTexts)

func addTexts() {
	if err := lang.AddTranslationsFS(assets.Translations, "translations"); err != nil {
		fyne.LogError("The texts could not be loaded; English stands in", err)
	}
}

// tr writes a text in the user's language. The English text, with the verbs of
// fmt, is its key in the catalogue.
func tr(english string, args ...any) string {
	text := lang.L(english)
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// trN is tr for a text that counts something; both forms take the same args.
func trN(n int, one, many string, args ...any) string {
	if n == 1 {
		return tr(one, args...)
	}
	return tr(many, args...)
}

// errorText says in whole sentences what went wrong and what can be done. What
// Exotel or the system said stays as it was said.
func errorText(err error) string {
	var answer *exotel.Error
	var partial *exotel.IncompleteError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &answer):
		return sentence(reasonText(err) + ". " + tr(answer.Advice()))
	case errors.As(err, &partial):
		return tr("Exotel's list ended before its own total.")
	case errors.Is(err, config.ErrNoDefault): // without the technical cause
		return tr(sentence(config.ErrNoDefault.Error()))
	case errors.Is(err, config.ErrLocked):
		return tr(sentence(config.ErrLocked.Error()))
	case errors.Is(err, config.ErrNoKeyring):
		return tr(sentence(config.ErrNoKeyring.Error()))
	case storeReason(err) != "":
		return sentence(storeReason(err))
	default:
		return sentence(err.Error())
	}
}

// reasonText says what went wrong, as the part of a sentence.
func reasonText(err error) string {
	if answer, ok := errors.AsType[*exotel.Error](err); ok {
		return tr(answer.Headline()) + answer.Detail()
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
			return tr(known.Error())
		}
	}
	return ""
}

// unkeptText says why calls are not on the disk, and of which day, if the error
// begins with one.
func unkeptText(err error, now time.Time) string {
	begin, _, _ := strings.Cut(err.Error(), ": ")
	day, bad := metrics.ParseDate(begin)
	cause := errors.Unwrap(err)
	if bad != nil || cause == nil {
		return errorText(err)
	}
	return sentences(errorText(cause), tr("%s isn't saved.", shortDay(day, now)))
}

// sentence gives a text a capital at its beginning and an end.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if last, _ := utf8.DecodeLastRuneInString(text); !unicode.IsPunct(last) {
		text += "."
	}
	return string(unicode.ToUpper(first)) + text[size:]
}
