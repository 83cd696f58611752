package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// keyCap shows a key of the keyboard.
type keyCap struct {
	widget.BaseWidget
	text *Text
}

// NewKeyCap returns a key by its name.
func NewKeyCap(name string) fyne.CanvasObject {
	k := &keyCap{text: NewText(ColorText, SizeSub, 1)}
	k.text.Set(name)
	k.ExtendBaseWidget(k)
	return k
}

const (
	capPadX = 7
	capPadY = 3
)

// CreateRenderer implements fyne.Widget.
func (k *keyCap) CreateRenderer() fyne.WidgetRenderer {
	r := &keyCapRenderer{cap: k, face: canvas.NewRectangle(nil)}
	r.Refresh()
	return r
}

type keyCapRenderer struct {
	cap  *keyCap
	face *canvas.Rectangle
}

// Destroy implements fyne.WidgetRenderer.
func (r *keyCapRenderer) Destroy() {}

// Objects implements fyne.WidgetRenderer.
func (r *keyCapRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.face, r.cap.text}
}

// MinSize implements fyne.WidgetRenderer.
func (r *keyCapRenderer) MinSize() fyne.Size {
	return r.cap.text.MinSize().AddWidthHeight(2*capPadX, 2*capPadY)
}

// Layout implements fyne.WidgetRenderer.
func (r *keyCapRenderer) Layout(size fyne.Size) {
	least := r.MinSize()
	r.face.Resize(least)
	r.cap.text.Move(fyne.NewPos(capPadX, capPadY))
	r.cap.text.Resize(least.SubtractWidthHeight(2*capPadX, 2*capPadY))
}

// Refresh implements fyne.WidgetRenderer.
func (r *keyCapRenderer) Refresh() {
	th, variant := r.cap.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.face.FillColor = th.Color(theme.ColorNameButton, variant)
	r.face.StrokeColor, r.face.StrokeWidth, r.face.CornerRadius = th.Color(ColorLine, variant), 1, 4
	r.Layout(r.cap.Size())
	canvas.Refresh(r.cap)
}
