package fault

import (
	"errors"
	"fmt"
)

// Code says what kind of fault it is; clients may rely on it.
type Code string

// The closed list of codes.
const (
	Invalid         Code = "invalid"         // what was sent cannot be accepted; say why, field by field
	Unauthenticated Code = "unauthenticated" // nobody is signed in, or the session has ended
	Forbidden       Code = "forbidden"       // signed in, but not allowed
	NotFound        Code = "not_found"       // no such thing in this town
	Gone            Code = "gone"            // it was there and was withdrawn on purpose; the message says why
	Conflict        Code = "conflict"        // the thing changed meanwhile, or its state forbids it
	TooLarge        Code = "too_large"       // over a limit that the message names
	TooMany         Code = "too_many"        // too many requests
	Unavailable     Code = "unavailable"     // a part of the installation is out of reach, try later
	Internal        Code = "internal"        // a bug or a broken machine
)

// Args fills the placeholders of a message: {{.Name}}.
type Args map[string]any

// Field is one input at fault.
type Field struct {
	Name string // the form's field name
	Key  string // message key
	Args Args
}

// Fault is an error for people and for the log. It is immutable once returned.
type Fault struct {
	Code   Code
	Key    string // message key in the catalogue, "imports.fault.not_csv"
	Args   Args
	Fields []Field
	Cause  error // for the log only, never shown
}

// Option completes a Fault under construction.
type Option func(*Fault)

// New builds a fault. key is a message key of the catalogue.
func New(code Code, key string, options ...Option) *Fault {
	f := &Fault{Code: code, Key: key}
	for _, o := range options {
		o(f)
	}
	return f
}

// Because keeps the cause for the log.
func Because(cause error) Option { return func(f *Fault) { f.Cause = cause } }

// With fills the message's placeholders.
func With(args Args) Option { return func(f *Fault) { f.Args = args } }

// On adds a field at fault.
func On(name, key string, args Args) Option {
	return func(f *Fault) { f.Fields = append(f.Fields, Field{Name: name, Key: key, Args: args}) }
}

// Error gives the log's view: code, key and cause.
func (f *Fault) Error() string {
	if f.Cause == nil {
		return string(f.Code) + " " + f.Key
	}
	return string(f.Code) + " " + f.Key + ": " + f.Cause.Error()
}

// Unwrap gives the cause to errors.Is and errors.As.
func (f *Fault) Unwrap() error { return f.Cause }

// Wrap adds the operation and its subject to an error on its way up; nil stays nil.
func Wrap(err error, operation string, subject any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %v: %w", operation, subject, err)
}

// From returns the fault inside err, or an internal fault around it. nil for nil.
func From(err error) *Fault {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*Fault](err); ok {
		return f
	}
	return &Fault{Code: Internal, Key: "fault.internal", Cause: err}
}

// Is reports whether err carries a fault with that code.
func Is(err error, code Code) bool {
	var f *Fault
	return errors.As(err, &f) && f.Code == code
}
