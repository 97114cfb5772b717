"""A stand-in for Browserbase's HTTP API: projects, sessions, usage and live view, with faults on demand.

For the demo, for development and for tests. It knows nothing of the dashboard, and the dashboard never imports it.
Run it with `python -m simulator --help`.
"""
