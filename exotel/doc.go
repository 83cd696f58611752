// Package exotel is a client for Exotel, the Indian cloud telephony provider:
// the calls of an account, its ExoPhones, and whether the credentials work.
//
//	client, err := exotel.New(exotel.Options{BaseURL: exotel.Mumbai, SID: sid, Key: key, Token: token})
//	…
//	fetch := client.Calls(exotel.Query{From: yesterday, To: today})
//	for call, err := range fetch.All(ctx) {
//		if err != nil {
//			return err // an *exotel.Error or *exotel.IncompleteError
//		}
//		count(call)
//	}
//
// The client only reads: it places no calls and changes nothing. It knows nothing of
// figures or windows. API.md states the rules of Exotel's API that the package relies on,
// and how each is known.
package exotel
