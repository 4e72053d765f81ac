"""How the embedded planner reads English: words, slots, clauses, targets, scoring. No network, no model."""
