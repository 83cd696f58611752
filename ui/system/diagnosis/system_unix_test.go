//go:build !windows && !darwin

package diagnosis

import "testing"

func TestTheSystemsNameIsReadFromOSRelease(t *testing.T) {
	for file, want := range map[string]string{
		"ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\nNAME=x\n": "Debian GNU/Linux 13 (trixie)",
		"PRETTY_NAME='Fedora Linux 43'":                                     "Fedora Linux 43",
		"PRETTY_NAME=Arch\r\n":                                              "Arch",
		"MY_PRETTY_NAME=x\n":                                                "",
		"":                                                                  "",
	} {
		if got := prettyName(file); got != want {
			t.Errorf("%q: %q", file, got)
		}
	}
}
