"""Our own cases: closed expressions with the value that CEL gives them."""
