package uitest

// FakeLogin is a system that starts the program at login, or fails.
type FakeLogin struct {
	On   bool
	Sets int
	Err  error
}

func (l *FakeLogin) Enabled() (bool, error) { return l.On, l.Err }

func (l *FakeLogin) Set(on bool) error {
	if l.Err == nil {
		l.On = on
		l.Sets++
	}
	return l.Err
}
