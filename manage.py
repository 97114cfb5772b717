#!/usr/bin/env python
"""Django's command line for this clone; reaches what `make demo` or `make up` runs here."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db.utils import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except OperationalError as error:
        sys.exit(f"The database does not answer: start it with `make demo` or `make up`, or set DATABASE_URL.\n{error}")


if __name__ == "__main__":
    main()
