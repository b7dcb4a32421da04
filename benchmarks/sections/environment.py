"""The peers' own virtual environment: made on the first run in the user's cache, used again until the pins change."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

PINS = Path(__file__).resolve().parents[1] / "peers.txt"


def python() -> Path:
    """The Python that has the peers."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tsrnn-benchmarks"
    version = "{}.{}".format(*sys.version_info[:2])
    folder = cache / f"peers-{version}-{hashlib.sha256(PINS.read_bytes()).hexdigest()[:12]}"
    found = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    ready = folder / "ready"
    if not ready.exists():
        print(f"Installing the peers into {folder}; some minutes, this once.", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        pip = [str(found), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        subprocess.run([*pip, "--requirement", str(PINS)], check=True, stdout=sys.stderr)
        ready.touch()
    return found
