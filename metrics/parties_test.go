package metrics

import (
	"strings"
	"testing"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

func TestSearchedTextFindsAPartOfEitherAddress(t *testing.T) {
	call := func(from, to string) exotel.Call {
		c := answered(noon)
		c.Sid, c.From, c.To = from+to, from, to
		return c
	}
	view := viewOf(2, noon,
		call("09812345670", "sip:Agent17"), call("+919812345671", "08040000001"), call("919800000002", "sip:agent7"), call("", ""))
	tests := []struct {
		text string
		want int
	}{
		{"", 4}, {"  ", 4}, {"-", 4},
		{"09812345670", 1}, {"9812345670", 1}, {"+919812345670", 1}, {"919812345670", 1}, {"+91 98123 45670", 1}, {"98123-45670", 1},
		{"91 98123 45670", 1}, {"91 981", 2}, {"91-981", 2}, {"(91) 981", 2}, {"0091 981", 2}, {"+ 91 981", 2}, {"+91981", 2}, {"91", 0}, {"919", 0},
		{"0981", 2}, {"981", 2}, {"+9198", 3}, {"+91 981", 2}, {"12345", 2}, {"5671", 1}, {"08040000001", 1}, {"0804", 1},
		{"agent17", 1}, {"AGENT", 2}, {"agent7", 1}, {"sip:", 2}, {"ip:a", 2},
		{"9", 3}, {"3", 2}, {"8", 3}, {"g", 2}, {"70", 1}, {"nobody", 0}, {"77777", 0}, {"sip:agent17\n", 1}, {"\n", 4},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			equal(t, "calls", view.Summary(Filter{Text: SearchText(test.text)}).Calls(), test.want)
		})
	}
}

// TestSearchFindsWhatAWalkOverTheCallsFinds: with and without other filters.
func TestSearchFindsWhatAWalkOverTheCallsFinds(t *testing.T) {
	account, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 400})
	account.Add(exoteltest.EdgeRows(noon, exotel.India)...)
	ledger := NewLedger(client)
	view := mustLoad(t, ledger, Last7Days.Period(noon), 0)
	calls := account.Calls(view.Period.Start(exotel.India), view.Period.End(exotel.India))
	for _, text := range []string{"9", "3", "7", "g", "00", "123", "1234", "agent", "0804", "98000", "sip:agent1"} {
		for _, direction := range []string{"", in} {
			want := 0
			for i := range calls {
				c := &calls[i]
				matches := direction == "" || c.Direction == direction
				holds := strings.Contains(searchable(c.From), text) || strings.Contains(searchable(c.To), text)
				if matches && holds && c.ParentSid == "" {
					want++
				}
			}
			got := view.Summary(Filter{Text: SearchText(text), Direction: direction})
			equal(t, text+" "+direction, got.Calls(), want)
			if err := got.Check(); err != nil {
				t.Error(err)
			}
		}
	}
}

func searchable(address string) string {
	if key := exotel.NumberKey(address); key != address || strings.Trim(key, "0123456789") == "" && key != "" {
		return "0" + key
	}
	return strings.ToLower(address)
}

func TestFiguresOfAnyFilterAddUpOnAllCores(t *testing.T) {
	_, client, _ := newAccount(t, exoteltest.Options{CallsPerDay: 200})
	view := mustLoad(t, NewLedger(client), Last30Days.Period(noon), 0)
	all := view.Summary(Filter{})
	parts := newSummary(view.Period)
	for _, status := range AllStatuses() {
		parts.merge(view.Summary(Filter{Status: &status}))
	}
	equal(t, "calls", parts.Calls(), all.Calls())
	equal(t, "hours", parts.Hours, all.Hours)
	equal(t, "outcomes", parts.Outcomes, all.Outcomes)
	equal(t, "talk", parts.Talk, all.Talk)
	if err := parts.Check(); err != nil {
		t.Error(err)
	}
}
