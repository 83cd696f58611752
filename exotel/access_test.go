package exotel_test

import (
	"errors"
	"testing"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

func TestRefusedIsWhatTheAccountSaysOfTheKeys(t *testing.T) {
	account := newAccount(10)
	client := newClient(t, account, nil)
	list := func() { read(client, today()) }
	phones := func() { _, _ = client.ExoPhones(t.Context()) }
	check := func() { _, _ = client.Connectivity(t.Context(), "08040000001") }
	for _, step := range []struct {
		name   string
		faults exoteltest.Faults
		ask    func()
		kind   exotel.Kind // "" for accepted
	}{
		{"good keys", exoteltest.Faults{}, list, ""},
		{"a token that was changed while the program runs", exoteltest.Faults{RotatedToken: "another-token"}, list, exotel.KindCredentials},
		{"an error that is none of the keys'", exoteltest.Faults{FailStatus: 400}, list, exotel.KindCredentials},
		{"another kind of request is answered", exoteltest.Faults{}, phones, ""},
		{"not let in", exoteltest.Faults{Forbidden: true}, list, exotel.KindForbidden},
		{"let in elsewhere", exoteltest.Faults{}, phones, exotel.KindForbidden},
		{"let in", exoteltest.Faults{}, list, ""},
		{"one ExoPhone is forbidden", exoteltest.Faults{Forbidden: true}, check, ""},
		{"refused for an ExoPhone", exoteltest.Faults{FailStatus: 401}, check, exotel.KindCredentials},
	} {
		account.SetFaults(step.faults)
		step.ask()
		failed, _ := errors.AsType[*exotel.Error](client.AccessErr())
		if got := client.AccessErr(); (got != nil) != (step.kind != "") || failed != nil && failed.Kind != step.kind {
			t.Errorf("%s: got %v, want %q", step.name, got, step.kind)
		}
	}
}
