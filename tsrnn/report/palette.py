"""One look per model: a colour-blind safe colour, a dash and a marker, the same in every chart and table.

The colours are those of Okabe and Ito, "Color Universal Design" (2008), lightened or darkened in `style.css` where a
theme needs it to reach a contrast of 3 to 1. Charts are drawn with stand-in colours which `svg.py` turns into CSS
variables, so that one drawing serves light, dark and print.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

INK, MUTED, GRID, PAPER = "#0a00f0", "#0a00f1", "#0a00f2", "#0a00f3"  # stand-ins, see VARIABLES
HUES = 7
_DASHES = ((), (6.0, 2.5), (1.6, 2.0), (8.0, 2.0, 1.6, 2.0), (3.5, 1.8), (10.0, 3.0), (6.0, 2.0, 1.6, 2.0, 1.6, 2.0))
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_SHAPES = (  # the same markers by hand, around (0, 0), for the swatches beside names
    '<circle r="3.6"/>',
    '<path d="M-3.2-3.2h6.4v6.4h-6.4z"/>',
    '<path d="M0-4L3.8 3.2h-7.6z"/>',
    '<path d="M0-4.4L4.4 0 0 4.4-4.4 0z"/>',
    '<path d="M0 4L3.8-3.2h-7.6z"/>',
    '<path d="M-1.5-4h3v2.5H4v3H1.5V4h-3V1.5H-4v-3h2.5z"/>',
    '<path d="M-4-2L-2-4 0-2 2-4 4-2 2 0 4 2 2 4 0 2-2 4-4 2-2 0z"/>',
)
VARIABLES = {INK: "currentColor", MUTED: "var(--muted)", GRID: "var(--grid)", PAPER: "var(--paper)"} | {
    f"#0a000{hue}": f"var(--m{hue})" for hue in range(HUES)
}


@dataclass(frozen=True)
class Look:
    """How one model is drawn."""

    rank: int

    @property
    def hue(self) -> int:
        return self.rank % HUES

    @property
    def colour(self) -> str:
        """The stand-in colour to draw with."""
        return f"#0a000{self.hue}"

    @property
    def dashes(self) -> tuple[float, ...]:
        """Lengths on and off; empty is a solid line. From the eighth model on, colours return with other dashes."""
        return _DASHES[(self.rank + self.rank // HUES) % len(_DASHES)]

    @property
    def marker(self) -> str:
        return _MARKERS[(self.rank + self.rank // HUES) % len(_MARKERS)]

    @property
    def swatch(self) -> Markup:
        """A short line with its marker, to stand beside the model's name."""
        dash = f' stroke-dasharray="{" ".join(f"{part:g}" for part in self.dashes)}"' if self.dashes else ""
        shape = _SHAPES[_MARKERS.index(self.marker)]
        return Markup(  # nothing in it comes from data
            f'<svg class="swatch m{self.hue}" viewBox="0 0 30 12" width="30" height="12" aria-hidden="true">'
            f'<path d="M1 6h28"{dash}/><g transform="translate(15 6)">{shape}</g></svg>'
        )


def looks(models: Iterable[str]) -> dict[str, Look]:
    """A look per model, in order."""
    return {model: Look(rank) for rank, model in enumerate(dict.fromkeys(models))}
