package metrics

import (
	"testing"

	"exotel-monitor/exotel"
)

func TestALineIsAskedForByANumberOrAnSIDOfTheAccount(t *testing.T) {
	account := exotel.NewDirectory([]exotel.ExoPhone{{SID: "exo5b221ee9", Number: "+918040000007"}})
	for _, tt := range []struct {
		spelling string
		account  *exotel.Directory
		fine     bool
	}{
		{"", nil, true}, {"", account, true},
		{"08040000007", nil, true}, {"03340000055", account, true},
		{"exo5b221ee9", account, true}, {"exo5b221ee9", nil, false}, {"exo5b221ee0", account, false},
	} {
		f, err := ParseFilter("", tt.spelling, "")
		if err != nil {
			t.Fatal(err)
		}
		if err := f.CheckExoPhone(tt.account); (err == nil) != tt.fine {
			t.Errorf("%+v: %v", tt, err)
		}
	}
	for _, text := range []string{"123", "abc", "Support main", "exo 5b221ee9", "exo5/1"} {
		if _, err := ParseFilter("", text, ""); err == nil {
			t.Errorf("%q is taken for an ExoPhone", text)
		}
	}
}
