package heartbeat

import (
	"slices"
	"testing"
)

func TestNamesAreInTheOrderInWhichPeopleCount(t *testing.T) {
	want := []string{"", "+918040000001", "+918040000002", "Line", "line 2", "Line 02b", "Line 10", "Sales", "sales 1", "support"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortStableFunc(got, CompareNames)
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
