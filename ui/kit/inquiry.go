package kit

import (
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"exotel-monitor/ui/text"
)

// Inquiry is a question whose answer takes a while: the button that asks it, and
// the line that says what came of it.
type Inquiry struct {
	Button *Button
	Answer *Text
	asked  int    // how often; an answer to an earlier question comes too late
	busy   bool   // asked and not answered
	held   string // why it cannot be asked now, "" if it can
}

// NewInquiry returns a question that is asked by a button of that text. Its answer goes
// to the line.
func NewInquiry(text string, answer *Text, ask func()) *Inquiry {
	return &Inquiry{Button: NewButton(text, widget.MediumImportance, ask), Answer: answer}
}

// Drop does not wait for an answer any more.
func (q *Inquiry) Drop() {
	q.asked++
	q.busy = false
	q.update()
	SetAnswer(q.Answer, q.held, ColorMuted)
}

// Hold keeps the question from being asked and says why, or, with "", lets it be
// asked again.
func (q *Inquiry) Hold(why string) {
	if why == q.held {
		return
	}
	if before := q.held; q.Answer.Text == before || why != "" && !q.busy {
		SetAnswer(q.Answer, why, ColorMuted)
	}
	q.held = why
	q.update()
}

// update lets the button be pressed when the question can be asked.
func (q *Inquiry) update() {
	if q.busy || q.held != "" {
		q.Button.Disable()
	} else {
		q.Button.Enable()
	}
}

// Ask says that a question is asked and holds its button until the answer.
// What it returns takes the answer: it says an error, and hands what is none to
// then. It does nothing once the inquiry was dropped.
func Ask[T any](q *Inquiry, sentence string, then func(T)) func(T, error) {
	q.asked++
	mine := q.asked
	q.busy = true
	q.update()
	SetAnswer(q.Answer, sentence, ColorText)
	return func(answer T, err error) {
		if mine != q.asked {
			return
		}
		q.Drop()
		if err != nil {
			SetAnswer(q.Answer, text.Error(err), theme.ColorNameError)
			return
		}
		then(answer)
	}
}
