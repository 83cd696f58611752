package exotel

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// samplePage is a page of settled calls with details. See API.md, Rows.
func samplePage(n int) []byte {
	rows := make([]string, n)
	for i := range rows {
		rows[i] = fmt.Sprintf(`{"Sid":"0f3c9a7be1d24c58a6b7c8d9e0f1%03dm","ParentCallSid":"","DateCreated":"2026-06-11 15:12:%02[2]d",`+
			`"DateUpdated":"2026-06-11 15:16:%02[2]d","AccountSid":"acme1","To":"sip:agent17","From":"0980000%04[1]d",`+
			`"PhoneNumberSid":"08040000010","PhoneNumber":"08040000010","Status":"completed","StartTime":"2026-06-11 15:12:%02[2]d",`+
			`"EndTime":"2026-06-11 15:14:56","Duration":169,"Price":0.85,"Direction":"inbound","AnsweredBy":"human","ForwardedFrom":"",`+
			`"CallerName":"","Uri":"/v1/Accounts/acme1/Calls/0f3c9a7be1d24c58a6b7c8d9e0f1%03[1]dm",`+
			`"RecordingUrl":"https://recordings.exotel.com/exotelrecordings/acme1/0f3c9a7be1d24c58a6b7c8d9e0f1%03[1]dm.mp3",`+
			`"Details":{"ConversationDuration":144,"Leg1Status":"completed","Leg2Status":"completed",`+
			`"Legs":[{"Leg":{"Id":1,"OnCallDuration":156}},{"Leg":{"Id":2,"OnCallDuration":144}}]}}`, i, i*60/PageSize)
	}
	return fmt.Appendf(nil, `{"Metadata":{"Total":1027,"PageSize":100,"FirstPageUri":"/v1/Accounts/acme1/Calls.json?PageSize=100",`+
		`"PrevPageUri":null,"NextPageUri":"/v1/Accounts/acme1/Calls.json?PageSize=100&After=b3BhcXVl"},"Calls":[%s]}`, strings.Join(rows, ","))
}

// BenchmarkDecode compares decodePage with encoding/json into structs that have
// the same fields, whose times stay texts and whose lenience is none.
func BenchmarkDecode(b *testing.B) {
	body := samplePage(PageSize)
	run := func(name string, decode func() (int, error)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			calls := 0
			for b.Loop() {
				n, err := decode()
				if err != nil {
					b.Fatal(err)
				}
				calls += n
			}
			b.ReportMetric(float64(calls)/b.Elapsed().Seconds(), "calls/s")
		})
	}
	run("decodePage", func() (int, error) {
		page, err := decodePage(body, India)
		if err != nil {
			return 0, err
		}
		return len(page.calls), nil
	})
	run("encoding-json", func() (int, error) {
		var page struct {
			Metadata struct {
				Total       int
				NextPageUri string
			}
			Calls []struct {
				Sid, ParentCallSid, DateCreated, DateUpdated, StartTime, EndTime string
				From, To, PhoneNumber, PhoneNumberSid, Direction, Status         string
				Duration                                                         int
				Price                                                            json.Number
				AnsweredBy, RecordingUrl                                         string
				Details                                                          *struct {
					ConversationDuration   int
					Leg1Status, Leg2Status string
					Legs                   []struct {
						Leg struct{ Id, OnCallDuration int }
					}
				}
			}
		}
		err := json.Unmarshal(body, &page)
		return len(page.Calls), err
	})
}
