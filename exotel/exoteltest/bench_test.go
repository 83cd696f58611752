package exoteltest

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// discard is a ResponseWriter that costs nothing.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}

// BenchmarkPage serves full pages from the middle of a month of a million calls.
func BenchmarkPage(b *testing.B) {
	a := New(Options{Now: func() time.Time { return testNow }, CallsPerDay: 43_500})
	from, to := testNow.AddDate(0, 0, -30), testNow.Add(time.Second)
	a.Warm(from, to)
	b.Logf("%d calls", a.list(window{from.Unix(), to.Unix()}, filter{}, testNow).total)
	middle := a.Calls(testNow.AddDate(0, 0, -14), testNow.AddDate(0, 0, -14).Add(time.Minute))[0]
	after := cursor{middle.Created.Unix(), middle.Sid}.String()
	for name, query := range map[string]string{
		"asc":       "SortBy=DateCreated:asc&details=true",
		"desc":      "SortBy=DateCreated:desc&details=true",
		"nodetails": "SortBy=DateCreated:asc",
	} {
		r := httptest.NewRequest(http.MethodGet, listPath+"?PageSize=100&"+query+"&"+between(from, testNow)+"&After="+after, nil)
		r.SetBasicAuth("key", "token")
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			w := &discard{http.Header{}}
			for b.Loop() {
				a.ServeHTTP(w, r)
			}
			b.ReportMetric(float64(b.N)*100/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkWarm generates and renders a day.
func BenchmarkWarm(b *testing.B) {
	day := time.Date(2026, 11, 18, 0, 0, 0, 0, indianZone())
	rows := 0
	for b.Loop() {
		a := New(Options{CallsPerDay: 20_000})
		a.Warm(day, day.AddDate(0, 0, 1))
		rows += len(a.day(dayOf(day, a.zone)).rows)
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
