package exotel_test

import (
	"context"
	"fmt"
	"time"

	"exotel-monitor/exotel"
	"exotel-monitor/exotel/exoteltest"
)

// To list the calls of a day, here of a fake account with three calls.
func ExampleClient_Calls() {
	now := time.Date(2026, time.November, 20, 12, 0, 0, 0, exotel.India)
	account := exoteltest.New(exoteltest.Options{Now: func() time.Time { return now }})
	morning := time.Date(2026, time.November, 20, 9, 0, 0, 0, exotel.India)
	for i, status := range []string{exotel.StatusCompleted, exotel.StatusNoAnswer, exotel.StatusCompleted} {
		created := morning.Add(time.Duration(i) * time.Hour)
		account.Add(exotel.Call{
			Created: created, Started: created, Ended: created.Add(time.Minute), Status: status,
			Direction: exotel.DirectionInbound, From: "09800000001", To: "09700000002", ExoPhone: "08040000001",
		})
	}
	server, err := exoteltest.Start(account)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	client, err := exotel.New(exotel.Options{BaseURL: server.URL, SID: "acme1", Key: "key", Token: "token", Now: func() time.Time { return now }})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	fetch := client.Calls(exotel.Query{From: morning, To: now})
	for call, err := range fetch.All(context.Background()) {
		if err != nil {
			fmt.Println(err) // an *exotel.Error or *exotel.IncompleteError
			return
		}
		fmt.Println(call.Created.Format("15:04"), call.Direction, call.Status)
	}
	fmt.Println("announced:", fetch.Tally().Announced)
	// Output:
	// 09:00 inbound completed
	// 10:00 inbound no-answer
	// 11:00 inbound completed
	// announced: 3
}

// All spellings of a number have one key.
func ExampleNumberKey() {
	for _, number := range []string{"+918040000001", "08040000001", "80400 00001", "sip:agent17"} {
		fmt.Println(exotel.NumberKey(number))
	}
	// Output:
	// 8040000001
	// 8040000001
	// 8040000001
	// sip:agent17
}
