package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Colours of ours, beside Fyne's own names. A widget asks its theme for them
// by name, so that light, dark and a test's theme all reach it the same way.
// What is chosen is theme.ColorNamePrimary; troubles are ColorNameWarning and
// ColorNameError.
const (
	ColorSurface  fyne.ThemeColorName = "monitorSurface"  // cards, strip, read-out
	ColorLine     fyne.ThemeColorName = "monitorLine"     // one-pixel borders and grid lines
	ColorMuted    fyne.ThemeColorName = "monitorMuted"    // text of the second rank
	ColorAnswered fyne.ThemeColorName = "monitorAnswered" // outcomes, in the order of the legend
	ColorNoAnswer fyne.ThemeColorName = "monitorNoAnswer"
	ColorBusy     fyne.ThemeColorName = "monitorBusy"
	ColorFailed   fyne.ThemeColorName = "monitorFailed"
	ColorOther    fyne.ThemeColorName = "monitorOther"
	ColorUnknown  fyne.ThemeColorName = "monitorUnknown"
	ColorHealthy  fyne.ThemeColorName = "monitorHealthy" // shapes of health, beside ColorNameWarning
	ColorCritical fyne.ThemeColorName = "monitorCritical"

	// ColorNoAnswerEdge outlines whatever is filled with ColorNoAnswer. That
	// orange is 2.2:1 on white, and a darker one would come too close to the
	// red of "failed" for colour-blind eyes; so the edge carries the 3:1. Where
	// a shape is too small for an edge, separators and figures tell it apart.
	ColorNoAnswerEdge fyne.ThemeColorName = "monitorNoAnswerEdge"
)

// Sizes of ours, beside Fyne's own names.
const (
	SizeFigure   fyne.ThemeSizeName = "monitorFigure"   // the big number of a card, bold
	SizeLabel    fyne.ThemeSizeName = "monitorLabel"    // labels of cards, legend, read-out
	SizeSub      fyne.ThemeSizeName = "monitorSub"      // sub-lines, axis labels, foot
	sizeCorner   fyne.ThemeSizeName = "monitorCorner"   // corners of cards
	SizeSide     fyne.ThemeSizeName = "monitorSide"     // from the window's sides to its content
	SizeBlockGap fyne.ThemeSizeName = "monitorBlockGap" // between blocks
	sizeInside   fyne.ThemeSizeName = "monitorInside"   // from a card's border to its content
)

// tone is one colour in both variants.
type tone struct{ light, dark color.NRGBA }

// rgb is the opaque colour 0xRRGGBB.
func rgb(hex uint32) color.NRGBA { return rgba(hex, 0xff) }

// rgba is the colour 0xRRGGBB with the given opacity.
func rgba(hex uint32, alpha uint8) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: alpha}
}

