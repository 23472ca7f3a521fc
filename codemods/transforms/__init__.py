"""Reusable edits of a module, which know nothing of steps or of any script."""
