// Package metrics turns an account's calls into figures.
//
// A call is looked at in two ways that are never mixed. Its Status is Exotel's
// own word, so that figures reconcile with Exotel's pages; its Outcome tells
// what happened to the person, as far as the details of the call's legs tell.
// In each view every total is the sum of its buckets. Days and hours are those
// of the account's time zone, whatever the computer's is.
//
// Package calls stores the calls, and package refresh fetches them.
package metrics
