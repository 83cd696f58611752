package autostart

import (
	"encoding/xml"
	"slices"
	"strings"
	"testing"
)

func TestALaunchAgentStartsTheProgramOnceInAnInteractiveSession(t *testing.T) {
	text, err := launchAgent(`/Applications/A & B <x>.app/Contents/MacOS/exotel-monitor`, []string{"--hidden", `"a" 'b'`})
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Dict struct {
			Key    []string `xml:"key"`
			String []string `xml:"string"`
			Array  struct {
				String []string `xml:"string"`
			} `xml:"array"`
			True []struct{} `xml:"true"`
		} `xml:"dict"`
	}
	if err := xml.Unmarshal([]byte(text), &list); err != nil {
		t.Fatal(err)
	}
	if want := []string{`/Applications/A & B <x>.app/Contents/MacOS/exotel-monitor`, "--hidden", `"a" 'b'`}; !slices.Equal(list.Dict.Array.String, want) {
		t.Errorf("it starts %q, want %q", list.Dict.Array.String, want)
	}
	if want := []string{"Label", "ProgramArguments", "RunAtLoad", "ProcessType", "LimitLoadToSessionType"}; !slices.Equal(list.Dict.Key, want) {
		t.Errorf("keys %q, want %q", list.Dict.Key, want)
	}
	if want := []string{id, "Interactive", "Aqua"}; !slices.Equal(list.Dict.String, want) || len(list.Dict.True) != 1 {
		t.Errorf("values %q, want %q and one true", list.Dict.String, want)
	}
	if strings.Contains(text, "KeepAlive") {
		t.Error("it would start again when the user quits it")
	}
}

func TestALaunchAgentOfAnImpossiblePathIsRefused(t *testing.T) {
	if _, err := launchAgent("/a\nb", nil); err == nil {
		t.Error("a line break was taken")
	}
}
