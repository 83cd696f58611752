package calls

import (
	"testing"

	"exotel-monitor/ui/uitest"
)

func TestMain(m *testing.M) { uitest.Main(m) }
