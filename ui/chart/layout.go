package chart

import (
	"image"
	"math"
	"sort"
)

// This file holds the arithmetic of the calls chart: the steps of its axis,
// the slots of its bars, the heights of their parts, the places of its labels.

// axisTop is the end of an axis that holds most: four round, whole steps, and
// never less than four calls, so that an empty day has an axis too.
func axisTop(most int) int {
	for unit := 1; ; unit *= 10 {
		// Tenths, because 1.5 and 2.5 are round from the second digit on.
		for _, tenths := range []int{10, 15, 20, 25, 30, 40, 50, 60, 80} {
			if tenths*unit%10 != 0 {
				continue
			}
			if top := axisSteps * (tenths * unit / 10); top >= most {
				return top
			}
		}
	}
}

// barHeight is the height in pixels of a bar on an axis that ends at top.
// A bar with any call is visible.
func barHeight(total, top, plot int) int {
	if total == 0 {
		return 0
	}
	return max(1, roundDiv(total*plot, top))
}

// stackCuts returns the borders of the parts of a bar, from 0 at the bottom to
// height. Rounding the running sum instead of each part leaves neither a gap
// nor a surplus.
func stackCuts(parts [Outcomes]int, height int) [Outcomes + 1]int {
	var cuts [Outcomes + 1]int
	total := Bar{Parts: parts}.total()
	if total == 0 {
		return cuts
	}
	sum := 0
	for i, part := range parts {
		sum += part
		cuts[i+1] = roundDiv(sum*height, total)
	}
	return cuts
}

// roundDiv is a/b to the nearest whole number, for a >= 0 and b > 0.
func roundDiv(a, b int) int { return (2*a + b) / (2 * b) }

// column is the whole slot of bar i, from the top of the plot to the axis.
// Slots share the width without a remainder.
func (g chartGeometry) column(i int) image.Rectangle {
	slot := g.plot
	slot.Min.X = g.plot.Min.X + roundDiv(i*g.plot.Dx(), g.bars)
	slot.Max.X = g.plot.Min.X + roundDiv((i+1)*g.plot.Dx(), g.bars)
	return slot
}

// bar is the part of slot i which the bar may fill. All bars are equally wide
// unless they are so many that they stand wall to wall.
func (g chartGeometry) bar(i int, scale float64) image.Rectangle {
	area := g.column(i)
	slot := float64(g.plot.Dx()) / float64(g.bars)
	if slot < denseSlot*scale {
		return area
	}
	width := int(math.Round(slot * barShare))
	middle := float64(g.plot.Min.X) + (float64(i)+0.5)*slot
	area.Min.X = int(math.Round(middle - float64(width)/2))
	area.Max.X = area.Min.X + width
	return area
}

// at returns the bar whose slot holds x, or -1.
func (g chartGeometry) at(x int) int {
	if g.bars == 0 || x < g.plot.Min.X || x >= g.plot.Max.X {
		return -1
	}
	return sort.Search(g.bars, func(i int) bool { return x < g.column(i).Max.X })
}

// placedLabel is a label and the pixel it starts at.
type placedLabel struct {
	text string
	left int
}

// placeLabels picks as many labels as fit at equal distances, none closer than
// the spec allows.
func placeLabels(s chartSpec, g chartGeometry, measure func(string) int) []placedLabel {
	for step := max(1, s.labelEvery); step <= len(s.bars); step++ {
		if placed, fits := labelsAt(step, s, g, measure); fits {
			return placed
		}
	}
	return nil
}

// labelsAt places the label of every step-th bar under the middle of its slot,
// kept inside the picture, and reports whether they stay apart.
func labelsAt(step int, s chartSpec, g chartGeometry, measure func(string) int) (placed []placedLabel, fits bool) {
	free := math.MinInt
	for i := 0; i < len(s.bars); i += step {
		text := s.bars[i].Label
		if text == "" {
			continue
		}
		width := measure(text)
		slot := g.column(i)
		left := (slot.Min.X + slot.Max.X - width) / 2
		left = max(0, min(left, s.width-width))
		if left < free {
			return nil, false
		}
		free = left + width + s.px(labelGap)
		placed = append(placed, placedLabel{text, left})
	}
	return placed, true
}
