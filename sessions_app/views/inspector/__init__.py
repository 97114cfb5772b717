"""The inspector on a session's page: a module per tab, and what they share."""
