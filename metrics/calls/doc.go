// Package calls asks questions of an account's calls and says where they are
// kept.
//
// A [Query] chooses calls: by days, hours, line, direction, status, outcome and
// party. A [Store] answers it in two ways. Group counts the chosen calls by any
// dimensions, and Calls lists them. A screen, a report, an export and an alarm
// that use one Query count the same calls.
//
// Days, hours and weekdays are those of the account's zone, which the store is
// opened with. A call belongs to the hour in which it was created.
package calls
