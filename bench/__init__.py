"""`make bench`: how near the program comes to raw SQL, on a data set of a large agency."""
