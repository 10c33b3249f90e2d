// Package datagouv publishes a town's datasets on data.gouv.fr too (publication
// sur data.gouv.fr), through the API of the software it runs, udata.
//
// Client speaks the API; Service keeps the town's key, sealed, and what stands
// over there for each dataset, and brings data.gouv.fr to the state wanted in a
// job. The job compares before it writes: a dataset is known over there by an
// extra with our identifier, a resource by one with its part and the digest of
// its file. So it may be killed at any line, between their answer and our note
// of it too, and goes on without doubling. What others added there by hand (a
// resource, an extra) stays.
//
// A dataset that is withdrawn here, or no longer wanted there, is emptied of
// what we put there and made private: the data are gone for everybody, while
// its address, its followers and its discussions wait for the day it comes
// back. See deploy/decisions/0023.
package datagouv
