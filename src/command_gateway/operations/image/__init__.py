"""Operations on images, one a file."""
