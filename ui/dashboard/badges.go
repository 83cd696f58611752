package dashboard

import (
	"slices"

	"fyne.io/fyne/v2"

	"exotel-monitor/heartbeat"
	"exotel-monitor/ui/kit"
	"exotel-monitor/ui/text"
)

// badgeRow shows a badge per ExoPhone: those that fit in one row, with how many
// more there are, or on demand all of them.
type badgeRow struct {
	view   *fyne.Container
	layout *badgeLayout
	badges map[string]*badge // by number key, so that the focus stays on its ExoPhone
	texts  []badgeText
	format text.Format
	open   func(key string)
}

// newBadgeRow returns an empty row. open shows an ExoPhone's history; changed is
// called when more or fewer badges are shown.
func newBadgeRow(f text.Format, open func(key string), changed func()) *badgeRow {
	b := &badgeRow{badges: map[string]*badge{}, format: f, open: open}
	b.layout = &badgeLayout{gap: 8}
	b.layout.more = kit.NewChip(kit.LookButton, "", func() {
		b.layout.all = !b.layout.all
		changed()
	})
	b.view = &fyne.Container{Layout: b.layout, Hidden: true}
	return b
}

// set shows these ExoPhones in this order, and reports whether anything changed.
func (b *badgeRow) set(phones []heartbeat.PhoneHealth) bool {
	texts := make([]badgeText, len(phones))
	for i, p := range phones {
		texts[i] = newBadgeText(p, b.format)
	}
	if slices.Equal(texts, b.texts) {
		return false
	}
	b.texts = texts
	old := b.badges
	b.badges = make(map[string]*badge, len(texts))
	b.view.Objects = make([]fyne.CanvasObject, 0, len(texts)+1)
	for _, t := range texts {
		shown := old[t.key]
		if shown == nil {
			shown = newBadge(t, b.open)
		}
		shown.set(t)
		b.badges[t.key] = shown
		b.view.Objects = append(b.view.Objects, shown.chip)
	}
	b.view.Objects = append(b.view.Objects, b.layout.more)
	b.view.Hidden = len(texts) == 0
	return true
}

// badgeLayout sets objects in one row, or all of them in as many as it takes.
// The last object is the chip that changes between the two. Fyne's rows that break show
// all objects, and know their height only after they were laid out.
type badgeLayout struct {
	gap   float32
	more  *kit.Chip
	all   bool
	width float32 // last given, for MinSize
}

// shown is how many objects before the chip are shown in a width, and whether
// the chip is.
func (l *badgeLayout) shown(objects []fyne.CanvasObject, width float32) (n int, more bool) {
	badges := len(objects) - 1
	room := width
	for i, object := range objects[:badges] {
		if room -= object.MinSize().Width; room < 0 {
			break
		}
		room -= l.gap
		n = i + 1
	}
	n = max(n, 1)
	switch {
	case n == badges:
		return n, false
	case l.all:
		return badges, true
	}
	th := l.more.Theme()
	most := fyne.MeasureText(text.Tr("+%d more", badges), th.Size(kit.SizeLabel), fyne.TextStyle{})
	room = width - most.Width - 2*kit.ChipPadX
	for i, object := range objects[:n] {
		if room -= l.gap + object.MinSize().Width; room < 0 {
			return max(i, 1), true
		}
	}
	return n, true
}

// rows sets objects one after the other, a new row where the width ends, and
// returns how high they are together.
func (l *badgeLayout) rows(objects []fyne.CanvasObject, width float32, put func(o fyne.CanvasObject, at fyne.Position, size fyne.Size)) float32 {
	var at fyne.Position
	height := float32(0)
	for _, object := range objects {
		height = max(height, object.MinSize().Height)
	}
	for _, object := range objects {
		size := object.MinSize()
		if at.X > 0 && at.X+size.Width > width {
			at = fyne.NewPos(0, at.Y+height+l.gap)
		}
		put(object, at.AddXY(0, (height-size.Height)/2), size)
		at.X += size.Width + l.gap
	}
	return at.Y + height
}

// Layout implements fyne.Layout.
func (l *badgeLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	if len(objects) == 0 {
		return
	}
	l.width = size.Width
	n, more := l.shown(objects, size.Width)
	for i, object := range objects[:len(objects)-1] {
		object.(*kit.Chip).Hidden = i >= n
	}
	l.more.Hidden = !more
	if l.all {
		l.more.Set(text.Tr("Show fewer"))
	} else {
		l.more.Set(text.Tr("+%d more", len(objects)-1-n))
	}
	l.rows(l.visible(objects, n, more), size.Width, func(o fyne.CanvasObject, at fyne.Position, size fyne.Size) {
		o.Resize(size)
		o.Move(at)
	})
}

func (l *badgeLayout) visible(objects []fyne.CanvasObject, n int, more bool) []fyne.CanvasObject {
	if !more {
		return objects[:n]
	}
	return append(slices.Clone(objects[:n]), l.more)
}

// MinSize returns the width of the widest badge, and the height that the last width asks
// for.
func (l *badgeLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	if len(objects) == 0 {
		return fyne.Size{}
	}
	var least fyne.Size
	for _, object := range objects {
		least.Width = max(least.Width, object.MinSize().Width)
	}
	if l.width <= 0 {
		return fyne.NewSize(least.Width, objects[0].MinSize().Height)
	}
	n, more := l.shown(objects, l.width)
	least.Height = l.rows(l.visible(objects, n, more), l.width, func(fyne.CanvasObject, fyne.Position, fyne.Size) {})
	return least
}
