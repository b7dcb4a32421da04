"""The Markdown page: no name becomes a heading, a link, a picture, a row of a table or HTML, wherever it stands."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from tests.payloads import FORMULAS, MARKDOWN, PAGES, TERMINALS
from tests.report import sample
from tests.report.test_html_safety import FIELDS
from tsrnn.report.contents import Contents
from tsrnn.report.markdown import to_markdown

SHOWN = ("title", "verdict", "command", "column of the leaderboard", "model", "series", "finding of a pair")


def tags(contents: Contents) -> list[str]:
    """What an ordinary reader of Markdown, with HTML let through, makes of the page, without its words."""
    page = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(to_markdown(contents))
    return re.findall(r"<(/?[a-zA-Z!][^>]*)", page.replace("<!-- -->", ""))


@pytest.fixture(scope="module")
def small() -> Contents:
    return sample.tested(sample.small())


def with_text(contents: Contents, text: str) -> Contents:
    for field in SHOWN:
        contents = FIELDS[field](contents, text)
    return contents


@pytest.mark.parametrize(
    "texts", [PAGES, MARKDOWN, FORMULAS, TERMINALS], ids=["page", "markdown", "formula", "terminal"]
)
def test_the_page_is_built_alike_whatever_the_names_say(texts: dict[str, str], small: Contents) -> None:
    plain = tags(with_text(small, "plain"))
    assert len(plain) > 50
    assert [name for name, text in texts.items() if tags(with_text(small, text)) != plain] == []


@pytest.mark.parametrize(("text", "tag"), [("[a](https://b)", "a"), ("<script>", "script"), ("# a", "h1")])
def test_the_reader_would_see_what_is_looked_for(text: str, tag: str) -> None:
    assert f"<{tag}" in MarkdownIt("commonmark", {"html": True}).render(text)
