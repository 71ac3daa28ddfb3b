"""Articles: passages, vectors, search and quoted answers."""
