package exotel

import "testing"

func TestASetOfHashesKnowsEachOnce(t *testing.T) {
	for _, room := range []int{0, 1, 1000, 5000} {
		set := newHashes(room)
		hash := func(i uint64) uint64 { return i << 7 } // many begin their search at one place
		for i := range uint64(2000) {
			if !set.add(hash(i)) {
				t.Fatalf("room for %d: %d counts as known", room, i)
			}
			if set.add(hash(i)) || set.add(hash(i/2)) {
				t.Fatalf("room for %d: %d or %d came again and counts as new", room, i, i/2)
			}
		}
	}
}
