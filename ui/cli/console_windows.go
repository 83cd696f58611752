package cli

import (
	"os"
	"syscall"
)

// AttachConsole lets what is printed be seen in the console from which the program
// was started: built for the window, it gets none from Windows. What is redirected
// into a file or a pipe stays there.
func AttachConsole() {
	unheard := map[**os.File]bool{}
	for file, handle := range map[**os.File]syscall.Handle{&os.Stdout: syscall.Stdout, &os.Stderr: syscall.Stderr} {
		kind, err := syscall.GetFileType(handle)
		unheard[file] = err != nil || kind == syscall.FILE_TYPE_UNKNOWN
	}
	const parentProcess = ^uintptr(0)
	attached, _, _ := syscall.NewLazyDLL("kernel32.dll").NewProc("AttachConsole").Call(parentProcess)
	if attached == 0 {
		return // there is none: it was started from the menu
	}
	for file := range unheard {
		if !unheard[file] {
			continue
		}
		if console, err := os.OpenFile("CONOUT$", os.O_RDWR, 0); err == nil {
			*file = console
		}
	}
}
