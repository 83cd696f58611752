//go:build e2e

package e2e

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// screen is what a user sees and touches. It finds things by the words on them,
// so that a button may move without a test noticing.
type screen struct {
	t      *testing.T
	d      *desktop
	pixels string // the file in which the X server keeps them

	seen  []byte // the screen as it was read last
	words []word // on it
}

func newScreen(d *desktop, pixels string) *screen {
	return &screen{t: d.t, d: d, pixels: pixels}
}

// keepFailure keeps the screen of a failed test and says where.
func (s *screen) keepFailure() {
	if s.t.Failed() {
		s.t.Logf("the screen at the end: %s", s.save(filepath.Join(s.d.out, "failed.png")))
		s.t.Logf("its words: %s", joined(s.words, " "))
	}
}

// What hands do.

// do has xdotool do something.
func (s *screen) do(args ...string) {
	s.t.Helper()
	if _, err := s.d.run("xdotool", args...); err != nil {
		s.t.Fatalf("xdotool %q: %v", args, err)
	}
}

func (s *screen) press(keys ...string) {
	s.t.Helper()
	s.do(append([]string{"key", "--delay", "40"}, keys...)...)
}

func (s *screen) enter(text string) {
	s.t.Helper()
	s.do("type", "--delay", "25", text)
}

// click clicks the words once they are there, right of them by so many pixels.
func (s *screen) click(text string, right int) {
	s.t.Helper()
	at := s.find(text)
	s.do("mousemove", strconv.Itoa((at.Min.X+at.Max.X)/2+right), strconv.Itoa((at.Min.Y+at.Max.Y)/2), "click", "1")
	s.park()
}

// clickTop clicks the highest of several places of a text: a card, not the column of a
// table.
func (s *screen) clickTop(text string) {
	s.t.Helper()
	s.settled()
	at := s.findAll(text)[0]
	s.do("mousemove", strconv.Itoa((at.Min.X+at.Max.X)/2), strconv.Itoa((at.Min.Y+at.Max.Y)/2), "click", "1")
	s.park()
}

// park takes the pointer out of the picture.
func (s *screen) park() { s.do("mousemove", "1279", "799") }

// What eyes see.

// sees waits for a text on the screen. Spaces and line breaks do not count,
// because a reader of pixels cannot be sure of them.
func (s *screen) sees(text string) {
	s.t.Helper()
	until(s.t, fmt.Sprintf("to see %q", text), func() bool { return s.shows(text) })
}

// shows reports whether a text is on the screen now.
func (s *screen) shows(text string) bool {
	return strings.Contains(joined(s.read(), ""), plain(text))
}

// find waits for words that stand by themselves in a line, and returns where. They
// are looked at twice: what was read takes a second, in which they may move.
// Of several it is the lowest: a button, not the heading of the same words.
func (s *screen) find(text string) (at image.Rectangle) {
	s.t.Helper()
	until(s.t, fmt.Sprintf("to find %q in its place", text), func() bool {
		before := at
		all := s.findAll(text)
		at = all[len(all)-1]
		return at == before
	})
	return at
}

// findAll waits for words and returns all places of them, from top to bottom.
func (s *screen) findAll(text string) []image.Rectangle {
	s.t.Helper()
	var all []image.Rectangle
	until(s.t, fmt.Sprintf("to find %q", text), func() bool {
		all = locate(s.read(), text)
		return len(all) > 0
	})
	return all
}

func locate(words []word, text string) (all []image.Rectangle) {
	want := strings.TrimRightFunc(plain(text), unicode.IsPunct)
	for i := range words {
		got, at := "", image.Rectangle{}
		for _, w := range words[i:] {
			if w.line != words[i].line || len(got) > len(want) {
				break
			}
			got, at = got+w.text, at.Union(w.at)
			if strings.TrimRightFunc(got, unicode.IsPunct) == want {
				all = append(all, at)
				break
			}
		}
	}
	slices.SortFunc(all, func(a, b image.Rectangle) int { return cmp.Compare(a.Min.Y, b.Min.Y) })
	return all
}

// figure reads the figure of a card: the large text below its name.
func (s *screen) figure(card string) string {
	s.t.Helper()
	for _, name := range s.findAll(card) { // a tab and a column may have the same name
		if figure := joined(large(s.words, below(name)), " "); figure != "" {
			return figure
		}
	}
	return ""
}

// below is where the figure under a card's name is.
func below(name image.Rectangle) image.Rectangle {
	return image.Rect(name.Min.X-8, name.Max.Y, name.Min.X+190, name.Max.Y+60)
}

// large picks the words of a figure: the tall ones in an area.
func large(words []word, area image.Rectangle) []word {
	const least = 18
	return slices.DeleteFunc(slices.Clone(words), func(w word) bool { return !w.at.In(area) || w.at.Dy() < least })
}

// quick reads a place of the screen, without the rest of it.
func (s *screen) quick(place image.Rectangle) string {
	return joined(recognise(s.t, s.image(s.grab()), place, 2, "6"), " ")
}

// settled waits until nothing moves any more and no load is under way.
func (s *screen) settled() {
	s.t.Helper()
	until(s.t, "the screen to come to rest", func() bool {
		words := s.read()
		return bytes.Equal(s.grab(), s.seen) && !strings.Contains(joined(words, ""), "loading")
	})
}

// read returns the words on the screen.
func (s *screen) read() []word {
	pixels := s.grab()
	if !bytes.Equal(pixels, s.seen) {
		img := s.image(pixels)
		s.words = recognise(s.t, img, img.Bounds(), 2, "11")
		s.seen = pixels
	}
	return s.words
}

func (s *screen) grab() []byte {
	pixels, err := os.ReadFile(s.pixels)
	if err != nil {
		s.t.Fatal(err)
	}
	return pixels
}

// image decodes the X server's file, which has the format of xwd.
func (s *screen) image(xwd []byte) *image.RGBA {
	field := func(i int) int { return int(binary.BigEndian.Uint32(xwd[4*i:])) }
	const (
		headerSize, width, height, bitsPerPixel, bytesPerLine, colours = 0, 4, 5, 11, 12, 19
		bytesPerColour                                                 = 12
	)
	if field(bitsPerPixel) != 32 {
		s.t.Fatalf("%d bits per pixel", field(bitsPerPixel))
	}
	img := image.NewRGBA(image.Rect(0, 0, field(width), field(height)))
	rows := xwd[field(headerSize)+field(colours)*bytesPerColour:]
	for y := range img.Rect.Dy() {
		row := rows[y*field(bytesPerLine):]
		for x := range img.Rect.Dx() {
			img.SetRGBA(x, y, color.RGBA{row[4*x+2], row[4*x+1], row[4*x], 0xff})
		}
	}
	return img
}

// picture keeps the screen as it is under a name: with the test's output, and in
// the folder E2E_SHOTS if that is set.
func (s *screen) picture(name string) {
	s.t.Helper()
	s.save(filepath.Join(s.d.out, name+".png"))
	if folder := os.Getenv("E2E_SHOTS"); folder != "" {
		s.save(filepath.Join(folder, name+".png"))
	}
}

func (s *screen) save(path string) string {
	s.t.Helper()
	var data bytes.Buffer
	err := png.Encode(&data, s.image(s.grab()))
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o755)
	}
	if err == nil {
		err = os.WriteFile(path, data.Bytes(), 0o644)
	}
	if err != nil {
		s.t.Error(err)
	}
	return path
}
