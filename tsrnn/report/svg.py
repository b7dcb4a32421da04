"""One matplotlib drawing as SVG that lives in a page: text stays text, colours are CSS variables, ids are unique.

Nothing from the data ever reaches matplotlib's text: a name is drawn as a token such as `~3~` and put in its place,
escaped, when the drawing is finished. So mathematics in names (`$x_{$`), glyphs that no installed font has, and markup
are all the same to it: letters.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree import ElementTree as ET

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tsrnn.report.palette import INK, VARIABLES
from tsrnn.report.words import clean

WIDTH, HEIGHT, FONT = 400.0, 262.0, 13.5  # px of the view box; the page scales it
_NUMBER = re.compile(r"-?\d+\.\d+")
_TOKEN = re.compile(r"~(\d+)~")
_STAND_IN = re.compile("|".join(VARIABLES))
_NEEDLESS = re.compile(
    r"(?:stroke-dashoffset: 0|stroke-linecap: butt|stroke-linejoin: (?:miter|round)|font(?:-family)?: [^;]*)(?:; ?|$)"
)
_HREF = "{http://www.w3.org/1999/xlink}href"
_KEPT = ("d", "x", "y", "width", "height", "transform", "style", "clip-path", _HREF)


class Drawing:
    """A figure with one axes of its own size, and the names that stand in it."""

    def __init__(self, figure: Figure, axes: Axes) -> None:
        self.figure, self.axes = figure, axes
        self._names: list[str] = []

    def words(
        self, text: str, x: float, y: float, *, colour: str = INK, right: bool = False, size: float = FONT
    ) -> None:
        """Write `text` at a place in px of the view box (from the left, from the bottom)."""
        self._names.append(clean(text))
        width, height = self.figure.get_size_inches() * 72
        self.figure.text(
            x / width,
            y / height,
            f"~{len(self._names) - 1}~",
            color=colour,
            fontsize=size,
            ha="right" if right else "left",
            va="center_baseline",
            parse_math=False,
        )

    def name(self, text: str) -> str:
        """A token to hand to matplotlib in place of `text`."""
        self._names.append(clean(text))
        return f"~{len(self._names) - 1}~"

    def svg(self, ident: str, title: str, description: str) -> Markup:
        """The finished drawing; `ident` keeps its ids apart from those of all other drawings of the page."""
        file = io.BytesIO()
        nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
        self.figure.savefig(file, format="svg", metadata=nothing, transparent=True)
        return Markup(self._page_ready(file.getvalue(), ident, title, description))

    def _page_ready(self, source: bytes, ident: str, title: str, description: str) -> str:
        drawn = ET.fromstring(source)
        used = set(re.findall(r"(?:url\(#|href=\"#)([\w-]+)", source.decode("utf-8")))
        short = {old: f"{ident}-{position}" for position, old in enumerate(sorted(used))}
        root = ET.Element("svg", {"viewBox": drawn.attrib["viewBox"], "role": "img"})
        root.set("aria-labelledby", f"{ident}-t {ident}-d")
        for tag, text in (("title", title), ("desc", description)):
            ET.SubElement(root, tag, {"id": f"{ident}-{tag[0]}"}).text = clean(text)
        self._copy(drawn, root, short)
        return ET.tostring(root, encoding="unicode")

    def _copy(self, source: ET.Element, target: ET.Element, short: dict[str, str]) -> None:
        """Copy what is seen: no styles of the whole page, no empty groups, no ids that nothing points to."""
        for child in source:
            tag = child.tag.partition("}")[2]
            if tag in ("style", "metadata"):
                continue
            attributes = _attributes(child, short)
            keep = tag != "g" or "clip-path" in attributes
            made = ET.SubElement(target, tag, attributes) if keep else target
            if tag == "text":
                made.text = _TOKEN.sub(lambda match: self._names[int(match[1])], child.text or "")
            if keep and tag == "path" and attributes.get("style") == "fill: none":
                target.remove(made)  # an invisible background
            self._copy(child, made, short)


def _attributes(element: ET.Element, short: dict[str, str]) -> dict[str, str]:
    found = {name: value for name, value in element.attrib.items() if name in _KEPT}
    if element.attrib.get("id") in short:
        found["id"] = short[element.attrib["id"]]
    if _HREF in found:
        found["href"] = "#" + short[found.pop(_HREF)[1:]]
    if "clip-path" in found:
        found["clip-path"] = f"url(#{short[found['clip-path'][5:-1]]})"
    if "transform" in found and found["transform"].startswith("rotate(-0 "):
        del found["transform"]
    for name in ("d", "x", "y", "width", "height", "transform"):
        if name in found:
            tidy = _NUMBER.sub(lambda match: f"{round(float(match[0]), 2):g}", found[name])
            found[name] = " ".join(tidy.split()).replace("L ", "L").replace("M ", "M")
    if "style" in found:
        style = _NEEDLESS.sub("", _STAND_IN.sub(lambda match: VARIABLES[match[0]], found["style"]))
        found["style"] = style.strip("; ")
        if not found["style"]:
            del found["style"]
    return found


@contextmanager
def drawing(
    *, height: float = HEIGHT, left: float = 50, right: float = 12, top: float = 34, bottom: float = 32
) -> Iterator[Drawing]:
    """An empty drawing with margins in px, deaf to the reader's own matplotlib settings, which stay as they were."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(
            {"svg.fonttype": "none", "svg.hashsalt": "tsrnn", "font.size": FONT, "text.parse_math": False}
        )
        figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72)
        box = (left / WIDTH, bottom / height, (WIDTH - left - right) / WIDTH, (height - top - bottom) / height)
        axes = figure.add_axes(box)
        axes.patch.set_visible(False)
        figure.patch.set_visible(False)
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.tick_params(length=0, colors=INK, labelsize=FONT, pad=6)
        axes.set_axisbelow(True)
        yield Drawing(figure, axes)