// tones holds every colour of the window. The contrasts they keep are listed
// and checked in theme_test.go.
var tones = map[fyne.ThemeColorName]tone{
	ColorSurface:      {rgb(0xffffff), rgb(0x212329)},
	ColorLine:         {rgb(0xdfe2e7), rgb(0x33363e)},
	ColorMuted:        {rgb(0x5b616b), rgb(0xa2a7b0)},
	ColorAnswered:     {rgb(0x0072b2), rgb(0x2f8fd0)},
	ColorNoAnswer:     {rgb(0xe69f00), rgb(0xe69f00)},
	ColorNoAnswerEdge: {rgb(0xc08000), rgb(0xe69f00)},
	ColorBusy:         {rgb(0x8e5ea2), rgb(0xb58ac9)},
	ColorFailed:       {rgb(0xd55e00), rgb(0xd55e00)},
	ColorOther:        {rgb(0x7d8591), rgb(0x8f97a3)},
	ColorUnknown:      {rgb(0x6b7280), rgb(0x9aa1ac)},
	ColorHealthy:      {rgb(0x009e73), rgb(0x22c293)},
	ColorCritical:     {rgb(0xd55e00), rgb(0xf2692f)},

	theme.ColorNameBackground:          {rgb(0xf5f6f8), rgb(0x17181c)},
	theme.ColorNameForeground:          {rgb(0x1b1d22), rgb(0xf0f1f3)},
	theme.ColorNamePlaceHolder:         {rgb(0x5b616b), rgb(0xa2a7b0)},
	theme.ColorNameDisabled:            {rgb(0x9aa0ab), rgb(0x666c77)},
	theme.ColorNameSeparator:           {rgb(0xdfe2e7), rgb(0x33363e)},
	theme.ColorNameHeaderBackground:    {rgb(0xffffff), rgb(0x212329)},
	theme.ColorNameMenuBackground:      {rgb(0xffffff), rgb(0x2a2d34)},
	theme.ColorNameOverlayBackground:   {rgb(0xffffff), rgb(0x212329)},
	theme.ColorNameShadow:              {rgba(0x000000, 0x33), rgba(0x000000, 0x77)},
	theme.ColorNameHover:               {rgba(0x000000, 0x10), rgba(0xffffff, 0x14)},
	theme.ColorNamePressed:             {rgba(0x000000, 0x1e), rgba(0xffffff, 0x2c)},
	theme.ColorNameScrollBar:           {rgba(0x000000, 0x66), rgba(0xffffff, 0x66)},
	theme.ColorNameScrollBarBackground: {rgb(0xe9ebef), rgb(0x26282e)},

	theme.ColorNameInnerWindowBorder:         {rgb(0xffffff), rgb(0x212329)},
	theme.ColorNameInnerWindowBorderInactive: {rgb(0xf5f6f8), rgb(0x17181c)},

	theme.ColorNameButton:          {rgb(0xe9ecf1), rgb(0x2f323a)},
	theme.ColorNameDisabledButton:  {rgb(0xeff1f4), rgb(0x26282e)},
	theme.ColorNameInputBackground: {rgb(0xffffff), rgb(0x1b1d22)},
	theme.ColorNameInputBorder:     {rgb(0x868e9b), rgb(0x6d747f)},

	theme.ColorNamePrimary:             {rgb(0x0b66c2), rgb(0x4aa8ff)},
	theme.ColorNameForegroundOnPrimary: {rgb(0xffffff), rgb(0x0e1116)},
	theme.ColorNameHyperlink:           {rgb(0x0b66c2), rgb(0x4aa8ff)},
	theme.ColorNameFocus:               {rgba(0x0b66c2, 0x38), rgba(0x4aa8ff, 0x48)},
	theme.ColorNameSelection:           {rgba(0x0b66c2, 0x38), rgba(0x4aa8ff, 0x48)},
	theme.ColorNameSuccess:             {rgb(0x007a59), rgb(0x22c293)},
	theme.ColorNameForegroundOnSuccess: {rgb(0xffffff), rgb(0x0e1116)},
	theme.ColorNameWarning:             {rgb(0xa65f00), rgb(0xf2b134)},
	theme.ColorNameForegroundOnWarning: {rgb(0xffffff), rgb(0x0e1116)},
	theme.ColorNameError:               {rgb(0xc42b1c), rgb(0xff7a6b)},
	theme.ColorNameForegroundOnError:   {rgb(0xffffff), rgb(0x0e1116)},
}

// measures holds the sizes that differ from Fyne's.
var measures = map[fyne.ThemeSizeName]float32{
	SizeFigure:   34,
	SizeLabel:    13,
	SizeSub:      12,
	sizeCorner:   10,
	SizeSide:     32,
	SizeBlockGap: 14,
	sizeInside:   16,

	theme.SizeNameText:            14,
	theme.SizeNameCaptionText:     12,
	theme.SizeNameSubHeadingText:  16,
	theme.SizeNameHeadingText:     20,
	theme.SizeNameButtonRadius:    8,
	theme.SizeNameInputRadius:     8,
	theme.SizeNameSelectionRadius: 6,
	theme.SizeNameMenuRadius:      8,
	theme.SizeNamePopupRadius:     10,
	theme.SizeNameCardRadius:      10,
	theme.SizeNameDialogRadius:    10,
}

// monitorTheme is the look of the window. Fonts and icons stay Fyne's.
type monitorTheme struct{ fyne.Theme }

// NewTheme returns the theme of the window; the variant is the system's.
func NewTheme() fyne.Theme {
	return &monitorTheme{theme.DefaultTheme()}
}

// NewThemeIn returns the theme of the window in one variant, whatever the system's is.
func NewThemeIn(variant fyne.ThemeVariant) fyne.Theme {
	return &heldTheme{NewTheme(), variant}
}

// heldTheme is a theme that is held to a variant.
type heldTheme struct {
	fyne.Theme
	variant fyne.ThemeVariant
}

// Color returns the colour of that name in the theme's variant.
func (t *heldTheme) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	return t.Theme.Color(name, t.variant)
}

// Color returns the colour of that name. Like Fyne's own theme it answers any
// variant that is not light with the dark tone.
func (t *monitorTheme) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	pair, ours := tones[name]
	switch {
	case !ours:
		return t.Theme.Color(name, variant)
	case variant == theme.VariantLight:
		return pair.light
	default:
		return pair.dark
	}
}

// Size returns the size of that name.
func (t *monitorTheme) Size(name fyne.ThemeSizeName) float32 {
	if size, ours := measures[name]; ours {
		return size
	}
	return t.Theme.Size(name)
}
