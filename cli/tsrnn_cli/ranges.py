"""What is typed of a search as choices and ranges: `hidden_size=16:128:log`, `lookback=24,48`."""

from __future__ import annotations

from typing import Any

from tsrnn.errors import SettingError
from tsrnn_cli.options import names_in


def ranges_in(words: list[str] | None) -> dict[str, Any] | None:
    """Each `SETTING=LOW:HIGH`, `SETTING=LOW:HIGH:log` or `SETTING=A,B` as the library takes it; None for none.

    >>> ranges_in(["hidden_size=16:128:log", "lookback=24,48", "training.learning_rate=0.001:0.01"])
    {'hidden_size': (16, 128, 'log'), 'lookback': [24, 48], 'training.learning_rate': (0.001, 0.01)}
    """
    found: dict[str, Any] = {}
    for word in words or []:
        name, equals, rest = word.partition("=")
        if not equals or not name.strip() or not rest.strip():
            raise SettingError(f"--search takes SETTING=LOW:HIGH or SETTING=A,B, such as lookback=24,48; got {word!r}")
        if name in found:
            raise SettingError(f"--search names {name!r} twice; give one range or one list of choices")
        ends = rest.split(":")
        if len(ends) == 1:
            found[name.strip()] = [_value(choice) for choice in names_in(rest)]
        else:
            found[name.strip()] = _range(ends, word)
    return found or None


def _range(ends: list[str], word: str) -> tuple[Any, ...]:
    low, high = _value(ends[0]), _value(ends[1])
    numbers = all(isinstance(end, (int, float)) and not isinstance(end, bool) for end in (low, high))
    if not numbers or ends[2:] not in ([], ["log"]):
        raise SettingError(f"a range is LOW:HIGH or LOW:HIGH:log with numbers, such as 16:128:log; got {word!r}")
    return (low, high, *ends[2:])


def _value(text: str) -> Any:
    """A number, true, false or none where it is one, else the text."""
    text = text.strip()
    words = {"true": True, "false": False, "none": None}
    if text.lower() in words:
        return words[text.lower()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
