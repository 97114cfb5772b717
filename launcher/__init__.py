"""What `make demo` and `make up` start (PostgreSQL, Valkey, simulator, web, worker, beat): order, health, stop."""
