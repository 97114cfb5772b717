"""Connections to PostgreSQL that it has cut, as it does when it restarts: whoever comes next does not notice."""
