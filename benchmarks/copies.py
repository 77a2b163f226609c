"""A library several times as large: the real fiches, and copies of them that bear other ids and other names.

A copy is synthetic: its id is out of Onisep's range, and each of its names ends with a word that no other fiche has
("ingénieur/e cloud computing vikomaru"), so that the vocabulary of names grows with the fiches as it would with real
ones. Its prose is the original's, and its vectors are taken to be the original's too: none is computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain

from ingest.changes import Entries, hashes_of
from ingest.embedder import Embedder
from ingest.embedding_cache import EmbeddingCache, Vectors, embed_all
from ingest.fiche import Appellation, FicheMetier
from ingest.lexicon import Lexicon, expressions_of
from ingest.library import Change, Contents, Draft, Indexed, Library
from ingest.passages import passages_of, searched_passages
from ingest.scope import load_scope
from ingest.version_names import content_hash, version_name

#: Onisep's numbers are far below: those of the n-th copies begin at n times this.
FIRST_ID = 100_000
_SYLLABLES = tuple(f"{consonant}{vowel}" for consonant in "bdfgklmnprstvz" for vowel in "aeiou")


def multiplied(contents: Contents, lexicon: Lexicon, copies: int) -> tuple[Contents, Lexicon]:
    """The fiches and the everyday words of a library, and so many copies of each; formations are not copied.

    The manifest and the hashes of what is returned are still those of `contents`: `publish` makes new ones.
    """
    fiches, entries = dict(contents.fiches), dict(lexicon)
    for number in range(1, copies + 1):
        for fiche in contents.fiches.values():
            copy = _copy(fiche, number)
            fiches[copy.id] = copy
            if entry := lexicon.get(fiche.id):
                word = _word(copy.id)
                names = {
                    name: tuple(f"{one} {word}" for one in getattr(entry, name)) for name in ("aliases", "english")
                }
                entries[copy.id] = entry.model_copy(update={"id": copy.id, "title": copy.title, **names})
    return replace(contents, fiches=fiches), entries


def originals_of(contents: Contents) -> Contents:
    """A multiplied library without its copies."""
    return replace(contents, fiches={i: fiche for i, fiche in contents.fiches.items() if _is_original(i)})


def publish(contents: Contents, lexicon: Lexicon, library: Library, embedder: Embedder, cache: EmbeddingCache) -> None:
    """Publish a library with its copies; the vectors of the originals come from the cache, or are computed once."""
    passages = {fiche.id: passages_of(fiche) for fiche in contents.fiches.values()}
    of_formations = [p for formation in contents.formations.values() for p in searched_passages(formation)]
    spoken = {fiche_id: expressions_of(lexicon, [fiche_id]) for fiche_id in contents.fiches}
    entries = Entries(
        list(chain.from_iterable(passages.values())), [*chain(*spoken.values()), *load_scope()], of_formations
    )
    vectors = _vectors(passages, of_formations, embedder, cache, as_queries=False)
    said = _vectors(spoken, load_scope(), embedder, cache, as_queries=True)
    content = content_hash(contents.fiches, entries.hashes, (embedder.name,))
    now = datetime.now(UTC)
    manifest = contents.manifest.model_copy(
        update={
            "version": version_name(content, now),
            "created": now,
            "model": embedder.name,
            "fiches": len(contents.fiches),
            "passages": len(entries.passages),
            "expressions": len(entries.expressions),
            "content_hash": content,
        }
    )
    hashes = [hashes_of(part) for part in (entries.passages, entries.expressions, entries.formation_passages)]
    made = replace(
        contents,
        manifest=manifest,
        passage_hashes=hashes[0],
        expression_hashes=hashes[1],
        formation_hashes=hashes[2],
    )
    changes = [Change((), tuple(part)) for part in (entries.passages, entries.expressions, entries.formation_passages)]
    with library.writing():
        library.publish(Draft(made, None, changes[0], changes[1], vectors, said, changes[2]))


def _vectors(
    entries: Mapping[str, Sequence[Indexed]],
    others: Sequence[Indexed],
    embedder: Embedder,
    cache: EmbeddingCache,
    *,
    as_queries: bool,
) -> dict[str, Vectors]:
    """The vector of each text, by text: that of a fiche's copy is its original's."""
    originals = [entry for fiche_id, own in entries.items() if _is_original(fiche_id) for entry in own]
    texts = [entry.embedded_text for entry in (*originals, *others)]
    known, _ = embed_all(texts, embedder, cache, lambda done, total: None, as_queries=as_queries)
    for copy, original in _pairs(entries):
        known.setdefault(copy.embedded_text, known[original.embedded_text])
    return known


def _pairs(entries: Mapping[str, Sequence[Indexed]]) -> Iterator[tuple[Indexed, Indexed]]:
    """What the index holds of each copy, and the same of its original."""
    for fiche_id, own in entries.items():
        if not _is_original(fiche_id):
            yield from zip(own, entries[f"MET.{int(fiche_id[4:]) % FIRST_ID}"], strict=True)


def _is_original(fiche_id: str) -> bool:
    return int(fiche_id[4:]) < FIRST_ID


def _copy(fiche: FicheMetier, number: int) -> FicheMetier:
    copy_id = f"MET.{int(fiche.id[4:]) + number * FIRST_ID}"
    word = _word(copy_id)
    names = {
        "name": _renamed(fiche.name, word),
        "other_names": tuple(_renamed(name, word) for name in fiche.other_names),
    }
    return fiche.model_copy(update={"id": copy_id, **names})


def _renamed(name: Appellation, word: str) -> Appellation:
    return Appellation(**{form: f"{said} {word}" for form, said in name.model_dump().items() if said})


def _word(fiche_id: str) -> str:
    """A word of four syllables that is this fiche's alone."""
    rest, said = int(fiche_id[4:]) * 7919 % len(_SYLLABLES) ** 4, ""
    for _ in range(4):
        rest, place = divmod(rest, len(_SYLLABLES))
        said += _SYLLABLES[place]
    return said
