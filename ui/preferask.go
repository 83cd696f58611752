package ui

import (
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// inquiry is a question whose answer takes a while: the button that asks it, and
// the line that says what came of it.
type inquiry struct {
	button *button
	answer *words
	asked  int // how often; an answer to an earlier question comes too late
}

func newInquiry(text string, answer *words, ask func()) *inquiry {
	return &inquiry{button: newButton(text, widget.MediumImportance, ask), answer: answer}
}

// Drop does not wait for an answer any more.
func (q *inquiry) Drop() {
	q.asked++
	q.button.Enable()
	say(q.answer, "", plain)
}

// asking says that a question is asked and holds its button until the answer.
// What it returns takes the answer: it says an error, and hands what is none to
// then. It does nothing once the inquiry was dropped.
func asking[T any](q *inquiry, sentence string, then func(T)) func(T, error) {
	q.asked++
	mine := q.asked
	q.button.Disable()
	say(q.answer, sentence, plain)
	return func(answer T, err error) {
		if mine != q.asked {
			return
		}
		q.Drop()
		if err != nil {
			say(q.answer, errorText(err), theme.ColorNameError)
			return
		}
		then(answer)
	}
}
