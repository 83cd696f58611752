package exoteltest

import "time"

// Options are the settings of an Account. The zero value makes an account without
// generated calls.
type Options struct {
	// SID, Key and Token are the account's SID and API credentials. The defaults are
	// "acme1", "key" and "token".
	SID, Key, Token string
	// Zone is the zone of the account's wall clock; nil means India's.
	Zone *time.Location
	// Now returns the time of the account's clock; nil means time.Now. It decides the
	// Date header, and which calls exist, are live and have settled.
	Now func() time.Time
	// Seed selects one of many reproducible accounts.
	Seed uint64
	// CallsPerDay is the mean number of generated calls on a weekday; Saturdays
	// and Sundays are quieter. 0 means that only scripted calls exist.
	CallsPerDay int
	// ExoPhones are the account's, busiest first; nil means six named ones.
	ExoPhones []ExoPhone
}

// ExoPhone is a number of the account, with the states of its lines.
type ExoPhone struct {
	// SID is Number if it is empty. See API.md, ExoPhones.
	SID string
	// Number is 0 and ten digits.
	Number string
	Name   string // friendly_name: Number when empty
	Region string // two letters, "KA"
	// Incoming and Outgoing are connectivity states, "active" if they are empty.
	Incoming, Outgoing string
	// Alternate is the number suggested while a line is down, "" for none.
	Alternate string
}

const healthy = "active" // the one state of a line that is well

func (o Options) withDefaults() Options {
	if o.SID == "" {
		o.SID = "acme1"
	}
	if o.Key == "" {
		o.Key = "key"
	}
	if o.Token == "" {
		o.Token = "token"
	}
	if o.Zone == nil {
		o.Zone = indianZone()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.ExoPhones == nil {
		o.ExoPhones = defaultPhones()
	}
	phones := make([]ExoPhone, len(o.ExoPhones))
	for i, p := range o.ExoPhones {
		phones[i] = p.withDefaults()
	}
	o.ExoPhones = phones
	return o
}

func (p ExoPhone) withDefaults() ExoPhone {
	if p.SID == "" {
		p.SID = p.Number
	}
	if p.Name == "" {
		p.Name = p.Number
	}
	if p.Incoming == "" {
		p.Incoming = healthy
	}
	if p.Outgoing == "" {
		p.Outgoing = healthy
	}
	return p
}

// indianZone is the zone of Indian accounts. Machines without a zone database
// get the fixed offset, which is the same: India keeps no summer time.
func indianZone() *time.Location {
	if zone, err := time.LoadLocation("Asia/Kolkata"); err == nil {
		return zone
	}
	return time.FixedZone("IST", 5*60*60+30*60)
}

// defaultPhones have area codes that exist and numbers nobody could mistake for
// real ones.
func defaultPhones() []ExoPhone {
	return []ExoPhone{
		{Number: "08040000001", Name: "Support main", Region: "KA"},
		{Number: "02240000002", Name: "Sales west", Region: "MH"},
		{Number: "01140000003", Name: "Sales north", Region: "DL"},
		{Number: "04440000004", Name: "Collections", Region: "TN"},
		{Number: "03340000005", Name: "Field ops", Region: "WB"},
		{Number: "04040000006", Name: "Feedback line", Region: "TS"},
	}
}
