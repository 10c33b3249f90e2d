package tabular

// dates recognises dates and date-times and settles the order of day and month
// for the whole column: a single day above twelve tells for all the cells.
func (j *judge) dates() bool {
	all := j.count(isDate)
	if !j.fits(all) && !j.mostlyCompact() {
		return false
	}
	if compact := j.count(isCompact); compact > 0 && !j.compactDates(compact) {
		return false
	}
	order, accepts, ok := j.order()
	if !ok {
		return false
	}
	j.column.DateOrder = order
	reasons := j.column.Reasons
	if timed := j.count(isTimed); 2*timed > all {
		j.giveIf(DateTime, accepts, append(reasons, Reason{Code: "dates"})...)
		j.column.Zoned = 2*j.count(isZoned) > timed
		return true
	}
	j.giveIf(Date, accepts, append(reasons, Reason{Code: "dates"})...)
	return true
}

// compactDates reports whether eight digits are days rather than numbers: the
// heading says so, or there are too many for chance.
func (j *judge) compactDates(n int) bool {
	const beyondChance = 10
	return j.hint.date() || n >= beyondChance && j.distinct >= 3 && n == j.count(isPlain)
}

// mostlyCompact reports eight digits under a heading about dates, a few of which
// are no days (20142111): slips to be shown, not a reason to lose the others.
func (j *judge) mostlyCompact() bool {
	const nearly = 0.9
	return j.hint.date() && float64(j.count(isCompact)) >= nearly*float64(j.typed) && j.count(isPlain) == j.typed
}

// order settles day and month. Cells whose order is plain (2018-06-30, 30 juin
// 2018) are read under any.
func (j *judge) order() (DateOrder, func(evidence) bool, bool) {
	onlyDMY := j.countIf(func(e evidence) bool { return e.has(isDMY) && !e.has(isMDY) })
	onlyMDY := j.countIf(func(e evidence) bool { return e.has(isMDY) && !e.has(isDMY) })
	both := j.countIf(func(e evidence) bool { return e.has(isMDY) && e.has(isDMY) })
	plain := func(e evidence) bool { return e.has(isDate) && !e.has(isDMY|isMDY) }
	dmy := func(e evidence) bool { return plain(e) || e.has(isDMY) }
	mdy := func(e evidence) bool { return plain(e) || e.has(isMDY) }
	switch {
	case onlyDMY+onlyMDY+both == 0:
		return YMD, plain, true
	case onlyDMY >= onlyMDY && onlyDMY > 0:
		j.reason("day_first")
		return DMY, dmy, j.fits(j.countIf(dmy))
	case onlyMDY > onlyDMY:
		j.reason("month_first")
		return MDY, mdy, j.fits(j.countIf(mdy))
	}
	j.column.Ambiguous = true
	j.reason("day_or_month")
	return DMY, dmy, true
}
