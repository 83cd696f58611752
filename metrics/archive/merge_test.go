package archive

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"exotel-monitor/exotel"
)

// unknown is what a field of this kind holds when Exotel left it out.
func unknown(v reflect.Value) reflect.Value {
	if v.Kind() == reflect.Int {
		return reflect.ValueOf(exotel.Unknown)
	}
	return reflect.Zero(v.Type())
}

func TestAKnownValueIsNeverErased(t *testing.T) {
	whole := callAt(monday, 1, "one")
	parts := map[string]func(*exotel.Call) reflect.Value{
		"":         func(c *exotel.Call) reflect.Value { return reflect.ValueOf(c).Elem() },
		"Details.": func(c *exotel.Call) reflect.Value { return reflect.ValueOf(c.Details).Elem() },
		"Leg.":     func(c *exotel.Call) reflect.Value { return reflect.ValueOf(&c.Details.Legs[1]).Elem() },
	}
	for prefix, part := range parts {
		for i := range part(&whole).NumField() {
			name := prefix + part(&whole).Type().Field(i).Name
			if name == "Sid" || name == "Leg.ID" { // these say whose value it is
				continue
			}
			t.Run(name, func(t *testing.T) {
				a := newArchive(t)
				put(t, a, monday, whole)
				less := callAt(monday, 1, "one")
				field := part(&less).Field(i)
				field.Set(unknown(field))
				put(t, a, monday, less)
				expect(t, a, monday, whole)
			})
		}
	}
}

// TestAnUnfinishedRecordErasesNoTalkTime: until Exotel has finished a record it says
// 0 where it does not know.
func TestAnUnfinishedRecordErasesNoTalkTime(t *testing.T) {
	a := newArchive(t)
	whole := callAt(monday, 1, "one")
	put(t, a, monday, whole)
	early := callAt(monday, 1, "one")
	early.Ended, early.Duration = time.Time{}, exotel.Unknown
	early.Details = &exotel.Details{Leg1Status: exotel.StatusCompleted}
	put(t, a, monday, early)
	expect(t, a, monday, whole)
}

func TestANewValueTakesThePlaceOfTheOld(t *testing.T) {
	a := newArchive(t)
	put(t, a, monday, callAt(monday, 1, "one"))
	now := callAt(monday, 2, "one")
	now.ParentSid, now.From, now.To, now.ExoPhone = "p", "1", "2", "3"
	now.Direction, now.Status, now.Duration, now.Price = "d", "s", 0, "0"
	now.AnsweredBy, now.RecordingURL = "machine", "https://x/other"
	now.Extra = `{"CallerName":"Ravi","CustomField":"order 8"}`
	now.Details = &exotel.Details{Leg1Status: "busy", Leg2Status: "failed", Legs: []exotel.Leg{{ID: 2}}}
	put(t, a, monday, now)
	expect(t, a, monday, now)
}

// TestACallThatHasEndedIsNoLongerLive: Exotel leaves the status of some calls
// empty when they end. What they were while they ran is no word for that.
func TestACallThatHasEndedIsNoLongerLive(t *testing.T) {
	for _, test := range []struct{ stored, read, want string }{
		{"in-progress", "", ""}, {"ringing", "", ""}, {"queued", "", ""}, {"completed", "", "completed"}, {"in-progress", "busy", "busy"},
	} {
		t.Run(test.stored+" then "+test.read, func(t *testing.T) {
			a := newArchive(t)
			running := callAt(monday, 1, "one")
			running.Status, running.Details.Leg2Status, running.Ended = test.stored, test.stored, time.Time{}
			over := callAt(monday, 1, "one")
			over.Status, over.Details.Leg2Status = test.read, test.read
			put(t, a, monday, running)
			put(t, a, monday, over)
			over.Status, over.Details.Leg2Status = test.want, test.want
			expect(t, a, monday, over)
		})
	}
}

// model is the archive as it should be, in memory.
type model struct {
	calls map[string]exotel.Call
	days  map[string]Day // that a call is in
}

func (m *model) put(d Day, calls []exotel.Call) {
	here := map[string]bool{}
	for _, call := range calls {
		here[call.Sid] = true
		stored, known := m.calls[call.Sid]
		if known {
			keepKnown(reflect.ValueOf(&call).Elem(), reflect.ValueOf(stored))
		}
		if created := call.Created; created.IsZero() || !created.Before(d.From) && created.Before(d.To) {
			m.days[call.Sid] = d
		}
		m.calls[call.Sid] = call
	}
	for sid, in := range m.days {
		if d.Complete && in.From.Equal(d.From) && !here[sid] {
			delete(m.calls, sid)
			delete(m.days, sid)
		}
	}
}

func (m *model) count(d Day) (n int) {
	for _, in := range m.days {
		if in.From.Equal(d.From) {
			n++
		}
	}
	return n
}

