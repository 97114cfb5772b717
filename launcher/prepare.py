"""What the site needs before it runs: `python -m launcher.prepare`. All in one process, since Django loads slowly."""

import os
import signal
import sys

import manage

COMMANDS = (
    ("migrate", "--noinput", "--verbosity", "0"),
    ("collectstatic", "--noinput", "--verbosity", "0"),
    ("setup_site",),
)
RESUME_DEMO = ("resume_demo",)


def main() -> None:
    for words in (*COMMANDS, RESUME_DEMO) if os.environ.get("SIGHTGLASS_SIMULATOR_URL") else COMMANDS:
        sys.argv = ["manage.py", *words]
        manage.main()


def interrupt_once(*_: object) -> None:
    """Ctrl-C comes from the terminal and from the supervisor: the second one must not disturb how the first ends us."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGINT, interrupt_once)
    try:
        main()
    except (KeyboardInterrupt, EOFError):  # Ctrl-C, or Ctrl-D where setup_site asks.
        sys.exit("Not prepared.")
