"""A real browser reads the report: nothing on its console, no fault that axe-core knows, and the numbers of the rows.

Run with `make report-test`, which fetches axe-core into build/axe with npm; these need Chromium too.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from tests.nlp.sentences import LABELS, SMALL, TEXTS
from tests.report import sample
from tests.report.browser import open_in_browser, run_browser, without_policy
from tests.report.page import Element, read
from tsrnn.nlp import TextClassifier, Translator, evaluate
from tsrnn.report.contents import Contents
from tsrnn.report.html import to_html

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "build" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """
<script>
addEventListener("load", async () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
  const found = await axe.run(document, {resultTypes: ["violations"]});
  const short = found.violations.map(one => ({
    id: one.id, impact: one.impact, nodes: one.nodes.slice(0, 3).map(node => node.html.slice(0, 200))
  }));
  document.documentElement.textContent = "MEASURED" + JSON.stringify({passes: found.passes.length, short}) + "END";
});
</script>
"""


def faults(page: str, folder: Path, *flags: str) -> tuple[int, list[dict[str, object]]]:
    """How many rules of axe-core a page keeps, and those it breaks."""
    if not AXE.exists():
        pytest.fail("axe-core is not in build/axe; run make report-test, or npm install --prefix build/axe axe-core")
    copy = folder / "read.html"
    axe = AXE.read_text(encoding="utf-8").replace("</script", "<\\/script")
    copy.write_text(without_policy(page, f"<script>{axe}</script>{RUN}"), encoding="utf-8")
    shown = open_in_browser(copy, folder, "--virtual-time-budget=60000", *flags, "--dump-dom")
    (found,) = re.findall(r"MEASURED(\{.*\})END", shown, re.DOTALL)
    out = json.loads(html.unescape(found))
    return out["passes"], out["short"]


@pytest.fixture(scope="module")
def daily() -> Contents:
    return sample.daily()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_no_fault(daily: Contents, dark: bool, tmp_path: Path) -> None:
    flags = ("--blink-settings=preferredColorScheme=0",) if dark else ()
    many = sample.tested(sample.many(12, 2, horizon=4))
    for contents in (daily, many, sample.tested(sample.small())):
        kept, broken = faults(to_html(contents), tmp_path, *flags)
        assert kept > 20
        assert broken == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_no_fault_in_a_report_of_texts(dark: bool, tmp_path: Path) -> None:
    flags = ("--blink-settings=preferredColorScheme=0",) if dark else ()
    films = TextClassifier(**SMALL).fit(TEXTS, LABELS)
    letters = Translator("characters", **SMALL).fit(["ab", "ba"] * 10, ["AB", "BA"] * 10)
    for found in (evaluate(films, TEXTS, LABELS[::-1]), evaluate(letters, ["ab", "ba"], ["AB", "BA"])):
        page = found.to_html(tmp_path / "texts.html")
        kept, broken = faults(page.read_text(encoding="utf-8"), tmp_path, *flags)
        assert kept > 10
        assert broken == []
        assert "CONSOLE" not in run_browser(page, tmp_path, "--enable-logging=stderr", "--dump-dom").stderr


def test_axe_would_find_a_fault(daily: Contents, tmp_path: Path) -> None:
    page = to_html(daily).replace("<html lang", "<html data-lang").replace(' role="img"', "", 1)
    assert "html-has-lang" in [fault["id"] for fault in faults(page, tmp_path)[1]]


def test_the_console_stays_empty(daily: Contents, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    for contents in (daily, sample.renamed(daily, "</script><script>x()</script>", "<img src=x onerror=y()>")):
        page.write_text(to_html(contents), encoding="utf-8")
        assert "CONSOLE" not in run_browser(page, tmp_path, "--enable-logging=stderr", "--dump-dom").stderr
    page.write_text(to_html(daily).replace("</body>", "<script>console.error(1)</script></body>"), encoding="utf-8")
    shown = run_browser(page, tmp_path, "--enable-logging=stderr", "--dump-dom").stderr
    assert "CONSOLE" in shown and "Content Security Policy" in shown, "a script is refused, and that would be seen"


def test_numbers_on_the_screen_are_those_of_the_rows(daily: Contents, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text(to_html(daily), encoding="utf-8")
    tree = read(open_in_browser(page, tmp_path, "--dump-dom").strip())
    shown = {row.one("th").text: [float(cell.attributes["value"]) for cell in row.all("data")]
             for row in tree.one("section", id="leaderboard").all("table")[0].one("tbody").all("tr")}  # fmt: skip
    for model, own in daily.rows.groupby("model"):
        mae, inside = (own["forecast"] - own["actual"]).abs().mean(), own["actual"].between(own["lo-80"], own["hi-80"])
        assert any(value == pytest.approx(mae) for value in shown[str(model)])
        assert any(value == pytest.approx(inside.mean()) for value in shown[str(model)])
    figures = tree.one("section", id="forecasts").all("figure")
    assert len(figures) == 12
    check_panel(figures[0], daily, 1)
    check_panel(figures[-1], daily, 40)


def check_panel(figure: Element, contents: Contents, fold: int) -> None:
    """The table under one chart holds the forecasts of its fold."""
    cutoffs = sorted(contents.rows["cutoff"].unique())
    own = contents.rows[contents.rows["cutoff"] == cutoffs[fold - 1]].set_index(["model", "step"])
    heads = [head.text for head in figure.one("thead").all("th")]
    for row in figure.one("tbody").all("tr"):
        cells = [cell.text for cell in row.all() if cell.tag in ("th", "td")]
        for model in contents.leaderboard["model"]:
            shown = float(cells[heads.index(model)].replace(",", "").replace("\u2212", "-"))
            assert shown == pytest.approx(own.loc[(model, int(cells[0])), "forecast"], rel=1e-4)
