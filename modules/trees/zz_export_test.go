package trees
func UndoStatements() []string { return undoStatements }
