"""How fast it is: `python -m benchmarks` measures the site that `make demo` would start, on servers of its own."""
