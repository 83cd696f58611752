package config

import (
	"errors"
	"os"
	"testing"
)

func TestDataDirIsWhereTheSystemKeepsPrograms(t *testing.T) {
	t.Setenv("HOME", "/home/u")
	for _, test := range []struct {
		env  map[string]string
		want string
	}{
		{nil, "/home/u/.local/share/exotel-monitor"},
		{map[string]string{"XDG_DATA_HOME": "/x"}, "/x/exotel-monitor"},
		{map[string]string{"XDG_DATA_HOME": "relative"}, "/home/u/.local/share/exotel-monitor"},
		{map[string]string{"XDG_DATA_HOME": "/x", "EXOTEL_MONITOR_DATA": "/own"}, "/own"},
	} {
		got, err := DataDir(func(name string) string { return test.env[name] })
		if err != nil || got != test.want {
			t.Errorf("%v: %s, %v", test.env, got, err)
		}
	}
	t.Setenv("HOME", "")
	if _, err := DataDir(func(string) string { return "" }); err == nil || errors.Is(err, os.ErrNotExist) {
		t.Errorf("no home: %v", err)
	}
}
