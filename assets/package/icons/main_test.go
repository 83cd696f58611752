package main

import (
	"bytes"
	"encoding/binary"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

func drawAll(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := run(filepath.Join("..", "..", "icon.svg"), folder); err != nil {
		t.Fatal(err)
	}
	return folder
}

func read(t *testing.T, path ...string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestPictureIsAsLargeAsItsFolderSays(t *testing.T) {
	picture, err := png.Decode(bytes.NewReader(read(t, drawAll(t), "hicolor", "48x48", "apps", appID+".png")))
	if err != nil {
		t.Fatal(err)
	}
	if got := picture.Bounds().Dx(); got != 48 {
		t.Errorf("it is %d wide, want 48", got)
	}
	if _, _, _, opaque := picture.At(24, 10).RGBA(); opaque == 0 {
		t.Error("nothing is drawn inside")
	}
	if _, _, _, opaque := picture.At(0, 0).RGBA(); opaque != 0 {
		t.Error("the corner is not transparent")
	}
}

func TestWindowsIconLeadsToEachPicture(t *testing.T) {
	content := read(t, drawAll(t), "exotel-monitor.ico")
	count := int(binary.LittleEndian.Uint16(content[4:]))
	if count != 9 {
		t.Fatalf("it has %d pictures, want 9", count)
	}
	for i := range count {
		entry := content[6+16*i:]
		size, start := binary.LittleEndian.Uint32(entry[8:]), binary.LittleEndian.Uint32(entry[12:])
		picture, err := png.Decode(bytes.NewReader(content[start : start+size]))
		if err != nil {
			t.Fatalf("picture %d: %v", i, err)
		}
		if got := picture.Bounds().Dx() % 256; got != int(entry[0]) {
			t.Errorf("picture %d is %d wide, its entry says %d", i, got, entry[0])
		}
	}
}

func TestMacIconIsAChainOfPictures(t *testing.T) {
	content := read(t, drawAll(t), "exotel-monitor.icns")
	if got := binary.BigEndian.Uint32(content[4:]); string(content[:4]) != "icns" || int(got) != len(content) {
		t.Fatalf("it begins with %q and a length of %d, it has %d bytes", content[:4], got, len(content))
	}
	count := 0
	for rest := content[8:]; len(rest) > 0; count++ {
		length := binary.BigEndian.Uint32(rest[4:])
		if _, err := png.Decode(bytes.NewReader(rest[8:length])); err != nil {
			t.Fatalf("%s: %v", rest[:4], err)
		}
		rest = rest[length:]
	}
	if count != 10 {
		t.Errorf("it has %d pictures, want 10", count)
	}
}
