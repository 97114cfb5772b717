"""What the person at the terminal reads: our own words, and each part's log behind its name."""

import os
import queue
import sys
import threading

COLOURS = {"postgres": 34, "valkey": 36, "simulator": 35, "web": 32, "worker": 33, "beat": 90}
LINES_WAITING = 10_000
LONGEST_LINE = 65_536


class Output:
    """Writes from a thread of its own: a reader who stops reading (a full pipe, a terminal held by Ctrl-S) must hold
    up neither the parts nor their stop. What cannot be written in time is left out."""

    def __init__(self, descriptor: int = 1) -> None:
        self.descriptor = descriptor
        self.is_coloured = os.isatty(descriptor) and "NO_COLOR" not in os.environ
        self.lines: queue.Queue[bytes | None] = queue.Queue(LINES_WAITING)
        self.writer = threading.Thread(target=self.write_lines, daemon=True)
        self.writer.start()

    def say(self, text: str) -> None:
        """Our own words."""
        self.put(text.encode())

    def log(self, name: str, line: bytes) -> None:
        """One line of a part's log, without its line end."""
        mark = f"{name:9} | ".encode()
        if self.is_coloured:
            mark = b"\033[%dm%s\033[0m" % (COLOURS.get(name, 37), mark)
        self.put(mark + line)

    def put(self, line: bytes) -> None:
        try:
            self.lines.put_nowait(line + b"\n")
        except queue.Full:
            return

    def write_lines(self) -> None:
        while (line := self.lines.get()) is not None:
            try:
                while line:
                    line = line[os.write(self.descriptor, line) :]
            except OSError:  # Nobody reads any more. The parts go on until they are asked to stop.
                continue

    def close(self, wait_s: float = 0.5) -> None:
        """Write what is left, as far as somebody reads it."""
        sys.stdout.flush()
        try:
            self.lines.put_nowait(None)
        except queue.Full:
            return
        self.writer.join(wait_s)


class LineCutter:
    """Cuts a stream of bytes into lines; one longer than 64 KiB comes in pieces."""

    def __init__(self) -> None:
        self.rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        *lines, self.rest = (self.rest + data).split(b"\n")
        if len(self.rest) > LONGEST_LINE:
            lines.append(self.rest)
            self.rest = b""
        return [line.rstrip(b"\r") for line in lines]
