"""Operations on the engine itself, one a file."""
