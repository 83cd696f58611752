package kit

import (
	"testing"

	"exotel-monitor/heartbeat"
	"exotel-monitor/ui/uitest/sample"
)

// TestShapesTellLevelsApart: also without their colours.
func TestShapesTellLevelsApart(t *testing.T) {
	seen := map[string]heartbeat.Level{}
	for _, level := range []heartbeat.Level{heartbeat.OK, heartbeat.Warning, heartbeat.Critical, heartbeat.Unknown} {
		shape := LevelLook(level).Shape.name
		if other, twice := seen[shape]; twice {
			t.Errorf("%v and %v are both a %s", level, other, shape)
		}
		seen[shape] = level
	}
	marks := map[string]bool{}
	for _, state := range []heartbeat.State{sample.Up, sample.Down, sample.NotKnown} {
		marks[StateMark(state).Shape.name] = true
	}
	if len(marks) != 3 {
		t.Errorf("the marks of three states are %v", marks)
	}
}

func TestPhoneLook(t *testing.T) {
	for _, tt := range []struct {
		incoming, outgoing heartbeat.State
		want               heartbeat.Level
	}{
		{sample.Up, sample.Up, heartbeat.OK}, {sample.Down, sample.Up, heartbeat.Warning}, {sample.NotKnown, sample.Down, heartbeat.Warning}, {sample.Down, sample.Down, heartbeat.Critical},
		{sample.Up, sample.NotKnown, heartbeat.Unknown}, {sample.NotKnown, sample.NotKnown, heartbeat.Unknown},
	} {
		if got := PhoneLook(tt.incoming, tt.outgoing); got != LevelLook(tt.want) {
			t.Errorf("%v %v looks like %s", tt.incoming, tt.outgoing, got.Shape.name)
		}
	}
}
