// Package authz says who may do what: roles, permissions and the rules of
// routes. It is a leaf and pure: the actor of a request comes from
// services/auth, the grants from the modules' manifests, and nothing here reads
// a database.
package authz
