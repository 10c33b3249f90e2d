// Package views draws the follow-up of the programme: a town's record and the
// supervisors' portfolio. Everything it takes is ready to be shown; HTML it is
// given comes from services/markdown only.
package views
