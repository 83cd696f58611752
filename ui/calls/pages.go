package calls

import (
	"slices"

	"exotel-monitor/metrics/calls"
)

const (
	pageSize = 100
	maxPages = 20 // that are kept
)

// pages holds the calls of the pages that were in sight last.
type pages struct {
	byNumber map[int][]calls.Call // nil while it is asked for
	used     []int                // page numbers, the last used one last
	old      map[int]bool         // pages to be asked for again
}

func (p *pages) clear() { *p = pages{} }

// outdate has every page asked for again when it is in sight. Its calls stay until the
// answer.
func (p *pages) outdate() {
	p.old = map[int]bool{}
	for n := range p.byNumber {
		p.old[n] = true
	}
}

// missing returns the pages of rows that are not there, outdated, or not asked for, and
// marks them as asked for.
func (p *pages) missing(from, to int) (list []int) {
	if p.byNumber == nil {
		p.byNumber = map[int][]calls.Call{}
	}
	for n := from / pageSize; n <= (to-1)/pageSize; n++ {
		p.used = append(slices.DeleteFunc(p.used, func(used int) bool { return used == n }), n)
		if _, known := p.byNumber[n]; !known || p.old[n] {
			if !known {
				p.byNumber[n] = nil
			}
			delete(p.old, n)
			list = append(list, n)
		}
	}
	for len(p.used) > maxPages {
		delete(p.byNumber, p.used[0])
		p.used = p.used[1:]
	}
	return list
}

func (p *pages) set(n int, page []calls.Call) {
	if p.byNumber == nil {
		p.byNumber = map[int][]calls.Call{}
	}
	p.byNumber[n] = page
}

// drop forgets that a page was asked for.
func (p *pages) drop(n int) { delete(p.byNumber, n) }

// call returns the call of a row, nil while it is not there.
func (p *pages) call(row int) *calls.Call {
	if row < 0 {
		return nil
	}
	page := p.byNumber[row/pageSize]
	if i := row % pageSize; i < len(page) {
		return &page[i]
	}
	return nil
}
