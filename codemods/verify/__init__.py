"""Run snapshots and compare what they print with the original's output."""
