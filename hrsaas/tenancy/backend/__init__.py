"""PostgreSQL backend that tells the database, in the same message, whose rows may be seen."""
