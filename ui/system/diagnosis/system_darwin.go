package diagnosis

import (
	"os"
	"regexp"
)

var productVersion = regexp.MustCompile(`<key>ProductVersion</key>\s*<string>([^<]+)</string>`)

// osName reads the file that sw_vers reads.
func osName() string {
	data, _ := os.ReadFile("/System/Library/CoreServices/SystemVersion.plist") // unread, there is no match
	if found := productVersion.FindSubmatch(data); found != nil {
		return "macOS " + string(found[1])
	}
	return "macOS"
}
