"""The page runs nothing and loads nothing, and every text from the data shows as that text, wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from tests.payloads import FORMULAS, MARKDOWN, PAGES, TERMINALS
from tests.report import sample
from tests.report.page import Element, read
from tsrnn.report.contents import Contents
from tsrnn.report.html import to_html
from tsrnn.report.words import clean

PAYLOADS = {
    f"{kind} {name}": text
    for kind, texts in (("page", PAGES), ("markdown", MARKDOWN), ("formula", FORMULAS), ("terminal", TERMINALS))
    for name, text in texts.items()
}


def _frame(contents: Contents, name: str, column: str, text: str) -> Contents:
    frame: pd.DataFrame = getattr(contents, name).copy()
    frame[column] = text
    return Contents(**{**vars(contents), name: frame})


FIELDS: dict[str, Callable[[Contents, str], Contents]] = {
    "title": lambda contents, text: replace(contents, title=text),
    "verdict": lambda contents, text: replace(contents, verdict=text),
    "command": lambda contents, text: replace(contents, command=text),
    "card name": lambda contents, text: replace(contents, card=[(text, "1")]),
    "card value": lambda contents, text: replace(contents, card=[("Series", text)]),
    "settings": lambda contents, text: replace(contents, settings=[(text, text)]),
    "versions": lambda contents, text: replace(contents, versions=[(text, text)]),
    "finding": lambda contents, text: _frame(contents, "audit", "finding", text),
    "column of the audit": lambda contents, text: replace(
        contents, audit=contents.audit.rename(columns={"count": text})
    ),
    "notice": lambda contents, text: _frame(contents, "notices", "message", text),
    "column of the leaderboard": lambda contents, text: _frame(contents, "leaderboard", text, "1"),
    "reference": lambda contents, text: replace(
        contents, leaderboard=contents.leaderboard.rename(columns={"skill-vs-arima": f"skill-vs-{text}"})
    ),
    "finding of a pair": lambda contents, text: _found(contents, "pairs", "finding", text),
    "finding beside the last value": lambda contents, text: _found(contents, "against_last", "finding", text),
    "finding of an interval": lambda contents, text: _found(contents, "coverages", "finding", text),
    "finding of a bias": lambda contents, text: _found(contents, "biases", "finding", text),
    "model": lambda contents, text: sample.renamed(contents, "co2", text),
    "series": lambda contents, text: sample.renamed(contents, text, str(contents.leaderboard["model"].iloc[0])),
}


def _found(contents: Contents, name: str, column: str, text: str) -> Contents:
    changed: dict[str, Any] = {name: getattr(contents.checks, name).assign(**{column: text})}
    return replace(contents, checks=replace(contents.checks, **changed))


@pytest.fixture(scope="module")
def small() -> Contents:
    return sample.tested(sample.small())


def check_inert(page: str, tree: Element) -> None:
    """No script, no event handler, no form, nothing fetched from anywhere."""
    elements = tree.all()
    assert {element.tag for element in elements}.isdisjoint(
        {
            "script",
            "iframe",
            "object",
            "embed",
            "form",
            "link",
            "base",
            "img",
            "image",
            "foreignobject",
            "animate",
            "set",
        }
    )
    assert len([element for element in elements if element.tag == "style"]) == 1
    for element in elements:
        for name, value in element.attributes.items():
            assert not name.startswith("on"), (element.tag, name)
            if name in ("href", "src", "xlink:href", "action", "data"):
                assert value.startswith("#"), (element.tag, name, value)
            assert not re.search(r"url\((?!#)", value)
    style = tree.one("style").text
    assert "@import" not in style and "url(" not in style and "expression" not in style
    policy = tree.one("meta", **{"http-equiv": "Content-Security-Policy"}).attributes["content"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def test_the_page_runs_nothing_and_loads_nothing(small: Contents) -> None:
    page = to_html(small)
    check_inert(page, read(page))
    assert "http://" not in page and "https://" not in page


def test_every_hostile_text_shows_as_text_in_one_field_or_another() -> None:
    again = {
        "card name",
        "settings",
        "column of the audit",
    }  # what another field writes over, or shows in other letters
    texts = list(PAYLOADS.values())
    fields = [name for name in FIELDS if not name.startswith("finding ") and name not in again]
    for first in range(0, len(texts), len(fields)):
        contents = sample.small()
        given = dict(zip(fields, texts[first : first + len(fields)], strict=False))
        for name, text in given.items():
            contents = FIELDS[name](contents, text)
        page = to_html(contents)
        tree = read(page)
        check_inert(page, tree)
        missing = [name for name, text in given.items() if clean(text) not in tree.text]
        assert missing == []


@pytest.mark.slow
@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_hostile_text_shows_as_text_in_every_field_at_once(payload: str, small: Contents) -> None:
    contents = small
    for name, change in FIELDS.items():
        if name != "reference":
            contents = change(contents, payload)
    page = to_html(contents)
    tree = read(page)
    check_inert(page, tree)
    shown = clean(payload)
    assert [tree.one("head").one("title").text, tree.one("h1").text] == [shown, shown]
    for section in tree.all("section"):
        assert shown in section.text, section.attributes["id"]


@pytest.mark.parametrize("field", FIELDS)
def test_a_hostile_text_shows_in_each_field(field: str, small: Contents) -> None:
    payload = PAGES["attribute"]
    tree = read(to_html(FIELDS[field](small if field.startswith("finding ") else sample.small(), payload)))
    assert payload in tree.text


def test_characters_that_no_page_may_hold_are_made_visible(small: Contents) -> None:
    contents = replace(small, title="a\x00b\ud800c\x1b", settings=[("gru", "\x08")])
    page = to_html(sample.renamed(contents, "s\x00\ufffe", "m\x0c\x07"))
    page.encode("utf-8")
    tree = read(page)
    assert tree.one("h1").text == "a\ufffdb\ufffdc\ufffd"
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", page)
