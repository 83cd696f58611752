// Package calls is the screen that lists the calls behind a figure: in any order, one of
// them in detail, and what its caller did before.
package calls
