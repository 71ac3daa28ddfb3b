"""One ticket: what it is about, how urgent it is, whether its account may leave, and who should take it."""
