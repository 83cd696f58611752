// Package calls defines queries of an account's calls, and the store that answers them.
//
// A [Query] selects calls by days, hours, line, direction, status, outcome and party. A
// [Store] answers it in two ways: Group counts the selected calls by any dimensions, and
// Calls lists them. A screen, a report, an export and an alarm with the same Query count
// the same calls.
//
// Days, hours and weekdays are those of the account's zone, which the store is
// opened with. A call belongs to the hour in which it was created.
package calls
