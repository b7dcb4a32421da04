"""Files: a finished page or table written where the caller wants it."""

from __future__ import annotations

from pathlib import Path

from tsrnn.errors import SettingError


def written(path: str | Path, text: str) -> Path:
    """Writes a text as UTF-8 and gives its path; SettingError for a folder, or where there is no folder for it."""
    target = Path(path)
    if target.is_dir():
        raise SettingError(f"{target} is a folder; give the name of a file", value=path)
    if not target.parent.is_dir():
        raise SettingError(f"{target} cannot be written: there is no folder {target.parent}; make it first", value=path)
    target.write_text(text, encoding="utf-8", newline="\n")
    return target
