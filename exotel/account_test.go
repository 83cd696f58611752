package exotel_test

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

func TestProbe(t *testing.T) {
	account, err := newClient(t, newAccount(0), nil).Probe(t.Context())
	if err != nil || account.SID != testSID || account.Status == "" {
		t.Errorf("got %+v, %v", account, err)
	}
	if strings.Contains(fmt.Sprintf("%+v", account), "oken") {
		t.Errorf("%+v holds the account's AuthToken", account)
	}
}

func TestProbeWantsAnAccount(t *testing.T) {
	for _, body := range []string{"{}", "[]", `{"Account":null}`, `{"Account":7}`, "<html>", "true", ""} {
		synctest.Test(t, func(t *testing.T) {
			_, err := newClient(t, always(http.StatusOK, body), nil).Probe(t.Context())
			if failure := failureOf(t, err); failure.Kind != exotel.KindBody {
				t.Errorf("%q: got %v", body, err)
			}
		})
	}
}

func TestExoPhonesOfSeveralPages(t *testing.T) {
	phones := make([]exoteltest.ExoPhone, 120)
	for i := range phones {
		phones[i] = exoteltest.ExoPhone{SID: fmt.Sprintf("exo%03d", i), Number: fmt.Sprintf("0804000%04d", i), Name: "Line", Region: "KA"}
	}
	account := exoteltest.New(exoteltest.Options{Key: testKey, Token: testToken, ExoPhones: phones, Now: frozen(noon)})
	list, err := newClient(t, account, nil).ExoPhones(t.Context())
	if err != nil || len(list) != 120 {
		t.Fatalf("read %d ExoPhones: %v", len(list), err)
	}
	want := exotel.ExoPhone{SID: "exo119", Number: "+918040000119", Name: "Line", Region: "KA"}
	if list[119] != want || account.Stats().Requests != 3 {
		t.Errorf("last %+v, %d requests", list[119], account.Stats().Requests)
	}
}

func TestExoPhoneListsAreReadLeniently(t *testing.T) {
	for body, want := range map[string]int{
		`{"incoming_phone_numbers":null}`: 0,
		`{"incoming_phone_numbers":[]}`:   0,
		`{"incoming_phone_numbers":{ }}`:  0,
		`{"incoming_phone_numbers":[{"sid":"None"},{"sid":"a"}],"next_page_uri":"None"}`:         1,
		`{"incoming_phone_numbers":[{"sid":8040000010},null,"x",7,{},{"sid":""},{"sid":"two"}]}`: 2,
		`{"incoming_phone_numbers":[{"sid":"a"},{"sid":"a"}],"next_page_uri":"http://x/"}`:       1,
	} {
		list, err := newClient(t, always(http.StatusOK, body), nil).ExoPhones(t.Context())
		if err != nil || len(list) != want {
			t.Errorf("%s: %v, %v", body, list, err)
		}
	}
}

func TestEndlessExoPhonesStop(t *testing.T) {
	n := 0
	endless := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n++
		fmt.Fprintf(w, `{"next_page_uri":"x","incoming_phone_numbers":[{"sid":"%d"}]}`, n)
	})
	_, err := newClient(t, endless, nil).ExoPhones(t.Context())
	if failure := failureOf(t, err); failure.Kind != exotel.KindPaging {
		t.Errorf("got %v after %d pages", err, n)
	}
}

func TestConnectivity(t *testing.T) {
	account := newAccount(0)
	account.SetPhone(exoteltest.ExoPhone{SID: "exo-1", Number: "08040000001", Name: "Main", Incoming: "major_outage", Alternate: "08040000002"})
	state, err := newClient(t, account, nil).Connectivity(t.Context(), "exo-1")
	if err != nil {
		t.Fatal(err)
	}
	want := exotel.Connectivity{
		ExoPhone: exotel.ExoPhone{SID: "exo-1", Number: "+918040000001", Name: "Main"},
		Incoming: exotel.Line{Status: "major_outage", Checked: noon.Add(-40 * time.Second).UTC(), Alternates: []string{"08040000002"}},
		Outgoing: exotel.Line{Status: "active", Checked: noon.Add(-time.Minute).UTC()},
	}
	if !reflect.DeepEqual(state, want) {
		t.Errorf("got %+v, want %+v", state, want)
	}
}

func TestConnectivityInItsForms(t *testing.T) {
	const exo = `{"sid":"1","connectivity":{"incoming_call":{"status":"Active","alternate_exophone":%s}}}`
	for alternate, want := range map[string][]string{
		`null`: nil, `""`: nil, `7`: nil, `"2"`: {"2"}, `["2","3"]`: {"2", "3"},
		`{"phone_number":"2"}`: {"2"}, `[{"phone_number":"2"},null]`: {"2"},
	} {
		flat := fmt.Sprintf(exo, alternate)
		for _, body := range []string{flat, `{"response":[{"data":` + flat + `}]}`, `{"response":{"data":` + flat + `}}`} {
			state, err := newClient(t, always(http.StatusOK, body), nil).Connectivity(t.Context(), "1")
			if err != nil || state.Incoming.Status != "active" || state.Outgoing.Status != "" || !reflect.DeepEqual(state.Incoming.Alternates, want) {
				t.Errorf("%s: %+v, %v", body, state, err)
			}
		}
	}
}

func TestALineWithoutAStatusIsNotDown(t *testing.T) {
	for word, want := range map[string]string{"None": "", " undefined": "", "null": "", " ": "", " Active ": "active", "Major_Outage": "major_outage"} {
		body := fmt.Sprintf(`{"sid":"1","connectivity":{"incoming_call":{"status":%q}}}`, word)
		state, err := newClient(t, always(http.StatusOK, body), nil).Connectivity(t.Context(), "1")
		if err != nil || state.Incoming.Status != want {
			t.Errorf("%q: got %q, %v", word, state.Incoming.Status, err)
		}
	}
}

func TestConnectivityOfAnUnknownExoPhone(t *testing.T) {
	_, err := newClient(t, newAccount(0), nil).Connectivity(t.Context(), "nobody")
	if failure := failureOf(t, err); failure.Kind != exotel.KindNotFound || failure.Message != "Not Found" {
		t.Errorf("got %v", err)
	}
}

func TestNewWantsCredentials(t *testing.T) {
	good := exotel.Options{BaseURL: exotel.Singapore, SID: "a", Key: "b", Token: "c"}
	for says, change := range map[string]func(*exotel.Options){
		"account SID is empty": func(o *exotel.Options) { o.SID = " " },
		"API key is empty":     func(o *exotel.Options) { o.Key = "" },
		"API token is empty":   func(o *exotel.Options) { o.Token = "\n" },
		"API address is empty": func(o *exotel.Options) { o.BaseURL = " / " },
	} {
		o := good
		change(&o)
		if _, err := exotel.New(o); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want %q", err, says)
		}
	}
	client, err := exotel.New(good)
	if err != nil || client.Zone() != exotel.India {
		t.Errorf("zone %v, %v", client.Zone(), err)
	}
}
