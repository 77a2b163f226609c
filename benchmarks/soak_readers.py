"""A million damaged sources through the readers: `python -m benchmarks.soak_readers` (part of `make soak`).

Each input is a starter fiche, an XML, a table of job names or noise, with pieces cut, doubled, swapped or replaced by
what readers trip over. A reader may reject, never raise, and never take a second. Seeded: a failure can be repeated.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from pathlib import Path

from ingest.readers import Rejection, Source, read

SEEDS = Path(__file__).parents[1] / "seeds"
XML = (
    "<metiers><metier><identifiant>MET.9</identifiant><nom_metier>pirate</nom_metier><nature_travail><![CDATA[<h3>a"
    "</h3><p>b<br/>c</p><ul><li>d</li></ul>]]></nature_travail><synonymes><synonyme>x</synonyme></synonymes></metier></metiers>"
)
ROME = "libelle_appellation_long,code_rome\nAbatteur / Abatteuse de carrière,F1402\n"
#: What readers trip over.
TRAPS = [
    *("# ", "## ", "### ", "**ID:** MET.1\n", "**", "- ", "(ID: FOR.1)", "<br/>", "<p>", "<!--", "-->"),
    *("]]>", "<![CDATA[", "\x85", "\u2028", "😀", "ÿ" * 50, ":" * 50),
    *("&", "&#0;", "&x;", "<a ", "<", ">", "</metier>", "<!DOCTYPE a>", "<?xml version='1.0' encoding='x'?>", '"', "'"),
    *("\0", "\u00a0", "\u00ad", "\u0301", "\u202e", "\ufeff", "\r", "\n\n", "\t"),
]  # fmt: skip
SLOW = 1.0


def bases() -> list[bytes]:
    """What is damaged: the first kilobytes of starter fiches, and one of each other format."""
    fiches = sorted(SEEDS.glob("*/*.md"))[::4]
    return [*(path.read_bytes()[:3000] for path in fiches), XML.encode(), ROME.encode(), b"", b"\xff\xfe"]


def damaged(rng: random.Random, base: bytes) -> bytes:
    """A base with one to five accidents."""
    data = bytearray(base)
    for _ in range(rng.randint(1, 5)):
        start = rng.randint(0, len(data))
        end = min(len(data), start + rng.randint(0, 40))
        match rng.randrange(5):
            case 0:
                del data[start:end]
            case 1:
                data[start:start] = data[start:end] * rng.randint(1, 5)
            case 2:
                data[start:end] = rng.randbytes(end - start)
            case 3:
                del data[start:]
            case _:
                data[start:start] = rng.choice(TRAPS).encode() * rng.choice((1, 1, 1, 30))
    return bytes(data)


def soak(inputs: int, seed: int) -> Counter[str]:
    """Read that many inputs; what came of them.

    :raises AssertionError: with the input, when one raises or takes a second of processor time.
    """
    rng, seen, choices = random.Random(seed), Counter[str](), bases()
    for _ in range(inputs):
        data = damaged(rng, rng.choice(choices))
        started = time.process_time()
        try:
            records = list(read(Source("FOR.1.md", data)))
        except Exception as error:
            raise AssertionError(f"{error!r} from {data!r}") from error
        if time.process_time() - started > SLOW:
            raise AssertionError(f"slow: {data!r}")
        seen["rejected" if any(isinstance(record, Rejection) for record in records) else "read"] += 1
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=9)
    arguments = parser.parse_args()
    started = time.monotonic()
    seen = soak(arguments.inputs, arguments.seed)
    print(f"{arguments.inputs} inputs in {time.monotonic() - started:.0f} s: {dict(seen)}, none raised")


if __name__ == "__main__":
    main()
