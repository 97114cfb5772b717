"""What happened in a session, in sentences."""
