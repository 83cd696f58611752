package exoteltest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

func TestWhoMayAsk(t *testing.T) {
	a, _ := newTestAccount(0)
	for _, test := range []struct {
		path, key, token string
		want             int
	}{
		{listPath, "key", "token", 200},
		{listPath, "key", "wrong", 401},
		{listPath, "", "", 401},
		{"/v1/Accounts/other/Calls.json", "key", "token", 404},
		{"/v1/Accounts/other.json", "key", "token", 404},
		{"/v2/accounts/other/incoming-phone-numbers/1", "key", "token", 404},
		{"/v1/Accounts/acme1.json", "key", "token", 200},
		{"/v1/Accounts/acme1/Balance.json", "key", "token", 200},
		{"/v1/Accounts/acme1/Numbers/09800000001.json", "key", "token", 200},
		{"/v1/Accounts/acme1/Numbers/12.json", "key", "token", 404},
		{"/v1/Accounts/acme1/Nothing.json", "key", "token", 404},
		{"/", "key", "token", 404},
	} {
		r := httptest.NewRequest(http.MethodGet, test.path, nil)
		if test.key != "" {
			r.SetBasicAuth(test.key, test.token)
		}
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		if w.Code != test.want || !json.Valid(w.Body.Bytes()) && w.Header().Get("Content-Type") == jsonType {
			t.Errorf("%s as %s: %d, want %d: %s", test.path, test.token, w.Code, test.want, w.Body)
		}
	}
	a.SetFaults(Faults{TextUnauthorized: true})
	w := httptest.NewRecorder()
	a.ServeHTTP(w, httptest.NewRequest(http.MethodGet, listPath, nil))
	if w.Code != 401 || json.Valid(w.Body.Bytes()) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestPhoneListPagesFromZero(t *testing.T) {
	a, _ := newTestAccount(0)
	var numbers []string
	for _, page := range []string{"0", "1", "2"} {
		var body struct {
			Page    int     `json:"page"`
			Next    *string `json:"next_page_uri"`
			Numbers []struct {
				Number string `json:"phone_number"`
				Name   string `json:"friendly_name"`
			} `json:"incoming_phone_numbers"`
		}
		w := get(a, "/v2_beta/Accounts/acme1/IncomingPhoneNumbers?PageSize=4&Page="+page)
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
			t.Fatal(err)
		}
		for _, n := range body.Numbers {
			numbers = append(numbers, n.Number)
		}
		if page == "0" {
			want := "http://twilix.exotel.com/v2_beta/Accounts/acme1/IncomingPhoneNumbers?Page=1&PageSize=4"
			if body.Next == nil || *body.Next != want {
				t.Errorf("next %v", body.Next)
			}
		} else if body.Next != nil {
			t.Errorf("page %s: next %v", page, *body.Next)
		}
	}
	if len(numbers) != 6 || numbers[0] != "+918040000001" {
		t.Errorf("numbers %v", numbers)
	}
}

func TestPhoneDetails(t *testing.T) {
	a, _ := newTestAccount(0)
	a.SetPhone(ExoPhone{SID: "exo9", Number: "08040000009", Incoming: "major_outage", Alternate: "08040000010"})
	w := get(a, "/v2/accounts/acme1/incoming-phone-numbers/exo9")
	type line struct {
		Status    string    `json:"status"`
		Checked   time.Time `json:"last_check_time"`
		Alternate *string   `json:"alternate_exophone"`
	}
	var body struct {
		Response []struct {
			Data struct {
				Connectivity struct {
					In  line `json:"incoming_call"`
					Out line `json:"outgoing_call"`
				} `json:"connectivity"`
			} `json:"data"`
		} `json:"response"`
	}
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || len(body.Response) != 1 {
		t.Fatalf("%v: %s", err, w.Body)
	}
	c := body.Response[0].Data.Connectivity
	if c.In.Status != "major_outage" || c.In.Alternate == nil || c.Out.Status != "active" || c.Out.Alternate != nil ||
		testNow.Sub(c.In.Checked) != 40*time.Second {
		t.Errorf("%s", w.Body)
	}
	if w := get(a, "/v2/accounts/acme1/incoming-phone-numbers/none"); w.Code != 404 || !contains(w.Body.String(), "error_data") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := get(a, "/v2_beta/Accounts/acme1/IncomingPhoneNumbers/exo9"); contains(w.Body.String(), "connectivity") {
		t.Errorf("%s", w.Body)
	}
}

func TestServesWhileItChanges(t *testing.T) {
	a, _ := newTestAccount(500)
	a.Record(true)
	var group sync.WaitGroup
	for worker := range 4 {
		group.Go(func() {
			for i := range 30 {
				switch worker {
				case 0:
					a.SetFaults(Faults{OddForms: float64(i%2) / 2, HideLive: i%3 == 0})
				case 1:
					a.Add(edgeCall("racing", testNow.Add(-time.Duration(i)*time.Hour)))
				default:
					get(a, listPath+"?details=true&PageSize=100")
					a.Calls(testNow.Add(-48*time.Hour), testNow)
				}
			}
		})
	}
	group.Wait()
	s := a.Stats()
	if s.Requests != 60 || s.ByPath[listPath] != 60 || len(s.Queries) != 60 || s.Queries[0] != "details=true&PageSize=100" {
		t.Errorf("%+v", s)
	}
	a.ResetStats()
	if s := a.Stats(); s.Requests != 0 || len(s.ByPath) != 0 {
		t.Errorf("%+v", s)
	}
}
