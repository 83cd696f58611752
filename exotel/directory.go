package exotel

import "cmp"

// Directory finds the ExoPhones of an account by any spelling: the SID, or the number as
// 0…, 91…, +91… or bare. It never changes. A nil Directory has no ExoPhones.
type Directory struct {
	phones []ExoPhone
	index  map[string]int // index into phones, by NumberKey of the number and of the SID
}

// NewDirectory returns the directory of a list of ExoPhones. It keeps the first of
// several with one number.
func NewDirectory(list []ExoPhone) *Directory {
	d := &Directory{index: make(map[string]int, 2*len(list))}
	for _, phone := range list {
		if key := phone.Key(); !d.has(key) {
			d.index[key] = len(d.phones)
			d.phones = append(d.phones, phone)
		}
	}
	// An SID may look like the number of another ExoPhone, which comes first.
	for _, phone := range list {
		if sid := NumberKey(phone.SID); !d.has(sid) {
			d.index[sid] = d.index[phone.Key()]
		}
	}
	return d
}

func (d *Directory) has(key string) bool {
	_, ok := d.index[key]
	return ok
}

// ExoPhones returns the list. The caller must not change it.
func (d *Directory) ExoPhones() []ExoPhone {
	if d == nil {
		return nil
	}
	return d.phones
}

// Find returns the ExoPhone with a spelling.
func (d *Directory) Find(spelling string) (phone ExoPhone, ok bool) {
	if d == nil {
		return ExoPhone{}, false
	}
	at, ok := d.index[NumberKey(spelling)]
	if ok {
		phone = d.phones[at]
	}
	return phone, ok
}

// Key returns the ExoPhone.Key of a spelling's ExoPhone, which is the same for all of its
// spellings. For a spelling that is not in the directory it returns the NumberKey.
func (d *Directory) Key(spelling string) string {
	if phone, ok := d.Find(spelling); ok {
		return phone.Key()
	}
	return NumberKey(spelling)
}

// HasAliases reports whether an ExoPhone has an SID that is not a spelling of its number.
func (d *Directory) HasAliases() bool { return d != nil && len(d.index) > len(d.phones) }

// Key returns the NumberKey of the ExoPhone's number, or of its SID if Exotel lists no
// number.
func (p ExoPhone) Key() string { return NumberKey(p.NumberOrSID()) }

// NumberOrSID returns the ExoPhone's number, or its SID if Exotel lists no number.
func (p ExoPhone) NumberOrSID() string { return cmp.Or(p.Number, p.SID) }
