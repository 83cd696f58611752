// Package text writes what the screens say: translated texts, times, lengths, numbers,
// and errors as a person would tell them.
package text

import (
	"fmt"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"exotel-monitor/assets"
)

// Load adds the catalogue of texts to Fyne's. Only the first call does something:
// texts are written on several goroutines after it.
var Load = sync.OnceFunc(func() {
	if err := lang.AddTranslationsFS(assets.Translations, "translations"); err != nil {
		fyne.LogError("The texts could not be loaded; English stands in", err)
	}
})

// Tr returns a text in the user's language. The English text, with the verbs of
// fmt, is its key in the catalogues of other languages.
func Tr(english string, args ...any) string { return format(lang.L(english), args) }

// TrN returns a text that counts n things in the user's language. The key is the English text for many;
// the English catalogue has the one for a single thing.
func TrN(n int, english string, args ...any) string { return format(lang.N(english, n), args) }

func format(text string, args []any) string {
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}
