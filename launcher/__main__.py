"""`python -m launcher demo|up|servers`."""

import argparse
import asyncio
import os
import signal
import sys

from .errors import LaunchError
from .output import Output
from .processes import ask_for_signal_at_parents_end
from .run import run_servers, run_site


async def main(mode: str, output: Output) -> int:
    try:
        return await (run_servers(output) if mode == "servers" else run_site(mode, output))
    except LaunchError as error:
        output.say(f"Sightglass: {error}")
        return 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m launcher", description=__doc__)
    parser.add_argument(
        "mode", choices=["demo", "up", "servers"], help="servers: PostgreSQL and Valkey alone, for one run of the tests"
    )
    mode = parser.parse_args().mode
    if mode == "servers" or "MAKELEVEL" in os.environ:
        ask_for_signal_at_parents_end(signal.SIGTERM)
    output = Output(2 if mode == "servers" else 1)
    code = asyncio.run(main(mode, output))
    output.close()
    sys.exit(code)
