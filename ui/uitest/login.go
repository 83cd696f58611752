package uitest

// FakeLogin is a system that starts the program at login, or fails.
type FakeLogin struct {
	On   bool
	Sets int
	Err  error
}

// Enabled reports whether the program starts at login.
func (l *FakeLogin) Enabled() (bool, error) { return l.On, l.Err }

// Set has the program start at login or not, unless Err is set.
func (l *FakeLogin) Set(on bool) error {
	if l.Err == nil {
		l.On = on
		l.Sets++
	}
	return l.Err
}
