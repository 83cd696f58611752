package exoteltest

import (
	"fmt"
	"net/http"
	"strings"
)

// accountInfo answers the request that proves the credentials. See API.md, Credentials.
func (a *Account) accountInfo(asXML bool) answer {
	uri := "/v1/Accounts/" + a.sid
	fields := [][2]string{
		{"Sid", a.sid}, {"FriendlyName", a.sid}, {"Type", "Full"}, {"Status", "active"},
		{"DateCreated", "2020-01-06 10:00:00"}, {"DateUpdated", "2025-04-01 09:30:00"},
		{"AuthToken", "secret-" + a.token}, {"Uri", uri}, {"BillingType", "prepaid"}, {"KycStatus", "verified"},
	}
	if !asXML {
		account := map[string]string{}
		for _, f := range fields {
			account[f[0]] = f[1]
		}
		return jsonAnswer(http.StatusOK, map[string]any{"Account": account})
	}
	b := []byte(xmlHead + "<TwilioResponse><Account>")
	for _, f := range fields {
		b = xmlElement(b, f[0], f[1])
	}
	return answer{status: http.StatusOK, kind: xmlType, body: append(b, "</Account></TwilioResponse>\n"...)}
}

// balance answers the request for the balance. See API.md, Other requests.
func (a *Account) balance() answer {
	return jsonAnswer(http.StatusOK, map[string]any{"Account": map[string]any{
		"AccountSid": a.sid,
		"BalanceData": map[string]string{
			"Balance": "1543.75", "Currency": "INR", "PricingPlan": "Believer",
			"DateUpdated": string(appendWall(nil, a.now().In(a.zone))),
		},
	}})
}

// circles and operators of the made-up number look-up.
var (
	circles   = [][2]string{{"KA", "Karnataka"}, {"MH", "Maharashtra"}, {"DL", "Delhi"}, {"TN", "Tamil Nadu"}, {"GJ", "Gujarat"}}
	operators = [][2]string{{"A1", "Example Mobile"}, {"B2", "Sample Telecom"}, {"C3", "Test Networks"}}
)

// numberInfo answers the number look-up, with the same answer for a number in any form,
// and 404 for what is no number. See API.md, Other requests.
func numberInfo(number string) answer {
	short := strings.TrimLeft(strings.TrimPrefix(number, "+91"), "0")
	if len(short) != 10 || !digits(short) {
		return notFound(false)
	}
	h := hashText(0, short)
	circle, operator := circles[h%uint64(len(circles))], operators[h>>8%uint64(len(operators))]
	kind := "Mobile"
	if short[0] < '6' {
		kind = "Landline"
	}
	return jsonAnswer(http.StatusOK, map[string]any{"Numbers": map[string]string{
		"PhoneNumber": fmt.Sprintf("0%s", short), "Circle": circle[0], "CircleName": circle[1], "Type": kind,
		"Operator": operator[0], "OperatorName": operator[1], "DND": []string{"Yes", "No", "Unavailable"}[h>>16%3],
	}})
}
