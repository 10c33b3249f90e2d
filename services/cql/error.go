package cql

import "fmt"

// Error is why an expression is refused: a message key of the catalogue with its
// arguments, some of which are keys themselves (Wanted).
type Error struct {
	Key  string
	Args map[string]any
}

// Error implements error, for logs.
func (e *Error) Error() string { return fmt.Sprintf("%s %v", e.Key, e.Args) }

func failed(key string, args map[string]any) error { return &Error{Key: key, Args: args} }

// Word is a part of a message that is a message itself.
type Word struct {
	Key  string
	Sign string // for "cql.word.punctuation"
}

func wrongType(op, wanted string) error {
	return failed("cql.fault.type", map[string]any{"Name": op, "Wanted": Word{Key: wanted}})
}

func wrongCount(op string) error { return failed("cql.fault.operands", map[string]any{"Name": op}) }
