"""Room: whether the weights that a setting asks for can be held by this machine at all."""

from __future__ import annotations

import os
from collections.abc import Sequence

from tsrnn.errors import SettingError
from tsrnn.nn.library import GATES, Cell

_COPIES = 4  # while it learns, a weight has a gradient and two moments


def refuse_too_many(cell: Cell, hidden_size: int, widths: Sequence[int]) -> None:
    """SettingError where learning the weights of layers that read `widths` takes more memory than there is."""
    weights = sum(GATES[cell] * hidden_size * (width + hidden_size + 2) for width in widths)
    needed, there = 4 * _COPIES * weights, _memory()  # float32
    if there and needed > there:
        raise SettingError(
            f"hidden_size={hidden_size:,} makes {weights:,} weights; learning them takes {needed / 2**30:,.0f} GiB, "
            f"but this machine has {there / 2**30:,.0f}; give a smaller hidden_size or fewer layers",
            code="E132",
            value=hidden_size,
        )


def _memory() -> int:
    """Bytes of the machine, 0 where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return 0
