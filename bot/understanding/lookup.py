"""The tables of one version of the library, in which questions are looked up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from bot.lexical import LexicalIndex
from bot.understanding.complements import Complements
from bot.understanding.formation_names import FormationNames
from bot.understanding.formations import FormationIndex
from bot.understanding.names import JobNames, NameIndex
from ingest.graph import StudyGraph
from ingest.lexicon import Lexicon
from ingest.library import Version


@dataclass(frozen=True)
class Tables:
    """Everything that one version of the library and the lexicon let a question be looked up in."""

    version: Version
    names: NameIndex
    complements: Complements
    formations: FormationIndex
    lexical: LexicalIndex
    job_names: JobNames
    formation_names: FormationNames

    @classmethod
    def of(cls, version: Version, lexicon: Lexicon) -> Tables:
        """Build the tables of a version."""
        fiches = version.fiches
        names, formations = NameIndex(fiches, lexicon), FormationIndex(fiches)
        return cls(
            version,
            names,
            Complements(fiches, lexicon, names),
            formations,
            LexicalIndex(fiches, lexicon),
            JobNames(version.rome_names),
            FormationNames(fiches, version.formations),
        )

    @cached_property
    def graph(self) -> StudyGraph:
        """What links métiers and formations. It takes a second over all fiches, and most questions need none."""
        return StudyGraph.of(self.version.fiches, self.version.formations)

    def warm(self) -> None:
        """Build what is only built at first need: the words of all fiches, for misspelt names, and the graph."""
        self.names.warm()
        self.complements.warm()
        self.graph  # noqa: B018 - kept from here on
