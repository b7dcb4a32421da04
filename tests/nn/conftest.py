"""What tests of the kernel run over: every instruction set that this processor has."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from tsrnn.nn import fused, streaming
from tsrnn.nn.library import LEVELS, opened


@pytest.fixture(params=LEVELS)
def level(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Each instruction set that this processor has."""
    found, engine = opened()
    chosen = LEVELS.index(request.param)
    if found is None or chosen > found.level:
        pytest.skip(f"no {request.param} here ({engine.reason})")
    for module in (fused, streaming):
        monkeypatch.setattr(module, "opened", lambda: (dataclasses.replace(found, level=chosen), engine))
    yield request.param
