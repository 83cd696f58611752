package exoteltest

import (
	"math"
	"strconv"
)

// Multipliers of the splitmix64 finaliser and their inverses modulo 2^64.
const (
	mulA, mulAInverse = 0xbf58476d1ce4e5b9, 0x96de1b173f119089
	mulB, mulBInverse = 0x94d049bb133111eb, 0x319642b2d24d8ec3
	golden            = 0x9e3779b97f4a7c15
)

// mix scatters the bits of z; unmix takes it back.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * mulA
	z = (z ^ z>>27) * mulB
	return z ^ z>>31
}

func unmix(z uint64) uint64 {
	z = (z ^ z>>31 ^ z>>62) * mulBInverse
	z = (z ^ z>>27 ^ z>>54) * mulAInverse
	return z ^ z>>30 ^ z>>60
}

// rng is a small generator of our own: the accounts must stay the same when the
// standard library's generators change.
type rng uint64

func (r *rng) next() uint64 {
	*r += golden
	return mix(uint64(*r))
}

func (r *rng) below(n int) int { return int(r.next() >> 33 % uint64(n)) }

// between returns a number in [lo, hi].
func (r *rng) between(lo, hi int) int { return lo + r.below(hi-lo+1) }

func (r *rng) float() float64 { return float64(r.next()>>11) / (1 << 53) }

// long returns an exponential length with the given mean: many short ones and
// a few very long ones, as calls are.
func (r *rng) long(mean float64) int { return int(-math.Log(1-r.float()) * mean) }

// hashText gives a stable number for a text (FNV-1a, then scattered, because
// FNV's low bits alone are weak).
func hashText(seed uint64, s string) uint64 {
	h := uint64(14695981039346656037) ^ seed
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return mix(h)
}

// chance tells whether a hash falls into a share of 0..1.
func chance(hash uint64, share float64) bool {
	return share > 0 && float64(hash>>11)/(1<<53) < share
}

const sidLength = 32

// sidOf names the generated call n of a day. The first half is the day and the
// number, scattered: so a Sid can be found again without an index. Some end in
// a letter beyond hexadecimal. See API.md, Rows.
func sidOf(seed uint64, day, n int) string {
	head := mix((uint64(day)<<32 | uint64(n)) ^ mix(seed+golden))
	tail := mix(head + golden)
	var sid [sidLength]byte
	const digits = "0123456789abcdef"
	for i := range 16 {
		sid[i] = digits[head>>(60-4*i)&15]
		sid[16+i] = digits[tail>>(60-4*i)&15]
	}
	if tail%3 == 0 {
		sid[sidLength-1] = "lm"[tail>>8&1]
	}
	return string(sid[:])
}

// placeOf is the inverse of sidOf. Whoever uses the answer must check that the
// place has this Sid: any text of the right form gives some place.
func placeOf(seed uint64, sid string) (day, n int, ok bool) {
	if len(sid) != sidLength {
		return 0, 0, false
	}
	head, err := strconv.ParseUint(sid[:16], 16, 64)
	if err != nil {
		return 0, 0, false
	}
	v := unmix(head) ^ mix(seed+golden)
	return int(v >> 32), int(v & math.MaxUint32), true
}
