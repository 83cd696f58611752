package chart

import (
	"image"
	"image/color"
	"slices"
	"testing"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/ui/text"
	"exotel-monitor/ui/uitest/sample"
)

// TestPhoneHourMarks: full hours of the account's zone, whatever its offset.
func TestPhoneHourMarks(t *testing.T) {
	nepal := time.FixedZone("NPT", 5*3600+45*60)
	for clock12, want := range map[bool][]string{
		false: {"15:00", "18:00", "21:00", "00:00", "03:00", "06:00", "09:00", "12:00"},
		true:  {"3:00 pm", "6:00 pm", "9:00 pm", "12:00 am", "3:00 am", "6:00 am", "9:00 am", "12:00 pm"},
	} {
		for _, zone := range []*time.Location{exotel.India, nepal, time.UTC} {
			f := text.Format{Zone: zone, Clock12: clock12}
			to := time.Date(2026, 11, 20, 14, 22, 0, 0, zone)
			var got []string
			for _, m := range hourMarks(to.Add(-StripWindow), to, f) {
				got = append(got, m.text)
				if f.Clock(m.at) != m.text {
					t.Errorf("%s stands at %v", m.text, m.at)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%v: %v", zone, got)
			}
		}
	}
}

// TestPhoneStripIsDrawnApart: up, down and not observed differ without colour,
// and a moment's outage can be seen.
func TestPhoneStripIsDrawnApart(t *testing.T) {
	p := stripPalette{up: color.NRGBA{G: 0xff, A: 0xff}, down: color.NRGBA{R: 0xff, A: 0xff}, surface: color.NRGBA{R: 0xff, G: 0xff, B: 0xff, A: 0xff}, line: color.NRGBA{A: 0xff}}
	began := sample.Clock("00:00")
	hour := func(n float64) time.Time { return began.Add(time.Duration(n * float64(time.Hour))) }
	parts := []Part{{hour(0), hour(4), sample.Up}, {hour(4), hour(8), sample.Down}, {hour(8), hour(12), sample.NotKnown}, {hour(12), hour(16), sample.Up}, {hour(16), hour(16.001), sample.Down}, {hour(16.001), hour(20), sample.Up}}
	share := func(at time.Time) float64 { return at.Sub(began).Hours() / 20 }
	for _, scale := range []float64{1, 2} {
		width, height := int(200*scale), int(stripHeight*scale)
		img := drawStrip(parts, share, width, height, scale, p)
		colours := func(from, to float64) map[color.Color]int {
			area := image.Rect(int(float64(width)*from/20), 0, int(float64(width)*to/20), height)
			found := map[color.Color]int{}
			for y := area.Min.Y; y < area.Max.Y; y++ {
				for x := area.Min.X; x < area.Max.X; x++ {
					found[color.NRGBAModel.Convert(img.At(x, y))]++
				}
			}
			return found
		}
		if c := colours(0, 4); len(c) != 1 || c[p.up] == 0 {
			t.Errorf("scale %v: up is not plain: %v", scale, c)
		}
		if c := colours(4, 8); len(c) != 2 || c[p.down] <= c[p.surface] || c[p.surface] == 0 {
			t.Errorf("scale %v: down is not hatched: %v", scale, c)
		}
		if c := colours(8, 12); len(c) != 2 || c[p.surface] <= c[p.line] || c[p.line] == 0 {
			t.Errorf("scale %v: what was not observed is not hollow: %v", scale, c)
		}
		if c := colours(12, 20); c[p.down] < height {
			t.Errorf("scale %v: an outage of four seconds shows in %d pixels", scale, c[p.down])
		}
	}
}
