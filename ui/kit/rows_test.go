package kit_test

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/uitest"
)

// shownRows is a list of numbers in a window.
type shownRows struct {
	*kit.Rows
	window   fyne.Window
	created  int
	selected []int
	from, to int
}

func showRows(t *testing.T, count int) *shownRows {
	t.Helper()
	uitest.UseTheme(t, theme.VariantLight)
	s := &shownRows{}
	s.Rows = kit.NewRows(func() fyne.CanvasObject {
		s.created++
		return kit.NewText(kit.ColorText, theme.SizeNameText, 1)
	}, func(o fyne.CanvasObject, row int) { o.(*kit.Text).Set(fmt.Sprint("row ", row)) })
	s.OnSelected = func(row int) { s.selected = append(s.selected, row) }
	s.OnShown = func(from, to int) { s.from, s.to = from, to }
	s.window = test.NewTempWindow(t, s.Rows)
	s.window.SetPadded(false)
	s.window.Resize(fyne.NewSize(300, 300))
	s.SetCount(count)
	return s
}

// texts are the rows that can be read.
func (s *shownRows) texts() (list []string) {
	uitest.Walk(s.Rows, func(o fyne.CanvasObject) {
		if row, ok := o.(*kit.Text); ok {
			list = append(list, row.Text)
		}
	})
	return list
}

func TestRowsOfTenMillionAreShownByTheirNumber(t *testing.T) {
	const count = 10_000_000
	s := showRows(t, count)
	s.window.Canvas().Focus(s.Rows)
	for _, tt := range []struct {
		key         fyne.KeyName
		selected    int
		first, last string
	}{
		{fyne.KeyDown, 1, "row 0", "row 9"},
		{fyne.KeyEnd, count - 1, "row 9999990", "row 9999999"},
		{fyne.KeyUp, count - 2, "row 9999990", "row 9999999"},
		{fyne.KeyPageUp, count - 11, "row 9999989", "row 9999998"},
		{fyne.KeyHome, 0, "row 0", "row 9"},
		{fyne.KeyPageDown, 9, "row 0", "row 9"},
		{fyne.KeyDown, 10, "row 1", "row 10"},
	} {
		s.TypedKey(&fyne.KeyEvent{Name: tt.key})
		rows := s.texts()
		if s.Selected() != tt.selected || rows[0] != tt.first || rows[len(rows)-1] != tt.last {
			t.Errorf("%s: row %d is selected, from %q to %q", tt.key, s.Selected(), rows[0], rows[len(rows)-1])
		}
	}
	if s.created > 12 {
		t.Errorf("%d rows were made for ten that are seen", s.created)
	}
	if s.from != 1 || s.to != 11 {
		t.Errorf("told of rows %d to %d", s.from, s.to)
	}
}

func TestRowsScrollByTheWheelAndTheirBar(t *testing.T) {
	s := showRows(t, 1000)
	for range 10 { // less than a row each
		s.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -10)})
	}
	if got := s.texts()[0]; got != "row 3" {
		t.Errorf("the wheel shows %q first", got)
	}
	s.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(298, 150)}})
	if got := s.texts()[0]; got != "row 495" {
		t.Errorf("the middle of the bar shows %q first", got)
	}
	if s.Selected() != -1 {
		t.Errorf("scrolling selects row %d", s.Selected())
	}
}

func TestRowsThatBecomeFewerKeepASelection(t *testing.T) {
	s := showRows(t, 100)
	s.Select(80)
	s.SetCount(5)
	if s.Selected() != 4 || len(s.texts()) != 5 {
		t.Errorf("row %d of %q is selected", s.Selected(), s.texts())
	}
	s.SetCount(0)
	if s.Selected() != -1 || len(s.texts()) != 0 {
		t.Errorf("row %d of %q is selected", s.Selected(), s.texts())
	}
}

func TestRowsAreSelectedByAClick(t *testing.T) {
	s := showRows(t, 100)
	s.Tapped(&fyne.PointEvent{Position: fyne.NewPos(20, 3*29+4)})
	if s.Selected() != 3 || len(s.selected) != 1 || s.window.Canvas().Focused() != s.Rows {
		t.Errorf("row %d is selected, told of %v", s.Selected(), s.selected)
	}
}

// TestRowsAreDrawnAgainAfterTheirRendererIsGone, as when the screen was left for long.
func TestRowsAreDrawnAgainAfterTheirRendererIsGone(t *testing.T) {
	s := showRows(t, 100)
	renderer := s.CreateRenderer()
	renderer.Layout(s.Size())
	if n := len(renderer.Objects()); n < 20 {
		t.Errorf("%d objects are drawn", n)
	}
}
