"""The page that every report is: its shell, its style, and what each section of one shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tsrnn.report.palette import looks
from tsrnn.report.parts import Part
from tsrnn.report.words import say


@dataclass(frozen=True)
class Section:
    """A section: its name in the list of sections, its heading, a line about it, and what it shows.

    `ident` is letters of ours, never of the data. Shown are `pairs` of name and value where there are any, else the
    `part`, or the sentence `empty` where that has nothing.
    """

    ident: str
    name: str
    heading: str
    lead: str = ""
    part: Part = field(default_factory=Part)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    empty: str = ""


def to_page(
    title: str, verdict: str, sections: Sequence[Section], *, facts: str = "", legend: Sequence[str] = ()
) -> str:
    """A report of these sections as one HTML page, the same characters for the same contents.

    `legend` are the names of the lines in its charts; the first has the first colour.
    """
    page = {
        "title": title,
        "verdict": verdict,
        "facts": facts,
        "legend": [(name, look.swatch) for name, look in looks(legend).items()],
        "sections": [(section.ident, section.name) for section in sections],
        "views": sections,
    }
    return render("sections.html.j2", page)


def render(template: str, page: Mapping[str, object]) -> str:
    """A template of this package with its values, every one of them text unless it is Markup, in the reports' style."""
    style = Markup(files("tsrnn.report").joinpath("style.css").read_text(encoding="utf-8"))
    return _environment().get_template(template).render({**page, "style": style})


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("tsrnn.report", ""),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: value if isinstance(value, Markup) else say(value),
        trim_blocks=True,
        lstrip_blocks=True,
    )
