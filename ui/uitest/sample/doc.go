// Package sample is what the screens show in tests: a clock that stands still, calls,
// lines, alerts and errors.
package sample
