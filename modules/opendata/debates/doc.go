// Package debates keeps a town's questions collectives: a question with the
// figures, charts and maps it rests on, the days it takes arguments, the town's
// answer under a name, and the decision that followed ([Service]).
//
// Arguments for and against, and proposals of residents, are contributions; an
// accepted proposal makes a draft here, in the transaction of the decision. It
// checks no permission: routes do.
package debates
