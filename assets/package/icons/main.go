// Icons draws the program's icon at every size that a desktop asks for: a hicolor
// theme for Linux, an .ico for Windows and an .icns for macOS, in one folder.
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"

	"github.com/fyne-io/oksvg"
	"github.com/srwiley/rasterx"
)

const appID = "in.exotel-monitor.app"

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: icons ICON.SVG FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "icons: "+err.Error())
		os.Exit(1)
	}
}

func run(source, folder string) error {
	content, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	icon := svg(content)
	for _, size := range []int{16, 22, 24, 32, 36, 48, 64, 72, 96, 128, 192, 256, 512} {
		picture, err := icon.draw(size)
		if err != nil {
			return err
		}
		sized := fmt.Sprintf("%dx%d", size, size)
		if err := write(picture, folder, "hicolor", sized, "apps", appID+".png"); err != nil {
			return err
		}
	}
	if err := write(icon, folder, "hicolor", "scalable", "apps", appID+".svg"); err != nil {
		return err
	}
	windows, err := icon.ico(16, 20, 24, 32, 40, 48, 64, 128, 256)
	if err != nil {
		return err
	}
	if err := write(windows, folder, "exotel-monitor.ico"); err != nil {
		return err
	}
	mac, err := icon.icns()
	if err != nil {
		return err
	}
	return write(mac, folder, "exotel-monitor.icns")
}

func write(content []byte, path ...string) error {
	name := filepath.Join(path...)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, content, 0o644)
}

// svg is the icon as it was drawn.
type svg []byte

// draw returns the icon as a PNG of size by size pixels.
func (s svg) draw(size int) ([]byte, error) {
	icon, err := oksvg.ReadIconStream(bytes.NewReader(s), oksvg.StrictErrorMode)
	if err != nil {
		return nil, fmt.Errorf("the icon: %w", err)
	}
	icon.SetTarget(0, 0, float64(size), float64(size))
	picture := image.NewRGBA(image.Rect(0, 0, size, size))
	scanner := rasterx.NewScannerGV(size, size, picture, picture.Bounds())
	icon.Draw(rasterx.NewDasher(size, size, scanner), 1)
	var out bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, picture)
	return out.Bytes(), err
}

// ico holds the sizes as PNGs, which Windows reads since Vista.
func (s svg) ico(sizes ...int) ([]byte, error) {
	head := binary.LittleEndian.AppendUint16(nil, 0)
	head = binary.LittleEndian.AppendUint16(head, 1) // icons, not cursors
	head = binary.LittleEndian.AppendUint16(head, uint16(len(sizes)))
	var pictures []byte
	start := len(head) + 16*len(sizes)
	for _, size := range sizes {
		picture, err := s.draw(size)
		if err != nil {
			return nil, err
		}
		head = append(head, byte(size), byte(size), 0, 0) // 0 stands for 256
		head = binary.LittleEndian.AppendUint16(head, 1)
		head = binary.LittleEndian.AppendUint16(head, 32) // bits a pixel
		head = binary.LittleEndian.AppendUint32(head, uint32(len(picture)))
		head = binary.LittleEndian.AppendUint32(head, uint32(start+len(pictures)))
		pictures = append(pictures, picture...)
	}
	return append(head, pictures...), nil
}

// icns holds the sizes as PNGs under the names that macOS gives them; the second
// 32, 64, 256 and 512 are for displays of twice the density.
func (s svg) icns() ([]byte, error) {
	var body []byte
	for _, entry := range []struct {
		name string
		size int
	}{
		{"icp4", 16}, {"icp5", 32}, {"ic11", 32}, {"ic12", 64}, {"ic07", 128},
		{"ic08", 256}, {"ic13", 256}, {"ic09", 512}, {"ic14", 512}, {"ic10", 1024},
	} {
		picture, err := s.draw(entry.size)
		if err != nil {
			return nil, err
		}
		body = append(body, entry.name...)
		body = binary.BigEndian.AppendUint32(body, uint32(8+len(picture)))
		body = append(body, picture...)
	}
	return append(binary.BigEndian.AppendUint32([]byte("icns"), uint32(8+len(body))), body...), nil
}
