"""Derive the adjoint of a function: reverse-mode differentiation of its source.

`read_program` takes a function in the plain form apart into the statements of
`program`, `rules` is the table of derivatives, and `reverse` writes the function that
runs backward.  The method is that of Griewank and Walther, Evaluating Derivatives
(2008); what is kept and what is computed again is decided by the rule in `reverse`.
"""
