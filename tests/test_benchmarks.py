"""The speed benchmark: its tables, its turns, and the bare loop, which learns what `fit` learns."""

from __future__ import annotations

import doctest
import re
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from tsrnn.forecasters.recurrent import GRUForecaster, LSTMForecaster
from tsrnn.frame import read
from tsrnn.nn.heads import Head, Point, Quantiles
from tsrnn.training import Training

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"
LOOKBACK, HORIZON, HIDDEN = 12, 3, 5


@pytest.fixture
def section(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The package of sections, as the script sees it."""
    monkeypatch.syspath_prepend(FOLDER)
    return import_module("sections")


def part(name: str) -> ModuleType:
    return import_module(f"sections.{name}")


def test_a_table_has_a_column_a_heading_and_numbers_to_three_digits(section: ModuleType) -> None:
    found = doctest.testmod(part("pages"))
    assert (found.attempted, found.failed) == (1, 0)


def test_a_table_takes_the_place_of_the_one_before_it_and_nothing_else(section: ModuleType, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- a -->\nold\n<!-- /a -->\n<!-- b -->\nkept\n<!-- /b -->\n", encoding="utf-8")
    part("pages").write("a", "new\nlines", page)
    text = page.read_text(encoding="utf-8")
    assert text == "before\n<!-- a -->\nnew\nlines\n<!-- /a -->\n<!-- b -->\nkept\n<!-- /b -->\n"
    with pytest.raises(SystemExit, match=r"has no place for the table: give it <!-- c --> and <!-- /c --> on lines"):
        part("pages").write("c", "new", page)


def test_every_section_has_its_place_on_the_page(section: ModuleType) -> None:
    page = part("pages").PAGE.read_text(encoding="utf-8")
    names = import_module("speed").SECTIONS
    assert [name for name in names if f"<!-- {name} -->\n" not in page or f"<!-- /{name} -->" not in page] == []


def test_turns_alternate_and_the_first_does_not_count(section: ModuleType) -> None:
    order: list[str] = []

    def measure(name: str, figures: list[float]) -> float:
        order.append(name)
        return figures.pop(0)

    own, other = [9.0, 2.0, 3.0], [9.0, 1.0, 2.0]
    pairs = part("turns").in_turn(lambda: measure("a", own), lambda: measure("b", other), 2)
    assert pairs == [(2.0, 1.0), (3.0, 2.0)]
    assert order == ["b", "a", "a", "b", "b", "a"]
    compared = part("turns").ratio([2.0, 3.0], [1.0, 2.0])
    assert (compared.median, compared.low, compared.high, compared.spread) == (1.75, 1.5, 2.0, "1.50 to 2.00")


@pytest.mark.parametrize("kind", [GRUForecaster, LSTMForecaster])
@pytest.mark.parametrize("head", [Point(), Quantiles()])
def test_the_bare_loop_learns_the_weights_that_fit_learns(
    section: ModuleType, kind: type[GRUForecaster] | type[LSTMForecaster], head: Head
) -> None:
    walk = np.random.default_rng(0).normal(size=120).cumsum()
    panel = read(pd.Series(walk, pd.date_range("2024-01-01", periods=120, freq="h")))
    windows = 120 - LOOKBACK - HORIZON + 1

    def fit(learning_rate: float) -> tuple[Any, list[torch.Tensor]]:
        # Each batch is all windows, so that their order does not matter.
        settings = Training(6, windows, 1, learning_rate=learning_rate, validation=0.0)
        model: Any = kind(HORIZON, LOOKBACK, hidden_size=HIDDEN, head=head, training=settings).fit(panel).fitted_.model
        return model, [weight.detach() for weight in model.network.parameters()]

    model, learned = fit(2e-3)
    _, start = fit(1e-30)
    values = torch.from_numpy(model.scales.target.apply(panel)[:, 0]).float()
    loop = part("bare").BareLoop(kind.name, (LOOKBACK, HORIZON, HIDDEN), head, Training(), 6)
    with torch.no_grad():
        for weight, first in zip(loop.weights, start, strict=True):
            weight.copy_(first)
    for _ in range(6):
        loop.step(values.unfold(0, LOOKBACK + HORIZON, 1))
    own = [weight.detach() for weight in loop.weights]
    assert max(float((weight - first).abs().max()) for weight, first in zip(learned, start, strict=True)) > 5e-3
    for weight, bare in zip(learned, own, strict=True):
        torch.testing.assert_close(bare, weight, rtol=0, atol=1e-4)


def test_a_watched_head_is_the_head_and_is_seen_once_a_step(section: ModuleType) -> None:
    work = part("workload")
    fit = work.clocked("gru", work.walks(2, 300), work.steps_only(3, 4))
    assert fit.step > 0 and fit.setup > 0
    clock = work.Clock()
    head = work.watched(Quantiles((0.1, 0.5, 0.9)), clock)
    raw, actual = torch.zeros(2, 3, 1, 3), torch.ones(2, 3, 1)
    assert torch.equal(head.loss(raw, actual), Quantiles((0.1, 0.5, 0.9)).loss(raw, actual))
    assert (head.outputs, len(clock.times)) == (3, 1)


def test_every_package_of_the_peers_is_pinned_and_darts_comes_once() -> None:
    lines = (FOLDER / "peers.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    assert all(re.fullmatch(r"[0-9][0-9a-z.]*", version) for version in pins.values())
    wanted = {"neuralforecast": "3.3.0", "darts": "0.48.1", "gluonts": "0.17.0", "torch": "2.13.0"}
    assert {name: pins.get(name) for name in wanted} == wanted
    assert "u8darts" not in pins
