"""Named data sets for forecasting and text: `load(name)`, `list_datasets()`, `describe(name)`.

Three kinds in one catalogue: *embedded* (real series that come with statsmodels, no network), *simulated* (seeded, and
said to be so) and *downloaded* (from the folder named by TSRNN_DATA, from a cache, or from the public address, and
checked by checksum).

>>> from tsrnn_datasets import load
>>> co2 = load("co2")
>>> co2.index.freqstr, len(co2)
('W-SAT', 2284)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tsrnn_datasets.errors import DatasetError

if TYPE_CHECKING:
    from tsrnn_datasets.describing import describe, list_datasets
    from tsrnn_datasets.loading import load

__all__ = ["DatasetError", "describe", "list_datasets", "load"]

_HOMES = {
    "describe": "tsrnn_datasets.describing",
    "list_datasets": "tsrnn_datasets.describing",
    "load": "tsrnn_datasets.loading",
}


def __getattr__(name: str) -> Any:  # pandas is imported with the first use, not with the package
    if name not in _HOMES:
        raise AttributeError(f"module 'tsrnn_datasets' has no attribute {name!r}; it has {', '.join(__all__)}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
