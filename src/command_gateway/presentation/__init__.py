"""How the Docker CLI shows things: tables, sizes, ages, templates."""
