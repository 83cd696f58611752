// Package assets holds the pictures and texts that are built into the program.
package assets

import "embed"

// Translations is the catalogue of texts, one JSON file a language in the folder
// "translations". The keys are the English texts.
//
//go:embed translations
var Translations embed.FS

// Icon is the program's icon, an SVG.
//
//go:embed icon.svg
var Icon []byte
