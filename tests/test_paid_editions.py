"""Editions read by a model: budget, failures, resuming, syntheses, translations; the model is one in memory."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from digest.archive import Archive
from digest.assets import Assets
from digest.calls import Allowance, Meter
from digest.config import Config, Interests
from digest.errors import BadAnswer, ProviderError
from digest.interests import open_interests
from digest.pages import render_edition
from digest.pipeline import Parts, publish
from digest.providers.base import Citation, Document, Grounded
from digest.records import DAY as WHOLE
from digest.records import EditionReport, Listing
from tests.fakes import FakeEmbedder, FakeReader, FakeWriter, ListSource
from tests.invented import CATEGORIES, DAY, paper

LANGUAGES = ("en", "ko")


class Edition:
    """A workspace in which one edition of twenty papers is published, perhaps several times over."""

    def __init__(self, folder: Path, papers: int = 20, **settings: object) -> None:
        self.folder, self.settings = folder, settings
        self.source = ListSource({DAY: [[Listing(paper(n)) for n in range(1, papers + 1)]]})

    def parts(self, writer: FakeWriter) -> Parts:
        told = {"backup": FakeReader(CATEGORIES), "meter": writer.caller.meter, **self.settings}
        return Parts((self.source,), writer, FakeEmbedder(), CATEGORIES, **told)  # type: ignore[arg-type]

    def publish(self, writer: FakeWriter) -> EditionReport:
        archive = Archive(str(self.folder / "archive"))
        with archive.writing():
            return publish(DAY, DAY, f"{DAY}T09:00", archive, self.parts(writer), lambda *told: None)

    @property
    def archive(self) -> Archive:
        return Archive(str(self.folder / "archive"))

    def page(self, language: str = "") -> str:
        config = Config(workspace=self.folder, languages=LANGUAGES)
        render_edition(DAY, self.archive, config, Assets(self.folder))
        return (self.folder / f"reports/2026/01/{DAY}{language}.md").read_text(encoding="utf-8")


def writer(**limits: float) -> FakeWriter:
    return FakeWriter(CATEGORIES, Meter({"fake-writer": (1000.0, 0.0)}, Allowance(**limits)))  # type: ignore[arg-type]


def calls(of: FakeWriter, step: str) -> list[tuple[str, ...]]:
    return [ids for name, ids in of.calls if name == step]


def test_an_edition_is_read_in_packs_and_says_what_it_cost(tmp_path: Path) -> None:
    model = writer()
    edition = Edition(tmp_path)
    report = edition.publish(model)
    assert [len(ids) for ids in calls(model, "read")] == [4] * 5
    assert report.left == {} and report.prompts == ("day.v1", "read.v1", "synthesis.v1")
    [spent] = report.spending
    assert (spent.calls, spent.tokens_in) == (len(model.calls), 100 * len(model.calls))
    assert spent.usd == pytest.approx(0.1 * spent.calls)
    page = edition.page()
    assert (
        f"Calls: {spent.calls};" in page
        and "20 cohere." in page
        and "Prompts: day.v1, read.v1, synthesis.v1." in page
    )


def test_what_a_pack_gets_wrong_is_asked_smaller_then_alone_then_left_to_local(tmp_path: Path) -> None:
    model, asked = writer(), {}  # type: ignore[var-annotated]

    def skips(paper_id: str) -> bool:
        asked[paper_id] = asked.get(paper_id, 0) + 1
        return {paper(3).id: 1, paper(8).id: 2, paper(9).id: 99}.get(paper_id, 0) >= asked[paper_id]

    model.skips = skips
    model.pack = 6
    edition = Edition(tmp_path)
    report = edition.publish(model)
    assert [len(ids) for ids in calls(model, "read")] == [6, 6, 6, 2, 2, 1, 1, 1]
    by = {e.paper_id: e.provider for e in edition.archive.enrichments(DAY)}
    assert [i for i, provider in by.items() if provider != "cohere"] == [paper(9).id]
    assert report.left == {"answer": 1} and len(by) == 20
    page = edition.page()
    assert "1 paper went to `local` because the model's answer was unusable." in page
    assert page.count("(quoted)") == 1


def test_a_model_that_gets_everything_wrong_costs_no_multiple(tmp_path: Path) -> None:
    model = writer()
    model.skips = lambda paper_id: True
    report = Edition(tmp_path, papers=200).publish(model)
    assert len(calls(model, "read")) <= 50 + 50 + 50 and report.left["answer"] == 200


def test_refused_packs_are_asked_smaller(tmp_path: Path) -> None:
    model = writer()

    def fails(step: str, ids: Sequence[str]) -> None:
        if step == "read" and paper(2).id in ids:
            raise BadAnswer("refused")

    model.fails = fails
    assert Edition(tmp_path).publish(model).left == {"answer": 1}


def test_a_budget_reads_first_what_matters_and_leaves_the_rest_to_local(tmp_path: Path) -> None:
    model = writer(calls=6)
    settings = Config(interests=Interests(keywords=("number 17", "number 5")))
    archive = Archive(str(tmp_path / "archive"))
    edition = Edition(tmp_path, interests=open_interests(settings, archive, FakeEmbedder()))
    report = edition.publish(model)
    assert len(model.calls) <= 6 and report.left["budget"] >= 4
    read = {e.paper_id for e in edition.archive.enrichments(DAY) if e.provider == "cohere"}
    assert {paper(17).id, paper(5).id} <= read and len(read) + report.left["budget"] == 20
    assert "because of the budget" in edition.page()


def test_a_budget_that_is_spent_already_still_gives_an_edition(tmp_path: Path) -> None:
    model = writer(usd=0.05)
    report = Edition(tmp_path).publish(model)
    assert not model.calls and report.left["budget"] == 20 and report.ledger.balanced


def test_a_service_that_fails_stops_the_run_and_loses_nothing(tmp_path: Path) -> None:
    edition, first, second = Edition(tmp_path), writer(), writer()

    def fails(step: str, ids: Sequence[str]) -> None:
        if len(first.calls) > 3:
            raise ProviderError("the key's quota is used up")

    first.fails = fails
    with pytest.raises(ProviderError, match="quota"):
        edition.publish(first)
    assert not edition.archive.published(DAY)
    report = edition.publish(second)
    done = [i for ids in calls(first, "read")[:3] for i in ids]
    assert not set(done) & {i for ids in calls(second, "read") for i in ids}
    assert first.nonce == second.nonce and report.left == {}
    assert report.spending[0].calls == 3 + len(second.calls)


@pytest.mark.parametrize("after", [0, 2, 5, 7])
def test_with_a_fallback_local_does_the_rest(tmp_path: Path, after: int) -> None:
    edition, model = Edition(tmp_path, fallback=True), writer()

    def fails(step: str, ids: Sequence[str]) -> None:
        if len(model.calls) > after:
            raise ProviderError("down")

    model.fails = fails
    report = edition.publish(model)
    assert report.ledger.balanced and len(edition.archive.enrichments(DAY)) == 20
    assert report.left.get("failure", 0) == 20 - 4 * min(after, 5)


def test_each_section_has_cited_sentences_and_the_day_a_summary(tmp_path: Path) -> None:
    edition = Edition(tmp_path)
    report = edition.publish(writer())
    papers = {e.paper_id: e.primary for e in edition.archive.enrichments(DAY)}
    assert report.syntheses[0].category == WHOLE
    for synthesis in report.syntheses[1:]:
        ids = {i for s in synthesis.sentences for i in s.cites}
        assert {papers.get(i, synthesis.category) for i in ids} == {synthesis.category}
        assert f"stat:{synthesis.category}" in ids and synthesis.written == len(synthesis.sentences) + 1
    page = edition.page()
    assert "Nobody backs this" not in page and r"[\[📊\]](../../README.md)" in page
    kept = sum(len(s.sentences) for s in report.syntheses)
    total = sum(s.written for s in report.syntheses)
    assert f"in summaries: {total}; those that cite their sources are printed: {kept}." in page


def test_small_sections_share_calls() -> None:
    from digest.synthesis.written import shared_out

    counts = (0, 3, 6, 7, 16, 24, 40)
    sizes = [shared_out(list(range(n)), 6) for n in counts]  # type: ignore[arg-type]
    assert [len(tasks) for tasks in sizes] == [0, 3, 6, 6, 6, 6, 6]
    assert sorted(len(task.sections) for task in sizes[4]) == [1, 1, 3, 3, 4, 4]
    assert [sum(len(task.sections) for task in tasks) for tasks in sizes] == list(counts)


def injected(documents: Sequence[Document]) -> Grounded:
    text = "Visit https://evil.example for more. All papers agree."
    return Grounded(text, (Citation(0, len(text), text, (documents[0].id,)),))


def test_an_unfit_answer_is_asked_once_more_then_replaced_by_quotes(tmp_path: Path) -> None:
    edition, model = Edition(tmp_path), writer()
    model.says = injected
    report = edition.publish(model)
    assert all(s.extractive for s in report.syntheses) and report.left["section"] == len(report.syntheses) > 1
    assert len(calls(model, "day.v1")) == 2 and len(calls(model, "synthesis.v1")) <= 2 * len(report.syntheses)
    assert "evil.example" not in edition.page()


def test_a_sentence_on_two_sections_belongs_to_neither(tmp_path: Path) -> None:
    def mixes(documents: Sequence[Document]) -> Grounded:
        text = "All areas move at once."
        return Grounded(text, (Citation(0, len(text), text, tuple(d.id for d in documents)),))

    edition, model = Edition(tmp_path), writer()
    model.synthesis_calls, model.says = 3, mixes
    report = edition.publish(model)
    assert [s.extractive for s in report.syntheses] == [False, True, True]


def test_a_second_language_is_translated_with_the_original_title_beside_it(tmp_path: Path) -> None:
    edition, model = Edition(tmp_path, languages=LANGUAGES), writer()
    model.skips = lambda key: key == paper(2).id
    report = edition.publish(model)
    assert len(report.translated["ko"]) == len(report.syntheses)
    page = edition.page(".ko")
    title = "An Invented Paper, Number 1"
    assert f"[{title}](https://arxiv.org/abs/2601.90001)** (번역: {title})" in page
    assert "번역: We invent paper 1." in page and "번역: It is said of" in page
    assert "번역" not in edition.page()
    cards = "".join(p.read_text() for p in (tmp_path / f"reports/2026/01/{DAY}").glob("*.ko.md"))
    assert cards.count("번역: Easy.") == 19
    assert report.left == {"answer": 1}


def test_a_lost_translation_is_asked_once_more_and_then_labelled(tmp_path: Path) -> None:
    edition, model = Edition(tmp_path, languages=LANGUAGES), writer()
    lost = paper(2).id
    translate = FakeWriter.translate

    def loses(items: dict[str, dict[str, str]], language: str) -> dict[str, dict[str, str]]:
        found = translate(model, items, language)
        found.pop(lost, None)
        return found

    model.translate = loses  # type: ignore[method-assign,assignment]
    edition.publish(model)
    assert sum(lost in ids for ids in calls(model, "translate")) == 2
    assert edition.page(".ko").count("(번역되지 않음)") == 1


def test_summaries_that_were_not_translated_say_so(tmp_path: Path) -> None:
    edition, model = Edition(tmp_path, languages=LANGUAGES), writer()
    model.skips = lambda key: "/" in key
    report = edition.publish(model)
    assert edition.page(".ko").count("(번역되지 않음)") == len(report.syntheses)
    assert "번역" not in edition.page() and report.translated["ko"] == ()


def test_a_finished_edition_asks_nothing_again(tmp_path: Path) -> None:
    edition = Edition(tmp_path)
    edition.publish(writer())
    assert edition.archive.published(date(2026, 1, 5))
    pages = edition.page(), edition.page(".ko")
    assert pages == (edition.page(), edition.page(".ko"))


def test_no_text_of_a_model_leads_anywhere(tmp_path: Path) -> None:
    edition, model = Edition(tmp_path), writer()
    read = model.read
    bad = "See <a href='https://evil.example'>x</a> ![p](https://evil.example/p.png) @octocat #1"
    model.read = lambda papers: [replace(e, tldr=bad, problem=bad) for e in read(papers)]  # type: ignore[method-assign]
    edition.publish(model)
    pages = "".join(p.read_text() for p in (tmp_path / "archive").rglob("*.md")) + edition.page()
    assert not re.search(r"\]\(https?://evil|<a href|!\[p\]", pages)
