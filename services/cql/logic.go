package cql

// logic is AND and OR over what is true, false or not known: one false makes an
// AND false, one true makes an OR true, whatever is not known beside.
func logic(op string, args []node) (node, error) {
	for _, n := range args {
		if n.is != Boolean && n.is != nothing {
			return node{}, wrongType(op, "cql.word.condition")
		}
	}
	decides := op == "or"
	return node{is: Boolean, eval: func(r Row) any {
		var answer any = !decides
		for _, n := range args {
			switch v, known := n.eval(r).(bool); {
			case !known:
				answer = nil
			case v == decides:
				return decides
			}
		}
		return answer
	}}, nil
}

func not(op string, args []node) (node, error) {
	n := args[0]
	if n.is != Boolean && n.is != nothing {
		return node{}, wrongType(op, "cql.word.condition")
	}
	return node{is: Boolean, eval: func(r Row) any {
		if v, known := n.eval(r).(bool); known {
			return !v
		}
		return nil
	}}, nil
}

func isNull(_ string, args []node) (node, error) {
	return node{is: Boolean, eval: func(r Row) any { return args[0].eval(r) == nil }}, nil
}
