"""python -m simulator: reads the options, makes the world, serves it."""

import argparse
import sys

from simulator.app import simulator_app
from simulator.seeding import new_world
from simulator.server import leave_quietly_on_signals, listening_socket, serve
from simulator.traffic import Traffic

ABOUT = """\
A stand-in for Browserbase's HTTP API: projects, sessions, usage, contexts, extensions, live view. State is in memory
and ends with it. Point a client at it by its base URL
(BROWSERBASE_BASE_URL=http://127.0.0.1:4010) and one of its keys."""

MORE = """\
examples:
  python -m simulator                                     a team's world, with traffic
  python -m simulator --sessions 0 --speed 0              an empty, quiet world
  python -m simulator --keys bb_a,bb_b --projects 4       two accounts with two projects each

control, without a key (docs/simulator.md has the details):
  GET    /_sim               counts of projects, sessions and live sessions
  POST   /_sim/faults        {"match": "GET /v1/sessions", "fault": "status", "status": 500, "count": 3}
                             fault: status latency reset half_body html_502 bad_json unknown_values hang
                             also: seconds, probability, headers, when ("before" or "after" the real thing)
  GET    /_sim/faults        the faults in force
  DELETE /_sim/faults        ends all faults and frees what hangs
  POST   /_sim/usage/reset   {"projectId": "..."} begins a billing cycle
  POST   /_sim/sessions      a list of session objects, put in as they are, replacing by id; each may have
                             "logs", "recording", "replays", "playlists", "files", "mp4sFail", or "story": true
  GET    /_sim/sessions/{id}/uploads  what was uploaded to a session
  POST   /_sim/play          {"client": "plays" | "never_connects" | "disconnects" | "crashes", "seconds": 10,
                             "session": {...}} creates a session whose client behaves so
"""


def main() -> int:
    options = parsed_options()
    leave_quietly_on_signals()
    try:
        listeners = [listening_socket(options.host, port) for port in (options.port, options.media_port)]
    except OSError as error:
        ports = " or ".join(str(port) for port in (options.port, options.media_port) if port)
        print(f"simulator: cannot listen on {options.host}:{ports}: {error.strerror}", file=sys.stderr)
        return 1
    world = new_world(
        options.keys,
        options.projects,
        options.sessions,
        options.seed,
        options.concurrency,
        options.creates_per_minute,
        options.speed,
    )
    if options.speed:
        Traffic(world, options.speed, options.seed)
    port, media_port = (listener.getsockname()[1] for listener in listeners)
    line = f"simulator: http://{options.host}:{port}, {world.summary}"
    serve(simulator_app(world, media_port), listeners, lambda: print(line, flush=True))
    return 0


def parsed_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m simulator",
        description=ABOUT,
        epilog=MORE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=WholeNumber(0, 65535), default=4010, help="default 4010; 0 takes a free one")
    parser.add_argument(
        "--media-port", type=WholeNumber(0, 65535), default=0, help="of segments and films; default 0: a free one"
    )
    parser.add_argument("--host", default="127.0.0.1", help="default 127.0.0.1")
    parser.add_argument(
        "--projects", type=WholeNumber(1, 10_000), help="default 3, or one for each key if these are more"
    )
    parser.add_argument(
        "--sessions", type=WholeNumber(0), default=600, help="sessions of the last 30 days, default 600"
    )
    parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same world; default 7")
    parser.add_argument("--speed", type=speed, default=1.0, help="of the traffic by itself: 0 none, default 1")
    parser.add_argument(
        "--keys",
        type=keys,
        default=["bb_demo"],
        help="API keys, with commas; projects go to them in turn; default bb_demo",
    )
    parser.add_argument(
        "--concurrency", type=WholeNumber(0), default=25, help="of each project, default 25; 0: no limit"
    )
    parser.add_argument(
        "--creates-per-minute",
        type=WholeNumber(0),
        default=25,
        help="that requests may make, for each key; default 25; 0: no limit",
    )
    options = parser.parse_args()
    options.projects = options.projects or max(3, len(options.keys))
    if options.projects < len(options.keys):
        parser.error("--projects: each key needs one of its own")
    return options


class WholeNumber:
    """An argparse type: a whole number in a range."""

    def __init__(self, least: int, most: int | None = None) -> None:
        self.least, self.most = least, most

    def __call__(self, text: str) -> int:
        number = int(text)
        if number < self.least or (self.most is not None and number > self.most):
            raise argparse.ArgumentTypeError(f"expected {self.least} to {self.most}" if self.most else "negative")
        return number

    def __repr__(self) -> str:
        return "whole number"


def speed(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 1000:
        raise argparse.ArgumentTypeError("expected 0 to 1000")
    return number


def keys(text: str) -> list[str]:
    found = list(dict.fromkeys(key.strip() for key in text.split(",") if key.strip()))
    if not found:
        raise argparse.ArgumentTypeError("expected at least one key")
    return found


if __name__ == "__main__":
    sys.exit(main())
