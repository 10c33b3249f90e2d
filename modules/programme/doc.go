// Package programme follows the experiments of the towns: each town keeps a
// record of its own (hypothesis, success threshold, milestones, journal, effort,
// decision) in its workspace; the supervisors of the programme (Banque des
// Territoires) read the whole as a portfolio, exceptions first.
//
// A town's record is tenant data. What the portfolio shows of every town at once
// is a row of signals that the town's own transaction wrote: counts and dates,
// no name, no text of the journal. Supervisors change nothing.
//
// The package knows no other module; imports, jobs, sign-ins and datasets are
// read through their services.
package programme
