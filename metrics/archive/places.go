package archive

import "hash/maphash"

// places tells under which time a call may be stored, of which only the Sid is
// known, in 8 bytes a slot: an index on disk would make filling many times
// slower, because Sids are random. It may name a place too many, where a call is
// no longer or never was, but never one too few.
type places struct {
	seed  maphash.Seed
	slots []uint64 // hash and time, 32 bits each; 0 is free
	used  int
}

func newPlaces() *places {
	return &places{seed: maphash.MakeSeed(), slots: make([]uint64, 1<<10)}
}

func slot(hash uint32, created int64) uint64 { return uint64(hash)<<32 | uint64(uint32(created)) }

// hash is never 0, so that no slot in use is.
func (p *places) hash(sid []byte) uint32 { return uint32(maphash.Bytes(p.seed, sid)) | 1 }

// each visits the places a Sid may be at, until visit returns false.
func (p *places) each(sid []byte, visit func(created int64) bool) {
	hash := p.hash(sid)
	for at := p.start(hash); p.slots[at] != 0; at = p.next(at) {
		if uint32(p.slots[at]>>32) == hash && !visit(int64(uint32(p.slots[at]))) {
			return
		}
	}
}

func (p *places) add(sid []byte, created int64) {
	if p.used*4 >= len(p.slots)*3 {
		old := p.slots
		p.slots, p.used = make([]uint64, 2*len(old)), 0
		for _, s := range old {
			if s != 0 {
				p.put(s)
			}
		}
	}
	p.put(slot(p.hash(sid), created))
}

func (p *places) put(s uint64) {
	at := p.start(uint32(s >> 32))
	for p.slots[at] != 0 {
		if p.slots[at] == s {
			return
		}
		at = p.next(at)
	}
	p.slots[at] = s
	p.used++
}

func (p *places) start(hash uint32) int { return int(hash>>1) & (len(p.slots) - 1) }
func (p *places) next(at int) int       { return (at + 1) & (len(p.slots) - 1) }
