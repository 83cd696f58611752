package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
	"golang.org/x/sys/windows"
)

var user32 = windows.NewLazySystemDLL("user32.dll")

// restore gives a window that is minimised its size back: showing it is not
// enough on Windows.
func restore(w fyne.Window) {
	const swRestore = 9
	if handle, minimised := ask(w, "IsIconic"); minimised {
		_, _, _ = user32.NewProc("ShowWindow").Call(handle, swRestore)
	}
}

func maximised(w fyne.Window) bool {
	_, yes := ask(w, "IsZoomed")
	return yes
}

// ask asks Windows a question about a window, and returns its handle too.
func ask(w fyne.Window, question string) (handle uintptr, yes bool) {
	native, ok := w.(driver.NativeWindow)
	if !ok {
		return 0, false
	}
	native.RunNative(func(context any) {
		if known, ok := context.(driver.WindowsWindowContext); ok && known.HWND != 0 {
			answer, _, _ := user32.NewProc(question).Call(known.HWND)
			handle, yes = known.HWND, answer != 0
		}
	})
	return handle, yes
}
