"""What commands say: tables and JSON on standard output, notes and errors in single lines on standard error."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tsrnn.errors import SettingError

_LONGEST = 800  # characters of a line that says what went wrong
_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b.?")
_TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # characters that turn the direction of writing
_CONTROLS = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029{_TURNS}]")  # all but tab and line feed

# How the library says it → how it is said on the command line.
_WORDS = (
    (re.compile(r"Columns\((id|time|target|past|future|static|holidays|categorical)=[^)]*\)"), r"--\1"),
    (re.compile(r"Columns\(joint=True\)"), "--joint"),
    (re.compile(r"in Columns\(…\)"), "with --id, --time or --target"),
    (re.compile(r"Repairs\((missing|gaps|duplicates)='(\w+)'\)"), r"--\1 \2"),
    (re.compile(r"Repairs\(on_short='(\w+)'\)"), r"--on-short \1"),
    (re.compile(r"allow (Repairs\(\w+='\w+'\))"), r"allow \1 in Python"),
    (re.compile(r"predict\(future=…\)"), "--future FILE"),
    (re.compile(r"decoder=Recursive\(\)"), "--decoder recursive"),
    (re.compile(r"or use Direct\(\)"), "or use --decoder direct"),
    (re.compile(r"name them as future=…"), "name them with --future"),
    (re.compile(r"fit with (Recursive\(samples=\d+\))"), r"take lower levels, or \1 in Python"),
    (re.compile(r"\b(horizon|lookback|season|measure)='?(\w++|…)(?![:,])'?"), r"--\1 \2"),
    (re.compile(r"fit with Quantiles holding them"), "take lower levels"),
    (re.compile(r"n_jobs is a"), "--jobs is a"),
    (re.compile(r"storage='([^']*)' cannot"), r"--storage \1 cannot"),
    (re.compile(r"give space=\{'setting': \[choices\]\}"), "say what to search: --search SETTING=A,B"),
    (
        re.compile(r"over a list of choices or a range \(low, high\) or \(low, high, 'log'\); got .*"),
        "over choices, A,B, or a range, LOW:HIGH or LOW:HIGH:log, with LOW below HIGH",
    ),
    (
        re.compile(r", leave the series out, or give each series its own cutoffs=\{series: \[stamps\]\}"),
        " or leave the series out",
    ),
    (
        re.compile(
            r", for example (with|by) [\w.]*(asfreq|reindex|groupby|resample)\(([^()]|\([^()]*\))*\)(\.mean\(\))?"
        ),
        "",
    ),
    (re.compile(r", for example with (pd\.to_datetime|\.astype)\([^)]*\)"), ""),
    (re.compile(r" \(pd\.to_datetime\)"), ""),
    (re.compile(r"with NaN where"), "empty where"),
    (re.compile(r"localize them: tz_localize\([^)]*\)"), "give each with its offset from UTC, 2024-10-27T02:00+01:00"),
    (
        re.compile(r"stamp months and quarters as periods, .*to_period\('M'\)"),
        "stamp every month or quarter by its first day, or every one by its last",
    ),
    (re.compile(r"tokens='(\w+)'"), r"--tokens \1"),
    (re.compile(r"read it with tsrnn\.nlp\.load"), "its commands are those of 'tsrnn text'"),
    (re.compile(r"read it with tsrnn\.load"), "use 'tsrnn forecast'"),
    (re.compile(r"convert it, for example with pd\.to_numeric\(…\)"), "say --na TEXT, if it means a missing value"),
    (re.compile(r"list_datasets\(\)"), "'tsrnn datasets'"),
    (re.compile(r'load\("([^"]+)", download=True\)'), r"'tsrnn datasets \1 --download'"),
)


def in_our_words(text: str) -> str:
    """A message of the library with Python replaced by what is typed here.

    >>> in_our_words("time column 'a'; name it Columns(time='a'); list_datasets() shows all 92")
    "time column 'a'; name it --time; 'tsrnn datasets' shows all 92"
    """
    for pattern, words in _WORDS:
        text = pattern.sub(words, text)
    return text


def clean(text: str) -> str:
    """`text` without escape sequences and control characters, which could move or recolour a terminal.

    >>> clean("a\\x1b[31mb\\x07")
    'ab'
    """
    return _CONTROLS.sub("", _ESCAPES.sub("", text))


def one_line(text: str) -> str:
    """`text` on one line, clean and of bearable length."""
    line = clean(" ".join(text.split()))
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def say(text: str) -> None:
    """One line on standard error."""
    sys.stderr.write(one_line(text) + "\n")
    sys.stderr.flush()


def put(text: str) -> None:
    """An answer on standard output; a terminal gets it without control characters."""
    sys.stdout.write(clean(text) if sys.stdout.isatty() else text)
    sys.stdout.flush()


def put_json(answer: dict[str, Any]) -> None:
    """One JSON object on standard output; numbers that are none are null."""
    put(json_text(answer))


def json_text(answer: dict[str, Any]) -> str:
    """The text of `put_json`, for a file."""
    return json.dumps(plain(answer), ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def plain(value: Any) -> Any:
    """Any value as JSON holds it: NaN and infinity as null, times as ISO 8601, everything unknown as text.

    >>> plain({"mase": float("nan"), "levels": (80.0,)})
    {'mase': None, 'levels': [80.0]}
    """
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if hasattr(value, "isoformat"):  # before the numbers: NaT is a time as well
        return value.isoformat() if value == value else None
    if hasattr(value, "item"):
        return plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return str(value)


def put_words(text: str) -> None:
    """A paragraph on standard output, as wide as the terminal."""
    put(textwrap.fill(clean(" ".join(text.split())), width=min(width(), 100)) + "\n")


def width() -> int:
    """Columns of the terminal."""
    return max(20, shutil.get_terminal_size((100, 24)).columns)


def put_table(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]) -> None:
    """A table of aligned columns; on a terminal too narrow for it the last columns are left out, and it says so."""
    on_terminal = sys.stdout.isatty()
    cells = [[clean(" ".join(text.split())) for text in row] for row in [list(heads), *rows]]
    sizes = [max(_columns(row[place]) for row in cells) for place in range(len(heads))]
    shown = len(heads)
    while on_terminal and shown > 1 and sum(sizes[:shown]) + 2 * (shown - 1) > width():
        shown -= 1
    lines = ["  ".join(_pad(*part) for part in zip(row[:shown], sizes, right, strict=False)).rstrip() for row in cells]
    if on_terminal and _colourful():
        lines[0] = f"\x1b[1m{lines[0]}\x1b[0m"
    if shown < len(heads):
        lines.append(f"({', '.join(heads[shown:])}: in a wider window, or with --json)")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _colourful() -> bool:
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _columns(text: str) -> int:
    """How many columns `text` takes; a Hangul syllable takes two, a combining mark none."""
    wide = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    return wide - sum(unicodedata.combining(letter) > 0 for letter in text)


def _pad(text: str, size: int, right: bool) -> str:
    blank = " " * (size - _columns(text))
    return blank + text if right else text + blank


class Talk:
    """What a command says beside its answer; notes wait until every check has passed, so that an error stands alone."""

    def __init__(self, quiet: bool = False) -> None:
        self._quiet = quiet
        self._waiting: list[str] = []
        self._open = False

    @property
    def lively(self) -> bool:
        """Whether bars and the like may be shown: on a terminal that was not told to be quiet."""
        return sys.stderr.isatty() and not self._quiet

    def note(self, text: str) -> None:
        """A line on standard error, at once when work has begun; none where it was told to be quiet."""
        if self._quiet:
            return
        if self._open:
            say(text)
        else:
            self._waiting.append(text)

    @contextmanager
    def work(self, text: str) -> Iterator[None]:
        """The long part: notes are said, and a terminal shows that something is going on."""
        self.release()
        if not self.lively:
            self.note(text)
            yield
            return
        from rich.console import Console
        from rich.text import Text

        with Console(stderr=True).status(Text(one_line(text))):
            yield

    def release(self) -> None:
        """Says what was waiting; from now on notes are said at once."""
        self._open = True
        for text in self._waiting:
            say(text)
        self._waiting = []


def check_writable(path: Path | None) -> None:
    """SettingError now, not after long work, where a file cannot be written."""
    if path is None:
        return
    folder = path.parent
    if path.is_dir():
        raise SettingError(f"{path} is a folder; give the name of a file")
    if not folder.is_dir():
        raise SettingError(f"{path} cannot be written: there is no folder {folder}; make it first")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise SettingError(f"{path} cannot be written: no permission; choose another place")


def refuse_source(source: str, path: Path | None) -> None:
    """SettingError where a file to write is the one that is read."""
    if path is not None and path.exists() and Path(source).exists() and path.samefile(source):
        raise SettingError(f"{path} is the data itself, which would be overwritten; choose another name")


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A name to write to that becomes `path` at the end, so that nobody ever sees half a file."""
    target = path.resolve()
    if target.exists() and not target.is_file():  # a device or a pipe, such as /dev/stdout
        yield target
        return
    half = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield half
        os.replace(half, target)
    finally:
        half.unlink(missing_ok=True)
