"""A path as a drawing: one SVG, boxes from top to bottom, readable on light and dark pages and by screen readers.

Texts are wrapped by a cautious width of letters, and boxes grow with them: nothing overlaps whatever the font.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from bot.answer import PathStep, StudyPath, StudyWay
from bot.phrases import Phrases

_WIDTH, _MARGIN, _PADDING = 640, 24, 16
_TITLE_SIZE, _SMALL_SIZE, _LEADING = 17, 14, 1.35
#: A letter is at most this much of the font's size wide, on average over a line.
_LETTER = 0.58
_ARROW = 44
_YEAR = 12
_STYLE = """
  .page { fill: #ffffff } .box { fill: #f3f5fb; stroke: #3b4a7a; stroke-width: 1.5 }
  .start { fill: #ffffff; stroke-dasharray: 6 4 } .end { fill: #e3ecff; stroke-width: 2.5 }
  .title { fill: #16203f; font-weight: 600 } .small { fill: #3a4468 } .arrow { stroke: #3b4a7a; stroke-width: 2 }
  .head { fill: #3b4a7a } .unsaid { stroke-dasharray: 4 5 }
  text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif }
  @media (prefers-color-scheme: dark) {
    .page { fill: #14182a } .box { fill: #1f2742; stroke: #9db0f0 } .start { fill: #14182a } .end { fill: #2b3a6b }
    .title { fill: #f4f6ff } .small { fill: #ccd5f5 } .arrow { stroke: #9db0f0 } .head { fill: #9db0f0 }
  }
"""


@dataclass(frozen=True)
class _Box:
    step: PathStep
    title: tuple[str, ...]
    small: tuple[str, ...]

    @property
    def height(self) -> float:
        lines = len(self.title) * _TITLE_SIZE + len(self.small) * _SMALL_SIZE
        return 2 * _PADDING + lines * _LEADING


def draw_path(path: StudyPath, metier: str, phrases: Phrases) -> str:
    """The shortest way of a path as an SVG document; `metier` is the métier's title."""
    boxes = [_box(step, place, phrases) for place, step in enumerate(path.steps)]
    total = _wrapped(total_line(path, phrases), _SMALL_SIZE, _WIDTH - 2 * _MARGIN)
    height = 2 * _MARGIN + sum(box.height for box in boxes) + _ARROW * (len(boxes) - 1)
    height += len(total) * _SMALL_SIZE * _LEADING + (_PADDING if total else 0)
    title = phrases.say("drawing_title", start=path.start, title=metier)
    steps = " ; ".join(" ".join((*box.title, *(f"({line})" for line in box.small))) for box in boxes)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" width="{_WIDTH}"'
        f' height="{height:.0f}" role="img" lang="fr" aria-labelledby="path-title path-desc">',
        f'<title id="path-title">{escape(title)}</title>',
        f'<desc id="path-desc">{escape(phrases.say("drawing_desc", steps=steps))}</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect class="page" width="{_WIDTH}" height="{height:.0f}"/>',
        *_drawn(boxes, phrases),
        *_texts(total, _MARGIN, height - _MARGIN - len(total) * _SMALL_SIZE * _LEADING, _SMALL_SIZE, "small"),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def total_line(way: StudyWay, phrases: Phrases) -> str:
    """How long the formations of a way last together, and from where that counts; empty where it is not known."""
    if way.total_months is None:
        return ""
    return phrases.say("drawing_total", years=lasting(way.total_months, phrases), start=way.counted_from)


def lasting(months: int, phrases: Phrases) -> str:
    """Months as people say them: "2 ans", "18 mois"."""
    if months % _YEAR:
        return phrases.say("drawing_months", months=months)
    years = months // _YEAR
    return phrases.say("drawing_year") if years == 1 else phrases.say("drawing_years", years=years)


def _box(step: PathStep, place: int, phrases: Phrases) -> _Box:
    if step.kind == "metier":
        said = phrases.say("drawing_metier", level=step.level) if step.level else phrases.say("drawing_metier_plain")
    elif step.kind == "class":
        said = phrases.say("drawing_now") if place == 0 else phrases.say("drawing_class")
    else:
        months = lasting(step.duration_months, phrases) if step.duration_months else None
        said = ", ".join(fact for fact in (months, step.level, step.id) if fact)
    inner = _WIDTH - 2 * _MARGIN - 2 * _PADDING
    return _Box(step, _wrapped(step.title, _TITLE_SIZE, inner), _wrapped(said, _SMALL_SIZE, inner))


def _drawn(boxes: Sequence[_Box], phrases: Phrases) -> Iterator[str]:
    top = float(_MARGIN)
    for place, box in enumerate(boxes):
        if place:
            yield from _arrow(top - _ARROW, box.step, phrases)
        kind = "start" if place == 0 else "end" if place == len(boxes) - 1 else ""
        yield (
            f'<rect class="box {kind}" x="{_MARGIN}" y="{top:.1f}" width="{_WIDTH - 2 * _MARGIN}"'
            f' height="{box.height:.1f}" rx="10"/>'
        )
        left = _MARGIN + _PADDING
        yield from _texts(box.title, left, top + _PADDING, _TITLE_SIZE, "title")
        below = top + _PADDING + len(box.title) * _TITLE_SIZE * _LEADING
        yield from _texts(box.small, left, below, _SMALL_SIZE, "small")
        top += box.height + _ARROW


def _arrow(top: float, step: PathStep, phrases: Phrases) -> Iterator[str]:
    """From one box down to the next; broken, and with words beside it, where no fiche says how."""
    middle, tip = _WIDTH / 2, top + _ARROW - 4
    unsaid = "" if step.is_said else " unsaid"
    yield f'<line class="arrow{unsaid}" x1="{middle}" y1="{top + 4:.1f}" x2="{middle}" y2="{tip - 9:.1f}"/>'
    yield f'<path class="head" d="M{middle - 7} {tip - 10:.1f} h14 l-7 10 z"/>'
    if not step.is_said and step.kind != "class":  # a class says in its own box that it is told no further
        yield from _texts((phrases.say("drawing_unsaid"),), middle + 18, top + _ARROW / 2 - 10, _SMALL_SIZE, "small")


def _texts(lines: Sequence[str], left: float, top: float, size: int, name: str) -> Iterator[str]:
    for place, line in enumerate(lines):
        baseline = top + size + place * size * _LEADING
        yield f'<text class={quoteattr(name)} x="{left}" y="{baseline:.1f}" font-size="{size}">{escape(line)}</text>'


def _wrapped(text: str, size: int, width: float) -> tuple[str, ...]:
    return tuple(textwrap.wrap(text, width=int(width / (size * _LETTER)))) if text else ()
