"""What names mean: the live inventory, selectors, near names."""
