"""What can go wrong before and while the parts run."""


class LaunchError(Exception):
    """A reason, in words for the person at the terminal, why nothing can be started or why all ends."""
