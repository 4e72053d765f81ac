"""The facade that every surface talks to."""
