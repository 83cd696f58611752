// Package alerts is the screen that lists the alerts: the open one, all before it, and
// what became of each notification.
package alerts