// keepKnown says "never erased" in another way than the archive does.
func keepKnown(now, before reflect.Value) {
	for i := range now.NumField() {
		switch field, old := now.Field(i), before.Field(i); {
		case now.Type().Field(i).Name == "Extra" && field.String() != "" && old.String() != "" && field.String() != old.String():
			var fields map[string]any // which the new text overwrites one by one
			for _, text := range []string{old.String(), field.String()} {
				if err := json.Unmarshal([]byte(text), &fields); err != nil {
					panic(err)
				}
			}
			merged, err := json.Marshal(fields)
			if err != nil {
				panic(err)
			}
			field.SetString(string(merged))
		case reflect.DeepEqual(field.Interface(), unknown(field).Interface()):
			field.Set(old)
		case field.Type() == reflect.TypeFor[*exotel.Details]() && !old.IsNil():
			merged := *field.Interface().(*exotel.Details)
			merged.Legs = slices.Clone(merged.Legs)
			keepKnown(reflect.ValueOf(&merged).Elem(), old.Elem())
			field.Set(reflect.ValueOf(&merged))
		case field.Type() == reflect.TypeFor[[]exotel.Leg]():
			for i := range field.Len() {
				for j := range old.Len() {
					if field.Index(i).Field(0).Int() == old.Index(j).Field(0).Int() {
						keepKnown(field.Index(i), old.Index(j))
					}
				}
			}
		}
	}
}

func randomCall(r *rand.Rand, d Day, sid string) exotel.Call {
	words := []string{"", "completed", "busy", "sip:agent17", "09800000001", "+919800000002", "1.05", "é", "0", fmt.Sprint(r.IntN(1e9))}
	word := func() string { return words[r.IntN(len(words))] }
	length := func() int { return r.IntN(300) - 1 }
	near := func() time.Time {
		if r.IntN(4) == 0 {
			return time.Time{}
		}
		return d.From.Add(time.Duration(r.IntN(int(d.To.Sub(d.From)/time.Second))) * time.Second)
	}
	call := exotel.Call{Sid: sid, ParentSid: word(), Created: near(), Updated: near(), Started: near(), Ended: near(),
		From: word(), To: word(), ExoPhone: word(), Direction: word(), Status: word(), Duration: length(), Price: word(), AnsweredBy: word()}
	if r.IntN(2) == 0 {
		call.RecordingURL = "https://example.com/" + sid + word()
	}
	if r.IntN(2) == 0 {
		call.Extra = fmt.Sprintf(`{"%c":%d,"%c":"%s"}`, "DC"[r.IntN(2)], r.IntN(3), "AB"[r.IntN(2)], word())
	}
	if r.IntN(3) > 0 {
		call.Details = &exotel.Details{Conversation: length(), Leg1Status: word(), Leg2Status: word()}
		for id := range r.IntN(4) {
			call.Details.Legs = append(call.Details.Legs, exotel.Leg{ID: id + 1, OnCall: length()})
		}
	}
	return call
}

// Whatever is put in whatever order, the archive equals the model.
func TestAnyPutsKeepTheRules(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 4))
			path := filepath.Join(t.TempDir(), "calls.db")
			a := opened(t, path, india)
			m := &model{map[string]exotel.Call{}, map[string]Day{}}
			days := []Day{monday, tuesday, dayIn(india, 2026, 11, 25)}
			for range 40 {
				d := days[r.IntN(len(days))]
				d.Complete = r.IntN(2) == 0
				var calls []exotel.Call
				for _, n := range r.Perm(60)[:r.IntN(40)] {
					calls = append(calls, randomCall(r, d, fmt.Sprintf("%031x%c", n*0x9e3779b9, "0am"[n%3])))
				}
				if r.IntN(2) == 0 {
					put(t, a, d, calls...)
					m.put(d, calls)
				} else {
					d.Complete = false
					known := len(m.calls)
					stored, added := update(t, a, d, calls...)
					m.put(d, calls)
					if wantStored, wantAdded := m.count(d), len(m.calls)-known; stored != wantStored || added != wantAdded {
						t.Errorf("%d stored, %d added; not %d, %d", stored, added, wantStored, wantAdded)
					}
				}
				if r.IntN(8) == 0 {
					check(t, a.Close())
					a = opened(t, path, india)
				}
				for _, d := range days {
					var want []exotel.Call
					for sid, in := range m.days {
						if in.From.Equal(d.From) {
							want = append(want, m.calls[sid])
						}
					}
					expect(t, a, d, want...)
				}
				if t.Failed() {
					return
				}
			}
		})
	}
}

func TestOtherFieldsAreMergedOneByOne(t *testing.T) {
	long := func(name string) string { return `{"` + name + `":"` + strings.Repeat("x", longestExtra/2-10) + `"}` }
	for _, test := range []struct{ name, stored, read, want string }{
		{"none before", "", `{"B":1,"A":2}`, `{"B":1,"A":2}`},
		{"none now", `{"B":1,"A":2}`, "", `{"B":1,"A":2}`},
		{"the same", `{"B":1,"A":2}`, `{"B":1,"A":2}`, `{"B":1,"A":2}`},
		{"a new value", `{"A":1,"B":2}`, `{"A":3}`, `{"A":3,"B":2}`},
		{"a new field", `{"A":1}`, `{"B":2}`, `{"A":1,"B":2}`},
		{"as it came", `{"A":1.50}`, `{"B":"<\u00e9\/>","C":[true,{"z":1,"a":1e3}]}`, `{"A":1.50,"B":"<\u00e9\/>","C":[true,{"z":1,"a":1e3}]}`},
		{"more than a row should have", long("A")[:len(long("A"))-1] + "," + long("B")[1:], long("C"), long("A")[:len(long("A"))-1] + "," + long("B")[1:]},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := newArchive(t)
			call := callAt(monday, 1, "one")
			for _, extra := range []string{test.stored, test.read} {
				call.Extra = extra
				put(t, a, monday, call)
			}
			call.Extra = test.want
			expect(t, a, monday, call)
		})
	}
}
