package settings

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Size is how large the window is, in Fyne's units, which are the same on every
// screen. The zero Size is not known.
type Size struct {
	Width  float32 `json:"width"`
	Height float32 `json:"height"`
}

// Bounds of a size that is believed: what the window needs at least it takes
// anyway, and no screen has more units.
const (
	leastSide = 300
	mostSide  = 8000
)

// sizeName is a file apart from the settings, because the program writes it and
// nobody chooses what is in it.
const sizeName = "window.json"

// LoadSize reads how large the window was; the zero Size for not known.
func LoadSize(dir string) Size {
	var s Size
	data, err := os.ReadFile(filepath.Join(dir, sizeName))
	if err != nil || json.Unmarshal(data, &s) != nil || !s.Valid() {
		return Size{}
	}
	return s
}

// Valid reports whether a window can be of that size.
func (s Size) Valid() bool {
	within := func(side float32) bool { return side >= leastSide && side <= mostSide }
	return within(s.Width) && within(s.Height)
}

// Save writes the size into the data folder dir.
func (s Size) Save(dir string) error {
	data, err := json.Marshal(s)
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err == nil {
		err = replaceFile(dir, sizeName, append(data, '\n'))
	}
	if err != nil {
		return fmt.Errorf("the window's size was not kept: %w", err)
	}
	return nil
}
