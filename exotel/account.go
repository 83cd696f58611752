package exotel

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
)

// Account is Exotel's record of the account.
type Account struct {
	SID    string
	Name   string
	Status string
}

// Probe requests the account, which proves address, SID, key and token. Its error says
// which of them is wrong. See API.md, Credentials.
func (c *Client) Probe(ctx context.Context) (Account, error) {
	// The answer also holds a token, so only these fields are read.
	target := c.address("v1", "Accounts", c.sid+".json")
	return get(ctx, c, opProbe, target, func(body []byte) (Account, error) {
		var answer struct {
			Account *struct{ Sid, FriendlyName, Status text }
		}
		if err := json.Unmarshal(body, &answer); err != nil || answer.Account == nil {
			return Account{}, errors.New("it does not describe an account")
		}
		a := answer.Account
		return Account{SID: string(a.Sid), Name: string(a.FriendlyName), Status: string(a.Status)}, nil
	})
}

// ExoPhone is one of the account's numbers.
type ExoPhone struct {
	SID    string // often the number with a leading 0; see API.md, ExoPhones
	Number string
	Name   string // from Exotel's dashboard; may be the number again
	Region string
}

const (
	phonePageSize = 50
	maxPhonePages = 200
)

// listExoPhones reads the list page by page. It asks for the next page by its number,
// because Exotel's address for it is on another host. See API.md, ExoPhones.
func (c *Client) listExoPhones(ctx context.Context) ([]ExoPhone, error) {
	var phones []ExoPhone
	seen := map[string]bool{}
	for n := range maxPhonePages {
		target := c.address("v2_beta", "Accounts", c.sid, "IncomingPhoneNumbers")
		target.RawQuery = "Page=" + strconv.Itoa(n) + "&PageSize=" + strconv.Itoa(phonePageSize)
		answer, err := get(ctx, c, opPhones, target, decodePhones)
		if err != nil {
			return nil, err
		}
		fresh := false
		for _, phone := range answer.phones {
			if !seen[phone.SID] {
				seen[phone.SID], fresh = true, true
				phones = append(phones, phone)
			}
		}
		if !answer.more || !fresh {
			return phones, nil
		}
	}
	return nil, &Error{Op: opPhones, Kind: KindPaging, Err: errors.New("its pages do not end")}
}

type phonePage struct {
	phones []ExoPhone
	more   bool
}

type phoneFields struct {
	SID    text `json:"sid"`
	Number text `json:"phone_number"`
	Name   text `json:"friendly_name"`
	Region text `json:"region"`
}

func (p phoneFields) exoPhone() ExoPhone {
	return ExoPhone{SID: string(p.SID), Number: string(p.Number), Name: string(p.Name), Region: string(p.Region)}
}

func decodePhones(body []byte) (phonePage, error) {
	var answer struct {
		Next   text            `json:"next_page_uri"`
		Phones json.RawMessage `json:"incoming_phone_numbers"`
	}
	var list []json.RawMessage
	if json.Unmarshal(body, &answer) != nil || !isNoList(answer.Phones) && json.Unmarshal(answer.Phones, &list) != nil {
		return phonePage{}, errors.New("it does not list ExoPhones")
	}
	page := phonePage{more: answer.Next != ""}
	for _, item := range list {
		var p phoneFields
		if json.Unmarshal(item, &p) == nil && p.SID != "" {
			page.phones = append(page.phones, p.exoPhone())
		}
	}
	return page, nil
}

// Line is the state of an ExoPhone in one direction.
type Line struct {
	// Status is Exotel's status of the line. Only "active" is healthy; "" is unknown. See
	// API.md, ExoPhones.
	Status  string
	Checked time.Time
	// Alternates are the ExoPhones that Exotel suggests instead.
	Alternates []string
}

// Connectivity is an ExoPhone with the states of its lines.
type Connectivity struct {
	ExoPhone
	Incoming, Outgoing Line
}

// Connectivity requests one ExoPhone by its SID.
func (c *Client) Connectivity(ctx context.Context, sid string) (Connectivity, error) {
	target := c.address("v2", "accounts", c.sid, "incoming-phone-numbers", sid)
	return get(ctx, c, opPhone, target, decodeConnectivity)
}

type connectivityFields struct {
	phoneFields
	Connectivity struct {
		Incoming lineFields `json:"incoming_call"`
		Outgoing lineFields `json:"outgoing_call"`
	} `json:"connectivity"`
}

type lineFields struct {
	Status    text            `json:"status"`
	Checked   text            `json:"last_check_time"`
	Alternate json.RawMessage `json:"alternate_exophone"`
}

func (f lineFields) line() Line {
	checked, _ := time.Parse(time.RFC3339, string(f.Checked))
	return Line{Status: strings.ToLower(strings.TrimSpace(string(f.Status))), Checked: checked, Alternates: texts(f.Alternate)}
}

// decodeConnectivity decodes an answer, wrapped in response[].data or plain. See API.md,
// ExoPhones.
func decodeConnectivity(body []byte) (Connectivity, error) {
	var answer struct {
		connectivityFields
		Response oneOrMany[struct {
			Data *connectivityFields `json:"data"`
		}] `json:"response"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return Connectivity{}, errJSON
	}
	fields := answer.connectivityFields
	if len(answer.Response) > 0 && answer.Response[0].Data != nil {
		fields = *answer.Response[0].Data
	}
	if fields.SID == "" {
		return Connectivity{}, errors.New("it does not describe an ExoPhone")
	}
	return Connectivity{
		ExoPhone: fields.exoPhone(),
		Incoming: fields.Connectivity.Incoming.line(),
		Outgoing: fields.Connectivity.Outgoing.line(),
	}, nil
}

// text is a JSON string or the spelling of a number. It is "" for anything else, and for
// a string that means "none".
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	var s string
	switch {
	case json.Unmarshal(data, &s) == nil:
		if !isMissing([]byte(s)) {
			*t = text(s)
		}
	case data[0] == '-' || data[0]-'0' <= 9:
		*t = text(data)
	}
	return nil
}

// oneOrMany is a list, or its only item alone.
type oneOrMany[T any] []T

func (l *oneOrMany[T]) UnmarshalJSON(data []byte) error {
	if data[0] == '[' {
		return json.Unmarshal(data, (*[]T)(l))
	}
	*l = make([]T, 1)
	return json.Unmarshal(data, &(*l)[0])
}

// texts returns the strings in a value of unconfirmed type: a string, or a list or an
// object of them. See API.md, ExoPhones.
func texts(data json.RawMessage) []string {
	var value any
	if len(data) == 0 || json.Unmarshal(data, &value) != nil {
		return nil
	}
	var found []string
	var collect func(any)
	collect = func(v any) {
		switch v := v.(type) {
		case string:
			if v != "" {
				found = append(found, v)
			}
		case []any:
			for _, item := range v {
				collect(item)
			}
		case map[string]any:
			collect(v["phone_number"])
		}
	}
	collect(value)
	return found
}
