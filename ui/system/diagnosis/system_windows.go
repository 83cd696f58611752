package diagnosis

import (
	"fmt"

	"golang.org/x/sys/windows"
)

// osName names the build, which says more than Windows' own name.
func osName() string {
	v := windows.RtlGetVersion()
	return fmt.Sprintf("Windows %d.%d.%d", v.MajorVersion, v.MinorVersion, v.BuildNumber)
}
