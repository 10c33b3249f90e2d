package cql

import (
	"context"
	"errors"

	"acvdata/services/fault"
	"acvdata/services/i18n"
)

// Explain makes an invalid fault of an *Error, on the parameter that holds the
// expression; other errors stay as they are.
func Explain(ctx context.Context, parameter string, err error) error {
	var wrong *Error
	if !errors.As(err, &wrong) {
		return err
	}
	args := fault.Args{}
	for name, v := range wrong.Args {
		if w, ok := v.(Word); ok {
			v = i18n.T(ctx, w.Key, i18n.V{"Sign": w.Sign})
		}
		args[name] = v
	}
	return fault.New(fault.Invalid, wrong.Key, fault.With(args), fault.On(parameter, wrong.Key, args))
}
