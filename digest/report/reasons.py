"""Why things happened to topics, in the words of a language."""

from __future__ import annotations

from collections.abc import Mapping

from digest.records import Change, Figure


def why(change: Change, phrases: Mapping[str, str]) -> str:
    """The reason of a change as a sentence, with its figures; nothing if it has none. Not escaped.

    Words that are no `Why` stand as they are.
    """
    phrase = phrases.get(f"why_{change.reason}")
    if phrase is None:
        return change.reason
    return phrase.format(**{place: _shown(place, figure, phrases) for place, figure in change.figures.items()})


def _shown(place: str, figure: Figure, phrases: Mapping[str, str]) -> str:
    if place == "papers":
        return phrases["count_one"] if figure == 1 else phrases["count_many"].format(count=f"{figure:,}")
    return f"{figure:.2f}" if isinstance(figure, float) else str(figure)
