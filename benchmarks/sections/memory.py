"""Memory of training against the number of windows: each size in a process of its own, by the system's own count.

Run as a program with a number of rows it is that process, and prints what it found as JSON. Needs Linux's /proc.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]
MIB = 2**20
ROWS_OF_A_SERIES = 10_000
STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def rows(quick: bool) -> list[dict[str, str | float]]:
    """A row a size: what fit holds when training begins, and what training adds to that at its peak."""
    if not CLEAR.exists():
        return [{"what": "not measured: this system has no /proc/self/clear_refs"}]
    return [_measured(size) for size in ((10**5, 10**6) if quick else (10**5, 10**6, 10**7))]


def _measured(size: int) -> dict[str, str | float]:
    command = [sys.executable, "-m", "sections.memory", str(size)]
    done = subprocess.run(command, cwd=FOLDER, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return {
        "series": size // ROWS_OF_A_SERIES,
        "windows": found["windows"],
        "the frame, MiB": round(8 * size / MIB, 1),
        "fit reads and scales, peak MiB": round(found["read"] / MIB, 1),
        "held when training begins, MiB": round(found["held"] / MIB, 1),
        "… bytes a row": round(found["held"] / size, 1),
        "training adds, peak MiB": round(found["training"] / MIB, 1),
        "… bytes a window": round(found["training"] / found["windows"], 1),
    }


def _status(name: str) -> int:
    """Bytes that the system counts: VmRSS now, VmHWM at the most since the last reset."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(name))
    return 1024 * int(line.split()[1])


def main() -> None:
    """One size: fit once small, so that what is loaded once is loaded, then the rows asked for."""
    from sections.workload import HORIZON, LOOKBACK, fitted, steps_only, walks, watched
    from tsrnn.nn.heads import Point

    size = int(sys.argv[1])
    series = size // ROWS_OF_A_SERIES
    data = walks(series, ROWS_OF_A_SERIES)
    fitted("gru", data.iloc[:1000, :1], steps_only(2, 20))
    seen: list[int] = []

    def first() -> None:
        if not seen:
            seen.extend((_status("VmHWM"), _status("VmRSS")))
            CLEAR.write_text("5")

    before = _status("VmRSS")
    CLEAR.write_text("5")
    fitted("gru", data, steps_only(3, 50), watched(Point(), first))
    peak, held = seen
    windows = series * (ROWS_OF_A_SERIES - LOOKBACK - HORIZON + 1)
    found = {"windows": windows, "read": peak - before, "held": held - before, "training": _status("VmHWM") - held}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
