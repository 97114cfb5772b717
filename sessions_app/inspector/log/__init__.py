"""A session's CDP log, read into what people look for: messages, their times, and where the entries are kept."""
