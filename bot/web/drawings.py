"""Pictures as inline SVG: the ladder of levels of one métier, the bars of a comparison. Colours come from the page."""

from __future__ import annotations

from html import escape

from markupsafe import Markup

from ingest.fiche import LEVEL_RANKS

#: The rungs that carry a label, by their rank: all fifteen would not be read on a phone.
_LABELS = {1: "3e", 3: "CAP", 5: "bac", 7: "+2", 8: "+3", 10: "+5", 13: "+8"}
_RUNGS = range(min(_LABELS), max(_LABELS) + 1)
_WIDTH, _GAP, _LOWEST, _RISE = 22, 3, 8, 5
_TEXT_HEIGHT = 18


def ladder(rank: int, name: str) -> Markup:
    """The levels from 3e to bac + 8 as steps, filled up to `rank` (see `LEVEL_RANKS`); `name` says it in words."""
    steps = len(_RUNGS)
    width = steps * (_WIDTH + _GAP)
    height = _LOWEST + _RISE * (steps - 1) + _TEXT_HEIGHT
    drawn = []
    for place, rung in enumerate(_RUNGS):
        x, tall = place * (_WIDTH + _GAP), _LOWEST + _RISE * place
        reached = "reached" if rung <= rank else "beyond"
        y = height - _TEXT_HEIGHT - tall
        drawn.append(f'<rect class="{reached}" x="{x}" y="{y}" width="{_WIDTH}" height="{tall}" rx="2"/>')
        if rung in _LABELS:
            middle = x + _WIDTH / 2
            drawn.append(f'<text x="{middle}" y="{height - 4}" text-anchor="middle">{_LABELS[rung]}</text>')
    opening = f'<svg class="ladder" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(name)}">'
    return Markup(f"{opening}{''.join(drawn)}</svg>")


def bar(value: float, most: float, high: float | None = None) -> Markup:
    """A bar on a scale of 0 to `most`, paler from `value` to `high`. Words beside it say the same: it has no name."""
    length, reach = max(100 * value / most, 1.5), 100 * (high or value) / most
    return Markup(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="scale" width="100" height="10"/>'
        f'<rect class="range" width="{reach:.1f}" height="10"/>'
        f'<rect class="value" width="{length:.1f}" height="10"/></svg>'
    )


def highest_rank() -> int:
    """The end of the scale of levels."""
    return max(LEVEL_RANKS.values())
