// Package dashboard is the main screen: whether the lines are up, what became of the
// calls of some days, and how fresh and complete the figures are.
package dashboard
