// Package quality scores what a catalogue says of a dataset (la qualité de la
// fiche) on the two scales that judge French open data: the nine criteria of
// data.gouv.fr and the 405 points of the European portal's Metadata Quality
// Assessment (MQA).
//
// Both are read from the graph that package dcat writes, never from the form: a
// point is there because a harvester will find it. A dataset nobody may have yet
// is scored as its publication would describe it; what only a publication can
// prove is counted apart, as coming.
//
// Sources: udata 17.6, udata/core/dataset/models.py (data.gouv.fr); the method of
// data.europa.eu/mqa/methodology (MQA), where among files of one content the best
// one counts.
package quality
