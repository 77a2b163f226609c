"""Examples of what people ask Oriane: about métiers, and about anything else. Written for this project, never shown.

`seeds/scope/off_topic.yaml` and `in_scope.yaml` hold them by subject. They stand in the index beside the everyday
descriptions: a question near the former and far from the latter is not one that fiches can answer.
"""

from __future__ import annotations

from importlib.resources import files

import yaml

from ingest.lexicon import YAML_LOADER, Expression

#: The first part of an example's id, where an everyday description has its fiche's: `scope/off_topic/homework/1`.
SCOPE = "scope"
OFF_TOPIC, IN_SCOPE = "off_topic", "in_scope"


def load_scope() -> tuple[Expression, ...]:
    """Every packaged example, its id telling its side and its subject."""
    return tuple(
        Expression(f"{SCOPE}/{side}/{subject}/{number}", SCOPE, text)
        for side in (OFF_TOPIC, IN_SCOPE)
        for subject, texts in _read(side).items()
        for number, text in enumerate(texts, start=1)
    )


def _read(side: str) -> dict[str, list[str]]:
    path = files("seeds").joinpath("scope", f"{side}.yaml")
    subjects: dict[str, list[str]] = yaml.load(path.read_text(encoding="utf-8"), Loader=YAML_LOADER)  # a safe loader
    return subjects
