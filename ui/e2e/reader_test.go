//go:build e2e

package e2e

import (
	"bytes"
	"cmp"
	"context"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// word is a word on the screen, in its pixels. line tells the lines apart.
type word struct {
	text string
	line string
	at   image.Rectangle
}

func joined(words []word, by string) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = w.text
	}
	return strings.Join(texts, by)
}

// plain is a text without what a reader of pixels cannot be sure of: spaces, and
// how long a dash is.
func plain(text string) string {
	return strings.NewReplacer(" ", "", "\n", "", "–", "-", "—", "-").Replace(text)
}

// recognise reads the words in a part of a picture with tesseract, which wants
// them larger than a screen has them. mode is its page segmentation mode: 11
// for words anywhere, 7 for one line.
func recognise(t *testing.T, img *image.RGBA, area image.Rectangle, scale int, mode string) []word {
	t.Helper()
	var data bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&data, enlarge(ink(img, area), scale)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "tesseract", "stdin", "stdout", "--dpi", "192", "--psm", mode, "tsv")
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	cmd.Stdin = &data
	table, err := cmd.Output()
	if err != nil {
		t.Fatalf("tesseract: %v", err)
	}
	var words []word
	for row := range strings.Lines(string(table)) {
		// level, page, block, paragraph, line, word, left, top, width, height, confidence, text
		cell := strings.Split(strings.TrimRight(row, "\n"), "\t")
		if len(cell) != 12 || cell[0] != "5" || strings.TrimSpace(cell[11]) == "" {
			continue
		}
		var box [4]int
		for i := range box {
			if box[i], err = strconv.Atoi(cell[6+i]); err != nil {
				t.Fatalf("tesseract: %q", row)
			}
		}
		at := image.Rect(box[0]/scale, box[1]/scale, (box[0]+box[2])/scale, (box[1]+box[3])/scale)
		words = append(words, word{plain(cell[11]), strings.Join(cell[2:5], "/"), at.Add(area.Min)})
	}
	return words
}

// ink returns a part of a picture as black writing on white paper, whatever the
// colours are: tesseract does not see white on blue beside black on grey, and
// looks for words in frames and bars. Each pixel is compared with the smallest
// flat surface around it, and what is too large for a letter is left out.
func ink(img *image.RGBA, area image.Rectangle) *image.Gray {
	area = area.Intersect(img.Bounds())
	size := image.Rect(0, 0, area.Dx(), area.Dy())
	at := func(p image.Point) color.RGBA { p = p.Add(area.Min); return img.RGBAAt(p.X, p.Y) }
	paper := make([]color.RGBA, size.Dx()*size.Dy())
	for _, s := range surfaces(size, at) {
		for y := s.box.Min.Y; y < s.box.Max.Y; y++ {
			row := paper[y*size.Dx():]
			for x := s.box.Min.X; x < s.box.Max.X; x++ {
				row[x] = s.colour
			}
		}
	}
	page := image.NewGray(size)
	for i, b := range paper {
		a := at(image.Pt(i%size.Dx(), i/size.Dx()))
		far := max(apart(a.R, b.R), apart(a.G, b.G), apart(a.B, b.B))
		page.Pix[i] = uint8(255 - min(255, far*3/2))
	}
	const tallest, widest = 42, 160 // letters may touch each other
	dark := func(p image.Point) bool { return page.GrayAt(p.X, p.Y).Y < 0xe8 }
	for _, s := range shapes(size, func(p, q image.Point) bool { return dark(p) && dark(q) }) {
		if s.box.Dy() > tallest || s.box.Dx() > widest {
			for _, p := range s.points {
				page.SetGray(p.X, p.Y, color.Gray{Y: 0xff})
			}
		}
	}
	return page
}

func apart(a, b uint8) int { return max(int(a), int(b)) - min(int(a), int(b)) }

// surface is an area of one colour: the page, a card, a button.
type surface struct {
	shape
	colour color.RGBA
}

// surfaces finds the flat surfaces that can bear writing, the largest first.
func surfaces(size image.Rectangle, at func(image.Point) color.RGBA) []surface {
	const leastWidth, leastHeight = 36, 18 // more than a letter has
	var found []surface
	for _, s := range shapes(size, func(p, q image.Point) bool { return at(p) == at(q) }) {
		large := s.box.Dx() >= leastWidth && s.box.Dy() >= leastHeight
		if outline := len(s.points)*8 < area(s.box); large && !outline {
			found = append(found, surface{s, at(s.points[0])})
		}
	}
	slices.SortStableFunc(found, func(a, b surface) int { return cmp.Compare(area(b.box), area(a.box)) })
	return found
}

func area(r image.Rectangle) int { return r.Dx() * r.Dy() }

// shape is a group of neighbours that belong together.
type shape struct {
	box    image.Rectangle
	points []image.Point
}

// shapes finds all groups of neighbours that belong together.
func shapes(size image.Rectangle, together func(p, q image.Point) bool) []shape {
	var found []shape
	seen := make([]bool, area(size))
	for i := range seen {
		if seen[i] {
			continue
		}
		seen[i] = true
		s := shape{points: []image.Point{image.Pt(i%size.Dx(), i/size.Dx())}}
		for n := 0; n < len(s.points); n++ {
			p := s.points[n]
			s.box = s.box.Union(image.Rectangle{p, p.Add(image.Pt(1, 1))})
			for _, step := range []image.Point{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
				q := p.Add(step)
				if q.In(size) && !seen[q.Y*size.Dx()+q.X] && together(p, q) {
					seen[q.Y*size.Dx()+q.X] = true
					s.points = append(s.points, q)
				}
			}
		}
		found = append(found, s)
	}
	return found
}

// enlarge returns a larger picture, with soft edges between its pixels.
func enlarge(img *image.Gray, scale int) *image.Gray {
	size := img.Bounds()
	at := func(x, y int) int { return int(img.GrayAt(min(x, size.Max.X-1), min(y, size.Max.Y-1)).Y) }
	large := image.NewGray(image.Rect(0, 0, size.Dx()*scale, size.Dy()*scale))
	for y := range size.Dy() {
		for x := range size.Dx() {
			a, b, c, d := at(x, y), at(x+1, y), at(x, y+1), at(x+1, y+1)
			for j := range scale {
				left, right := a*(scale-j)+c*j, b*(scale-j)+d*j
				for i := range scale {
					v := (left*(scale-i) + right*i) / (scale * scale)
					large.Pix[(y*scale+j)*large.Stride+x*scale+i] = uint8(v)
				}
			}
		}
	}
	return large
}
