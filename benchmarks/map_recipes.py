"""Whole builds of a map from the same vectors: this program's, and those it is measured against.

BERTopic and Toponymy are no part of this project; each needs, in an environment that has it,

    pip install --no-deps bertopic hdbscan safetensors
    pip install toponymy

and is left out where it is not installed.
"""

from __future__ import annotations

import html
import logging
import time
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from map_stored import DAY, GROUPS, TOPICS, Seconds, Stored, names
from planted_streams import Floats, embedded

FIELDS = ("title", "tldr", "eli5", "problem", "method", "result", "application", "abstract")


class Recipe(ABC):
    """A way from vectors to a map."""

    name: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def given(self, stored: Stored) -> None:
        """What it is to build from."""
        self.stored = stored

    @classmethod
    def installed(cls) -> bool:
        """Whether it can run here."""
        return all(find_spec(module) for module in cls.needs)

    @abstractmethod
    def build(self) -> Seconds:
        """Build once; the seconds by step."""


def timed(steps: Mapping[str, Callable[[], object]]) -> Seconds:
    """Seconds of each step, one after the other."""
    seconds = {}
    for name, step in steps.items():
        start = time.perf_counter()
        step()
        seconds[name] = time.perf_counter() - start
    return seconds


class Ours(Recipe):
    """This program's: the first layout with its figures, and the page."""

    name = "this program"

    def build(self) -> Seconds:
        """See `Recipe.build`."""
        return timed({"layout": self.laid_out, "page": self.written})

    def laid_out(self) -> None:
        """Give every paper a place."""
        from digest.map.layout import rebuilt

        self.positions = rebuilt(None, names(len(self.stored.vectors)), self.stored.vectors, DAY).positions

    def written(self) -> None:
        """Write the page."""
        from digest.assets import Assets
        from digest.map.page import write_page

        assets = Assets(self.folder)
        view = replace(self.stored.view, positions=self.positions)
        write_page(view, self.folder / "ours", self.stored.libraries, assets, assets.strings("en"))


class Again(Ours):
    """This program's with 1 % more papers: from the map of the others."""

    name = "this program, +1 %"

    def laid_out(self) -> None:
        """See `Ours.laid_out`."""
        from digest.map.layout import rebuilt

        layout = rebuilt(self.stored.before, names(len(self.stored.vectors)), self.stored.vectors, DAY)
        self.positions = layout.positions


class Umap(Recipe):
    """UMAP's own package and nothing else, with the seed that a map needs to be the same again."""

    name = "UMAP's fit, random_state"
    seed: ClassVar[int | None] = 0

    def build(self) -> Seconds:
        """See `Recipe.build`."""
        return timed({"layout": self.laid_out})

    def laid_out(self) -> None:
        """Fit UMAP."""
        from umap import UMAP

        self.positions = np.asarray(
            UMAP(metric="cosine", random_state=self.seed).fit_transform(self.stored.vectors)
        )


class Plain(Umap):
    """The plain recipe: UMAP, k-means into topics and of those into groups, datamapplot with whole cards inline.

    UMAP has no seed, and so both cores.
    """

    name = "UMAP + KMeans + datamapplot"
    seed = None

    def build(self) -> Seconds:
        """See `Recipe.build`."""
        return timed({"layout": self.laid_out, "topics": self.sorted, "page": self.written})

    def sorted(self) -> None:
        """Find topics and their groups."""
        from sklearn.cluster import KMeans

        topics = KMeans(TOPICS, random_state=0).fit(self.stored.vectors)
        groups = KMeans(GROUPS, random_state=0).fit_predict(topics.cluster_centers_)
        self.topics = np.array([f"Topic {number}" for number in range(TOPICS)])[topics.labels_]
        self.groups = np.array([f"Group {number}" for number in range(GROUPS)])[groups[topics.labels_]]

    def written(self) -> None:
        """Write the page; what it would ask a font service is refused at once."""
        import requests

        def refused(*_: object, **__: object) -> None:
            raise requests.ConnectionError

        requests.get = refused
        from datamapplot import create_interactive_plot
        from pandas import DataFrame

        papers = self.stored.view.papers
        columns = {field: [html.escape(getattr(paper, field)) for paper in papers] for field in FIELDS}
        columns["authors"] = [html.escape(", ".join(paper.authors)) for paper in papers]
        columns["day"] = [paper.date.isoformat() for paper in papers]
        columns["url"] = [paper.url for paper in papers]
        page = create_interactive_plot(
            self.positions,
            self.topics,
            self.groups,
            hover_text=columns["title"],
            extra_point_data=DataFrame(columns),
            hover_text_html_template="".join(f"<p>{{{name}}}</p>" for name in columns),
            enable_search=True,
            search_field="title",
            enable_topic_tree=True,
            histogram_data=DataFrame(columns)["day"],
            histogram_group_datetime_by="week",
            inline_data=True,
            title="A map",
        )
        page.save(str(self.folder / "plain.html"))


class BerTopic(Recipe):
    """BERTopic as it comes, given the vectors: topics and their words, no map."""

    name = "BERTopic"
    needs = ("bertopic", "hdbscan")

    def build(self) -> Seconds:
        """See `Recipe.build`."""
        return timed({"topics": self.sorted})

    def sorted(self) -> None:
        """Fit it to the papers' titles and abstracts."""
        from bertopic import BERTopic

        BERTopic().fit_transform(texts(self.stored), self.stored.vectors)


class Toponymy(Recipe):
    """Toponymy with a model that answers at once: names at each level of a layout that it is given, no page."""

    name = "Toponymy, its layout given"
    needs = ("toponymy",)

    asked = 0

    def build(self) -> Seconds:
        """See `Recipe.build`."""
        return timed({"topics": self.sorted})

    def sorted(self) -> None:
        """Fit it to the papers' titles and abstracts; keyphrases are embedded by the local provider."""
        from toponymy import Toponymy as Model
        from toponymy import ToponymyClusterer

        Model(
            llm_wrapper=_answering(self),
            text_embedding_model=_Embedding(),
            clusterer=ToponymyClusterer(min_clusters=4),
            object_description="papers",
            corpus_description="papers on machine learning",
            verbose=False,
        ).fit(texts(self.stored), self.stored.vectors, self.stored.view.positions)


class _Embedding:
    """The local provider as Toponymy wants it."""

    def encode(self, texts: Sequence[str], **_: object) -> Floats:
        return embedded(texts)


def _answering(counted: Toponymy) -> Any:
    """A language model that takes no time, and names every cluster differently."""
    from toponymy.llm_wrappers import LLMWrapper

    class Numbering(LLMWrapper):
        def _call_llm(self, *_: object, **__: object) -> str:
            counted.asked += 1
            return f'{{"topic_name": "Cluster {counted.asked}", "topic_specificity": 0.5}}'

        _call_llm_with_system_prompt = _call_llm

        def generate_topic_cluster_names(
            self, prompt: object, old_names: list[str], *_: object, **__: object
        ) -> list[str]:
            counted.asked += 1
            return old_names

    return Numbering()


RECIPES: tuple[type[Recipe], ...] = (Ours, Again, Umap, Plain, BerTopic, Toponymy)


def texts(stored: Stored) -> list[str]:
    """Titles and abstracts."""
    return [f"{paper.title}\n{paper.abstract}" for paper in stored.view.papers]


def quiet() -> None:
    """Say nothing of what the packages warn of."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
