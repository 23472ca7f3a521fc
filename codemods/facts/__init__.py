"""Read-only knowledge about a module."""
