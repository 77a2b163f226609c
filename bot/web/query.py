"""What the address of the Explorer says: filters and page, from the query string and back to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from bot.catalogue import Filters

PAGE_SIZE = 24
_MOST_CHARS = 100
#: Not "page": Gradio takes that for the name of one of its own pages, and refuses an address that it does not know.
_PAGE = "p"
#: The names of filters in the address, which pupils and counsellors see and share.
_FIELDS = {
    "text": "q",
    "level_min": "niveau_min",
    "level_max": "niveau_max",
    "status": "statut",
    "interest": "interet",
    "domaine": "domaine",
    "rome": "rome",
}
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class ExplorerQuery:
    """What is looked for; `formations` instead of métiers."""

    filters: Filters
    formations: bool = False
    page: int = 1

    @classmethod
    def of(cls, params: QueryParams) -> ExplorerQuery:
        """Read a query string; what is unknown or absurd is left out."""
        fields = {name: params.get(french, "")[:_MOST_CHARS] for name, french in _FIELDS.items()}
        page = params.get(_PAGE, "1")
        return cls(
            Filters(**fields),
            params.get("quoi") == "formations",
            max(1, int(page)) if page.isdecimal() and len(page) < 6 else 1,
        )

    @property
    def filters_set(self) -> bool:
        """Whether a filter other than the text is set: the page then shows them all."""
        return any(getattr(self.filters, name) for name in _FIELDS if name != "text")

    def address(self, page: int) -> str:
        """The query string of another page of the same results."""
        said: dict[str, Any] = {"vue": "explorer"}
        said |= {french: value for name, french in _FIELDS.items() if (value := getattr(self.filters, name))}
        if self.formations:
            said["quoi"] = "formations"
        return urlencode(said | ({_PAGE: page} if page > 1 else {}))


@dataclass(frozen=True)
class Page(Generic[_Item]):
    """One page of results; `previous` and `next` are query strings, empty at the ends."""

    items: Sequence[_Item]
    number: int
    count: int
    previous: str
    next: str

    @property
    def first(self) -> int:
        """The number of the first item among all."""
        return (self.number - 1) * PAGE_SIZE + 1


def page_of(items: Sequence[_Item], query: ExplorerQuery) -> Page[_Item]:
    """Cut the page that was asked for, the last one where there are fewer."""
    count = max(1, -(-len(items) // PAGE_SIZE))
    number = min(query.page, count)
    return Page(
        items[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
        number,
        count,
        query.address(number - 1) if number > 1 else "",
        query.address(number + 1) if number < count else "",
    )


def metiers_address(ids: Sequence[str]) -> str:
    """The query string that names métiers: `m=MET.1&m=MET.2`."""
    return urlencode([("m", fiche_id) for fiche_id in ids])
