package exotel

import (
	"hash/maphash"
	"math/bits"
)

// hashes is a set of hashes that are spread evenly. A map would hash them once
// more and could not read ahead; it took a tenth of the time of a long range.
type hashes struct {
	slots []uint64 // a power of two of them, 0 where free; at most three quarters are taken
	taken int

	page []uint64 // the hashes of the Sids of the page that was last looked at
	read uint64   // what ahead has read
}

// newHashes makes room for n of them.
func newHashes(n int) hashes { return hashes{slots: make([]uint64, 1<<bits.Len(uint(n+n/3+1)))} }

// ahead hashes the Sids of a page, and reads the slots in which add will look for
// them. Most of those are far away in memory. To add one Sid after the other would
// wait for each; these reads wait for none, and so take the time of a few.
func (h *hashes) ahead(calls []Call, seed maphash.Seed) []uint64 {
	h.page = h.page[:0]
	for i := range calls {
		h.page = append(h.page, maphash.String(seed, calls[i].Sid))
	}
	for _, hash := range h.page {
		h.read |= h.slots[hash&uint64(len(h.slots)-1)]
	}
	return h.page
}

// add reports whether the hash was not there yet.
func (h *hashes) add(hash uint64) bool {
	hash = max(hash, 1) // 0 is no hash here
	last := uint64(len(h.slots) - 1)
	at := hash & last
	for ; h.slots[at] != 0; at = (at + 1) & last {
		if h.slots[at] == hash {
			return false
		}
	}
	h.slots[at] = hash
	if h.taken++; 4*h.taken > 3*len(h.slots) {
		larger := newHashes(h.taken)
		for _, known := range h.slots {
			if known != 0 {
				larger.add(known)
			}
		}
		h.slots = larger.slots
	}
	return true
}
