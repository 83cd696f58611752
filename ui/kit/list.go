package kit

import "fyne.io/fyne/v2"

// ListColumn is a column of a list.
type ListColumn struct {
	Width float32
	Share float32 // of the width that is left
	Right bool    // its objects end at its right edge
	Least float32 // the width of the list from which it is shown
}

// ListLayout sets an object for each column side by side, at the middle of the height.
// One column at least has a share. Where there is no room, the columns that need a wide
// list are hidden. Fyne's table scrolls its columns, and its grid makes them equal.
type ListLayout struct {
	Columns  []ListColumn
	MinWidth float32
}

const listGap = 8

// Layout implements fyne.Layout.
func (l *ListLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	size.Width = max(0, size.Width) // a list that is not laid out yet may have less than none
	left, shares := size.Width+listGap, float32(0)
	for _, c := range l.Columns {
		if size.Width >= c.Least {
			left -= c.Width + listGap
			shares += c.Share
		}
	}
	x := float32(0)
	for i, c := range l.Columns {
		object := objects[i]
		if size.Width < c.Least {
			object.Hide()
			continue
		}
		if c.Least > 0 {
			object.Show()
		}
		width := max(0, c.Width+left*c.Share/shares)
		least := object.MinSize()
		at := fyne.NewPos(x, (size.Height-least.Height)/2)
		if c.Right {
			at.X += max(0, width-least.Width)
			object.Resize(least)
		} else {
			object.Resize(fyne.NewSize(width, least.Height))
		}
		object.Move(at)
		x += width + listGap
	}
}

// MinSize returns the least width, and the height of the highest object.
func (l *ListLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.NewSize(l.MinWidth, 0)
	for _, object := range objects {
		size.Height = max(size.Height, object.MinSize().Height)
	}
	return size
}
