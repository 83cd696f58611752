package ui

import "exotel-monitor/ui/system/notify"

// numbersHidden says that phone numbers are masked wherever they are shown. It
// belongs to Fyne's goroutine. What the user copies or exports stays whole.
var numbersHidden bool

// hiding is a text with its phone numbers as the user wants to see them.
func hiding(text string) string {
	if numbersHidden {
		return notify.HideNumbers(text)
	}
	return text
}
