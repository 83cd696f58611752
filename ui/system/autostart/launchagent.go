package autostart

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"unicode"
)

// id names the agent and, elsewhere, its file; appID in main.go is the same.
const id = "in.exotel-monitor.app"

// launchAgent is a property list for launchd. RunAtLoad starts the program once,
// and it is not started again when the user quits it.
func launchAgent(program string, args []string) (string, error) {
	var list bytes.Buffer
	for _, part := range append([]string{program}, args...) {
		if strings.ContainsFunc(part, unicode.IsControl) {
			return "", fmt.Errorf("%q cannot be started by launchd; install the program elsewhere", part)
		}
		list.WriteString("\t\t<string>")
		if err := xml.EscapeText(&list, []byte(part)); err != nil {
			return "", err
		}
		list.WriteString("</string>\n")
	}
	return xml.Header + `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>Label</key>
	<string>` + id + `</string>
	<key>ProgramArguments</key>
	<array>
` + list.String() + `	</array>
	<key>RunAtLoad</key>
	<true/>
	<key>ProcessType</key>
	<string>Interactive</string>
	<key>LimitLoadToSessionType</key>
	<string>Aqua</string>
</dict>
</plist>
`, nil
}
