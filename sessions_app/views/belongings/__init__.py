"""`/contexts/` and `/extensions/`: the same pages for both, told by their address which of the two."""
