"""The database: the only SQL of the project. Functions take a transaction and give domain values; no row leaves."""
