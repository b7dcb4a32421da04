"""Numbers as people read them: three telling digits, one number of decimals for a column, a dash for NaN."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from tsrnn.report.words import DASH

MINUS = "\u2212"
PER_CENT = "\u00a0%"  # never alone on the next line
_SMALL, _LARGE = 1e-4, 1e9  # outside these, powers of ten


def decimals(values: Iterable[float], digits: int = 3) -> int:
    """Decimals that give a column's smallest value `digits` significant digits, and its largest no more than six.

    >>> decimals([0.312, 12.5])
    3
    """
    sizes = [abs(value) for value in values if math.isfinite(value) and abs(value) >= _SMALL]
    if not sizes:
        return 0 if digits < 2 else 2
    wanted = digits - 1 - math.floor(math.log10(min(sizes)))
    bearable = 5 - math.floor(math.log10(max(sizes)))
    return max(0, min(wanted, bearable, 6))


def number(value: float, places: int) -> str:
    """`value` with `places` decimals, thousands grouped, a true minus; very large and small ones as 1.23e-7.

    >>> number(12345.678, 1), number(float("nan"), 2) == DASH
    ('12,345.7', True)
    """
    if math.isnan(value):
        return DASH
    if math.isinf(value):
        return "\u221e" if value > 0 else MINUS + "\u221e"
    size = abs(value)
    if size >= _LARGE or (0 < size < _SMALL):
        text = f"{size:.2e}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-").replace("e-", f"e{MINUS}")
    else:
        text = f"{size:,.{places}f}"
    below_zero = value < 0 and any(letter in "123456789" for letter in text)
    return MINUS + text if below_zero else text


def column(values: Sequence[float], digits: int = 3) -> list[str]:
    """A column of numbers with the same decimals, so that points stand under one another.

    >>> column([1.0, 0.125])
    ['1.000', '0.125']
    """
    numbers = [float(value) for value in values]
    if all(math.isnan(value) or (value.is_integer() and abs(value) < _LARGE) for value in numbers):
        return [number(value, 0) for value in numbers]
    places = decimals(numbers, digits)
    return [number(value, places) for value in numbers]


def one(value: float, digits: int = 3) -> str:
    """One number with `digits` significant digits.

    >>> one(0.31234)
    '0.312'
    """
    return number(value, decimals([value], digits))


def per_cent(fraction: float, places: int = 1) -> str:
    """A fraction in per cent.

    >>> per_cent(0.8125)
    '81.2\xa0%'
    """
    return DASH if math.isnan(fraction) else f"{number(100 * fraction, places)}{PER_CENT}"


def skill(fraction: float) -> tuple[str, str]:
    """Skill with its sign and a word: how much smaller the error is than the other model's.

    >>> skill(0.123), skill(0.0)
    (('+12.3\xa0%', 'lower error'), ('0.0\xa0%', 'same'))
    """
    if math.isnan(fraction):
        return DASH, ""
    text = per_cent(fraction)
    if not any(letter in "123456789\u221e" for letter in text):
        return f"0.0{PER_CENT}", "same"
    return (f"+{text}", "lower error") if fraction > 0 else (text, "higher error")


def span(low: float, high: float, places: int = 1) -> str:
    """An interval of shares in per cent; empty where it is not known.

    >>> span(0.031, 0.2), span(-math.inf, 0.2), span(math.nan, 0.2)
    ('3.1 to 20.0\xa0%', 'up to 20.0\xa0%', '')
    """
    if math.isnan(low) or math.isnan(high):
        return ""
    if math.isinf(low):
        return f"up to {per_cent(high, places)}"
    return f"{number(100 * low, places)} to {per_cent(high, places)}"


def chance(p_value: float) -> str:
    """A p-value in words.

    >>> chance(0.0312), chance(1e-9), chance(math.nan)
    ('p = 0.031', 'p < 0.001', '')
    """
    if math.isnan(p_value):
        return ""
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.2g}"


def seconds(value: float) -> str:
    """Seconds with two decimals, none from a thousand on.

    >>> seconds(0.004), seconds(12.8)
    ('< 0.01', '12.80')
    """
    return "< 0.01" if 0 < value < 0.01 else number(value, 2 if value < 1000 else 0)


def ticks(values: Sequence[float]) -> list[str]:
    """Short labels for evenly spaced axis ticks: 0.5, 1,200, 3.5M, 2bn.

    >>> ticks([0.0, 2.5e6, 5e6])
    ['0', '2.5M', '5.0M']
    """
    array = np.asarray(values, dtype=np.float64)
    largest = float(np.max(np.abs(array), initial=0.0))
    gap = float(np.min(np.diff(array))) if array.size > 1 else largest
    if largest == 0 or gap <= 0:
        return ["0" if value == 0 else f"{value:g}" for value in array]
    if largest >= 1e12 or largest < 1e-3:
        return ["0" if value == 0 else number(float(value), 0).replace(MINUS, "-") for value in _rounded(array, gap)]
    unit, mark = next(((u, m) for u, m in ((1e9, "bn"), (1e6, "M")) if largest >= u), (1.0, ""))
    places = max(0, min(8, _places(gap / unit)))
    return ["0" if value == 0 else number(float(value) / unit, places) + mark for value in _rounded(array, gap)]


def whole_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Whole numbers between two values, at a round distance (1, 2, 5, 10 …).

    >>> whole_ticks(0.5, 12.5)
    [5.0, 10.0]
    """
    if not high > low:
        return [float(round(low))]
    raw = max(1.0, (high - low) / most)
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= raw * 0.999)
    count = math.floor(high / step) - math.ceil(low / step) + 1
    return [float((math.ceil(low / step) + i) * step) for i in range(max(count, 0))] or [float(round(low))]


def _rounded(array: np.ndarray, gap: float) -> np.ndarray:
    return np.where(np.abs(array) < gap * 1e-6, 0.0, array)


def _places(gap: float) -> int:
    """Decimals needed to write a tick distance such as 0.25 exactly."""
    for places in range(9):
        if abs(round(gap, places) - gap) < gap * 1e-6:
            return places
    return 8
