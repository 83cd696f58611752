// Package refresh keeps a calls.Store complete and fresh. Package metrics tells the life
// of a refresh from the timer to a card.
//
// A [Worker] asks the [Fetcher] to load the chosen days. The Fetcher reads a day that is
// over completely, once, and settles it an hour after its end. Of a running day one
// request brings the newest page, which has the day's total, and one more the calls that
// were not finished. If calls are missing then, or many are live, a refresh costs up to
// eight requests. The figures come back from the store as a [View], which the Worker
// publishes as a [Snapshot]. Meanwhile the [Filler] reads the older days, the newest
// first, with a share of the requests.
package refresh
