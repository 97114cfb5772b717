"""What is said before anything is started."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from launcher.environment import number
from launcher.errors import LaunchError
from launcher.guards import check_ports, lock_clone

HOLD = """
import sys, time
from pathlib import Path
from launcher.guards import lock_clone
with lock_clone("make demo", 8000, Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture(params=["127.0.0.1", "0.0.0.0"])  # noqa: S104 (the case under test)
def taken_port(request):
    with socket.create_server((request.param, 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_named_with_the_variable_that_chooses_another(taken_port):
    with pytest.raises(LaunchError, match=f"{taken_port}.*taken.*SIM_PORT="):
        check_ports({"PORT": free_port(), "SIM_PORT": taken_port})


def test_every_taken_port_is_named():
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:
        ports = {"PORT": one.getsockname()[1], "SIM_PORT": two.getsockname()[1]}
        with pytest.raises(LaunchError, match=rf"(?s){ports['PORT']}.*{ports['SIM_PORT']}"):
            check_ports(ports)


def test_one_port_for_both_is_refused():
    with pytest.raises(LaunchError, match="PORT and SIM_PORT are the same"):
        check_ports({"PORT": 8000, "SIM_PORT": 8000})


def test_a_port_just_closed_is_free():
    port = free_port()
    check_ports({"PORT": port})


def free_port():
    """One that has just served a connection, as after a stop."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()
    return port


@pytest.mark.parametrize("text", ["eight", "0", "65536", "-1", "8000.5", "٨٠٠٠"])
def test_what_is_no_port_is_refused_by_name(text):
    with pytest.raises(LaunchError, match=r"PORT=.*is not a port"):
        number({"PORT": text}, "PORT", 8000)


def test_a_second_start_in_one_clone_names_the_first(tmp_path):
    path = tmp_path / "lock"
    with lock_clone("make up", 8000, path), pytest.raises(LaunchError, match=r"`make up`.*port 8000.*already"):
        lock_clone("make demo", 8001, path)


def test_a_killed_start_holds_no_lock(tmp_path):
    path = tmp_path / "lock"
    clone = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", HOLD, path], cwd=clone, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LaunchError):
            lock_clone("make demo", 8000, path)
        holder.kill()
    lock_clone("make demo", 8000, path).close()
