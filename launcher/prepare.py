"""What the site needs before it runs: `python -m launcher.prepare`. All in one process, since Django loads slowly."""

import sys

import manage

COMMANDS = (
    ("migrate", "--noinput", "--verbosity", "0"),
    ("collectstatic", "--noinput", "--verbosity", "0"),
    ("setup_site",),
)


def main() -> None:
    for words in COMMANDS:
        sys.argv = ["manage.py", *words]
        manage.main()


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, EOFError):  # Ctrl-C, or Ctrl-D where setup_site asks.
        sys.exit("Not prepared.")
