"""Operations on containers, one a file."""
