// Package metrics turns an account's calls into figures.
//
// It classifies a call in two ways that are never mixed. Its [Status] is Exotel's own
// word, so that figures agree with Exotel's pages. Its [Outcome] is what happened to the
// person, as far as the details of the call's legs tell. In each way every total is the
// sum of its buckets. Days and hours are those of the account's time zone, whatever the
// computer's is.
//
// # The life of a refresh
//
//  1. main.go opens a window, which makes an account.Account of ui/account when the user
//     connects. The Account has a refresh.Worker and owns its goroutine.
//  2. When its timer fires, the Worker has the refresh.Fetcher load the chosen days.
//  3. The Fetcher asks the store, a calls.Store, which days are not fresh: fetcher.go
//     and load.go. It reads a day that is over from its beginning, and catches up on a
//     running day with its newest page and its open calls: catchup.go, settle.go.
//  4. Package exotel makes the requests, at the account's pace, and decodes the pages.
//  5. The Fetcher puts each answer into the store. Package calls/sqlite writes the rows
//     in one transaction with what is then known of the day, and counts up a revision.
//  6. The Fetcher returns a refresh.View of the chosen days as the store knows them.
//  7. View.Summary has calls.Summarize group the calls by day, hour, status and outcome,
//     which calls/columns counts in memory, and adds them up in a [Summary] of this package.
//  8. The Worker publishes the Summary in a refresh.Snapshot, which never changes.
//  9. The Account hands it to ui/session.go, which posts it to Fyne's goroutine. There
//     Window.apply passes it to ui/dashboard, whose figures.go writes the cards' texts.
//
// A refresh.Filler reads the older days beside that, with a share of the requests. The
// Worker sees what the Filler or another process stored by the store's revision.
package metrics
