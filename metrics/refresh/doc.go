// Package refresh keeps a calls.Store complete and fresh.
//
// The life of a refresh: a [Worker] asks the [Fetcher] to load the chosen days.
// For each day the Fetcher looks in the store whether what is known is fresh
// enough. A day that is over is read whole, once, and settles an hour after its
// end. Of the running day one request brings the newest page, which tells how many
// calls there are by now, and one more the calls that were not finished. Where calls
// are missing then, or many are live, a refresh costs up to eight. Each answer is put
// into the store as it comes. The figures come back from the store as a [View], which
// the Worker publishes as a [Snapshot]. What others store meanwhile, in this process or
// another, the Worker sees by the store's revision. Meanwhile the [Filler] reads the older days,
// the newest first, with a share of the requests.
package refresh
