// Package pattern says what is usual for an account: what the figures of a day come to
// on the same weekdays before it.
package pattern
