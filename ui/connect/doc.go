// Package connect is the screen that asks for an account, and the one that is shown while
// the keyring is waited for.
package connect
