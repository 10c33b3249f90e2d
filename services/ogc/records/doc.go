// Package records describes datasets for the catalogues that OGC API – Records
// (OGC 20-004r1) serves, and finds among them: by place, time, words, kind,
// identifier and CQL2 filter, in any order, page after page.
//
// Everything happens in memory over a list that whoever holds the datasets gives:
// a town publishes hundreds of them, not millions. A page goes on after the last
// record of the one before (its order's values and its identifier), so that each
// record is met once while others come and go.
//
// It knows no town, no request and no database; addresses are given to it.
package records
