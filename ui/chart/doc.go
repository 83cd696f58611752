// Package chart draws calls as stacked bars, and a line's day as a strip, at the device's
// own pixels.
package chart
