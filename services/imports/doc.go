// Package imports brings people's files into the platform: upload, detect, map,
// check, preview, commit, undo, with a history of who did what. One service
// (Service) has the rules; the pages, the API and the command line all call it.
//
// An import goes uploaded → analysed → checking → ready → committing →
// committed, and may go on to undoing → undone. Jobs do what takes long: check
// (a rehearsal that is rolled back), commit (the same passage, kept) and undo,
// each in one transaction, so that a killed worker leaves nothing and a second
// run finds what the first one did. Files are kept as long as an import can be
// undone (sweep.go).
//
// An import may come from an address that is followed (Watch, "adresse suivie"):
// a sweep starts the readings that are due, a job downloads what changed and hands
// it over, and the import's own jobs say what becomes of the reading, each on the
// transaction that settles the import (watch_outcome.go). deploy/decisions/0024
// says what is loaded without a person.
//
// It knows no module. What a file can be imported into is a Target, offered by a
// module that implements Provider. The pipeline owns the file, its columns, the
// positions and their coordinate system, the transaction, the counts, the
// problems and the history; the target owns what a row means.
//
// # Writing a target
//
// One run goes like this, for a check (rolled back) and for a commit alike:
//
//	checker, err := target.Prepare(ctx, tx, run)  // load what checks need: registers, settings
//	CREATE TEMP TABLE import_stage (…)            // the pipeline's columns + target.Stage()
//	for each row of the file:                     // one goroutine, in the file's order
//	    values, err := checker.Check(record)      // one value per stage column, or record.Reject
//	ANALYZE import_stage
//	err = target.Match(ctx, tx, run)              // set-based: verdicts over the whole stage
//	outcome, err := target.Merge(ctx, tx, run)    // commits only: create and update
//
// The stage (name: StageTable) always has these columns, before the target's own:
//
//	line           integer  NOT NULL  line of the file the row starts on
//	id             uuid     NOT NULL  a fresh time-ordered identifier, for the row it may create
//	warned         boolean  NOT NULL  the checker had something to say of it
//	lon, lat       float8             degrees, WGS 84; NULL without a position
//	qk             bigint             services/geo/qk of that position
//	verdict        text     NOT NULL  'create' until Match says otherwise
//	match_id       uuid               the existing row, for 'update' and 'unchanged'
//	problem        text               message key of why Match rejected the row, or of what it warns of
//	problem_column text               target column at fault, may stay NULL
//	problem_args   jsonb              values of that message, may stay NULL
//
// Rows that the checker rejected are not in the stage. Match leaves 'create' on
// new rows, sets 'update' or 'unchanged' with match_id on known ones, and
// 'reject' with a problem on rows it refuses (RejectDuplicates does it for
// identifiers met twice in the file). A problem on a row it keeps is a warning. Merge touches 'create' and 'update' rows
// only, ordered by qk where there are positions, and says how many it really
// wrote: a figure that differs from Match's rolls everything back. Whatever
// Undo needs (rows created, values before) is written by Merge into the target's
// own tables, under run.ImportID.
//
// Everything runs as the runtime role under row-level security; statements carry
// tenant_id = run.Tenant all the same. A target never commits, never starts a
// transaction and never keeps anything between two runs: the same run may start
// again from nothing after a killed worker. importtest has a whole target as an
// example.
package imports
