"""How many connections this process may hold: each is a file descriptor."""

import resource

WANTED = 8192  # the gateway's requests have two each; the worker's calls to an upstream that hangs one each


def raise_limit() -> None:
    """Many systems begin with 1,024 and allow far more to who asks."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
