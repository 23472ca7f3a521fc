"""Refactor one script by a plan of small, machine-checked steps."""
