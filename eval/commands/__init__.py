"""Commands of the evaluation, a module each."""
