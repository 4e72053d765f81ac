"""Timings: never asserted in tests, always taken side by side in one run."""
