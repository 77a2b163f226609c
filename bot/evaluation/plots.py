"""The report's plots, as inline SVG: no script, no outside file, readable without colour and in print."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from markupsafe import Markup

from bot.evaluation.aggregate import in_percent

Row = Mapping[str, float]

_LEFT, _WIDTH, _RIGHT, _LINE = 130, 360, 190, 26
#: Bounds of the latency histogram's bins, in milliseconds: each about twice the one before.
_BOUNDS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)


def intervals(rows: Mapping[str, Row], before: Mapping[str, Row]) -> Markup:
    """Shares by kind as dots with their 95 % intervals; the baseline's as hollow dots below."""
    height = _LINE * len(rows) + 34
    parts = list(_scale(height))
    for place, (kind, row) in enumerate(rows.items()):
        y = 18 + _LINE * place
        now, old = row["mean"], before.get(kind)
        label = f"{in_percent(now)} ({row['n']:.0f})" + (f", avant {in_percent(old['mean'])}" if old else "")
        parts += [
            _text(_LEFT - 10, y + 4, kind, "end"),
            f'<line class="range" x1="{_x(row["low"]):.1f}" x2="{_x(row["high"]):.1f}" y1="{y}" y2="{y}"/>',
            f'<circle class="dot" cx="{_x(now):.1f}" cy="{y}" r="5"/>',
            _text(_LEFT + _WIDTH + 12, y + 4, label, "start"),
        ]
        if old:
            parts.append(f'<circle class="before" cx="{_x(old["mean"]):.1f}" cy="{y + 9}" r="3.5"/>')
    title = "Part de questions réussies par genre, avec intervalle à 95 %"
    return _svg(title, _LEFT + _WIDTH + _RIGHT, height, parts)


def histogram(times: Sequence[float], title: str) -> Markup:
    """How many questions took how long; bins double, so that slow ones stay visible beside fast ones."""
    last = next((place for place, bound in enumerate(_BOUNDS) if bound >= max(times, default=1)), len(_BOUNDS) - 1)
    counts = [0] * (last + 1)
    for time in times:
        place = next((place for place, bound in enumerate(_BOUNDS) if time <= bound), last)
        counts[min(place, last)] += 1
    tallest, width = max(counts) or 1, 62
    parts = []
    for place, count in enumerate(counts):
        x, tall = 10 + width * place, 120 * math.sqrt(count / tallest)
        parts += [
            f'<rect class="bar" x="{x}" y="{140 - tall:.1f}" width="{width - 6}" height="{tall:.1f}"/>',
            _text(x + width / 2 - 3, 134 - tall, str(count) if count else "", "middle"),
            _text(x + width / 2 - 3, 156, f"≤ {_milliseconds(_BOUNDS[place])}", "middle"),
        ]
    return _svg(title, 20 + width * len(counts), 164, parts)


def _scale(height: float) -> Iterator[str]:
    for share in (0, 0.25, 0.5, 0.75, 1):
        yield f'<line class="grid" x1="{_x(share)}" x2="{_x(share)}" y1="4" y2="{height - 22}"/>'
        yield _text(_x(share), height - 6, in_percent(share), "middle")


def _x(share: float) -> float:
    return _LEFT + _WIDTH * share


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(title: str, width: float, height: float, parts: Sequence[str]) -> Markup:
    head = f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}">'
    return Markup(head + "".join(parts) + "</svg>")


def _milliseconds(bound: int) -> str:
    return f"{bound} ms" if bound < 1000 else f"{bound // 1000} s"
