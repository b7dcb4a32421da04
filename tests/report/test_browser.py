"""A real browser lays the report out: nothing sticks out, no labels overlap, both themes have enough contrast.

Run with `pytest -m browser`; it needs Chromium (Debian: `apt-get install chromium`). Reports hold no scripts, so a copy
is measured in which a measuring script stands in place of the security policy.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from tests.report import sample
from tests.report.browser import open_in_browser, without_policy
from tests.report.test_html_safety import PAYLOADS
from tsrnn.report.html import to_html

pytestmark = pytest.mark.browser

MEASURE = """
<script>
addEventListener("load", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
  const wide = document.documentElement.scrollWidth;
  const found = {inner: innerWidth, wide: wide, charts: 0, blank: [], out: [], overlaps: [], faint: []};
  const luminance = colour => {
    const parts = colour.match(/[0-9.]+/g).slice(0, 3).map(part => {
      const share = part / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const contrast = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const paper = getComputedStyle(document.body).backgroundColor;
  for (const drawing of document.querySelectorAll("figure > svg")) {
    found.charts += 1;
    const frame = drawing.getBoundingClientRect();
    const inked = [...drawing.querySelectorAll("path, use")].filter(mark => {
      const box = mark.getBoundingClientRect();
      return box.width > 3 || box.height > 3;
    });
    if (frame.width < 100 || frame.height < 30 || !inked.length) found.blank.push(drawing.textContent.slice(0, 40));
    const texts = [...drawing.querySelectorAll("text")];
    const boxes = texts.map(text => [text.textContent, text.getBoundingClientRect(), text]);
    boxes.forEach(([words, box, text], place) => {
      const aside = box.left < frame.left - 1 || box.right > frame.right + 1;
      if (aside || box.top < frame.top - 3 || box.bottom > frame.bottom + 3) found.out.push(words);
      if (contrast(getComputedStyle(text).fill, paper) < 4.5) found.faint.push(words);
      for (const [others, other] of boxes.slice(place + 1)) {
        const across = box.left < other.right - 1 && other.left < box.right - 1;
        if (across && box.top < other.bottom - 3 && other.top < box.bottom - 3)
          found.overlaps.push(words + " / " + others);
      }
    });
  }
  for (const swatch of document.querySelectorAll(".swatch"))
    if (contrast(getComputedStyle(swatch).color, paper) < 3) found.faint.push(swatch.getAttribute("class"));
  for (const element of document.querySelectorAll("p, h1, h2, h3, li, dt, dd, th, td, figcaption, small, summary, a")) {
    let behind = element;
    while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") behind = behind.parentElement;
    if (contrast(getComputedStyle(element).color, getComputedStyle(behind).backgroundColor) < 4.5)
      found.faint.push(element.tagName + " " + element.textContent.slice(0, 40));
  }
  parent.postMessage(JSON.stringify(found), "*");
});
</script>
"""


FRAME = """<!DOCTYPE html><body><iframe src="measured.html" style="border: 0; width: {width}px; height: 900px"></iframe>
<script>
addEventListener("message", event => {{ document.body.textContent = "MEASURED" + event.data + "END"; }});
</script>
"""  # a browser's own window is never narrower than 500 px, a frame can be


def measured(page: str, folder: Path, width: int, *flags: str) -> dict[str, object]:
    copy = folder / "measured.html"
    copy.write_text(without_policy(page, MEASURE), encoding="utf-8")
    frame = folder / "frame.html"
    frame.write_text(FRAME.format(width=width), encoding="utf-8")
    shown = open_in_browser(frame, folder, "--window-size=1400,950", "--virtual-time-budget=9000", *flags, "--dump-dom")
    (found,) = re.findall(r"MEASURED(\{.*\})END", shown, re.DOTALL)
    out: dict[str, object] = json.loads(html.unescape(found))
    return out


def pages() -> dict[str, str]:
    name = "".join(PAYLOADS.values())
    return {
        "weekly": to_html(sample.tested(sample.weekly())),
        "daily": to_html(sample.daily()),
        "many": to_html(sample.tested(sample.many(50, 4))),
        "hostile": to_html(sample.renamed(sample.daily(), name, name)),
    }


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_overflows_overlaps_or_fades(width: int, dark: bool, tmp_path: Path) -> None:
    flags = ("--blink-settings=preferredColorScheme=0",) if dark else ()
    for name, page in pages().items():
        found = measured(page, tmp_path, width, *flags)
        assert found["inner"] == width
        assert found["wide"] == width, f"{name} is {found['wide']} px wide on a screen of {width}"
        assert found["charts"] == page.count("<figure>")
        assert found["blank"] == [], f"{name}: a chart is empty"
        assert found["out"] == [], f"{name}: labels stick out of their chart"
        assert found["overlaps"] == [], f"{name}: labels overlap"
        assert found["faint"] == [], f"{name}: too little contrast"


def test_a_hostile_page_runs_nothing(tmp_path: Path) -> None:
    hostile = (
        "".join(PAYLOADS.values()) + "<script>document.title='ran'</script><img src=x onerror=\"document.title='ran'\">"
    )
    page = tmp_path / "report.html"
    page.write_text(to_html(sample.renamed(sample.small(), hostile, hostile)), encoding="utf-8")
    shown = open_in_browser(page, tmp_path, "--dump-dom")
    assert "<title>co2" in shown and "<script" not in shown and "<img" not in shown


def test_the_page_can_be_photographed_and_printed(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text(to_html(sample.weekly()), encoding="utf-8")
    open_in_browser(page, tmp_path, "--window-size=1280,900", f"--screenshot={tmp_path / 'shot.png'}")
    open_in_browser(page, tmp_path, f"--print-to-pdf={tmp_path / 'report.pdf'}")
    assert (tmp_path / "shot.png").stat().st_size > 40_000, "a blank page is smaller"
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
