"""A real browser to open reports in: Chromium, on the path, without a window."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars --force-device-scale-factor=1"
).split()
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def chromium() -> str:
    """Where Chromium is; the test fails where it is not."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.fail("the browser tests need Chromium on the path; on Debian: apt-get install chromium")
    return found


def open_in_browser(page: Path, folder: Path, *flags: str) -> str:
    """What Chromium writes to its output."""
    return run_browser(page, folder, *flags).stdout


def run_browser(page: Path, folder: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    """Chromium at one page, with flags; it fails where Chromium does."""
    command = [chromium(), *FLAGS, f"--user-data-dir={folder / 'profile'}", *flags, page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)


def without_policy(page: str, scripts: str) -> str:
    """A copy in which scripts may run, with `scripts` at its end."""
    return POLICY.sub("", page).replace("</body>", scripts + "</body>")
