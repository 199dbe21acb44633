from dataclasses import replace

import pytest

from digest.naming import Portrait
from digest.naming.composed import NAME_CHARS, Composer, chosen
from digest.naming.terms import Term, Terms
from digest.providers.base import Named
from digest.records import Topic
from digest.taxonomy import FORBIDDEN
from tests.invented import DAY, paper, reading
from tests.naming.subjects import SUBJECTS, member, portrait, portraits


def named(shown: list[Portrait], topic: int = 1) -> Named:
    [one] = [p for p in shown if p.topic.id == topic]
    return Composer(Terms(shown), shown).named(one, lambda name: True)


def test_names_are_made_of_what_tells_topics_apart() -> None:
    shown = portraits()
    for topic, phrases in SUBJECTS.items():
        found = named(shown, topic)
        assert found.namer == "local" and "language models" not in found.name
        assert sum(phrase in found.name.lower() for phrase in phrases) >= 2
        assert found.name[0].isupper() and len(found.name) <= NAME_CHARS
        assert found.description.startswith("Papers that speak of ") and found.description.endswith("”.")


def test_a_group_of_topics_has_a_shorter_name() -> None:
    first, *others = portraits()
    found, broad = (named([replace(first, broad=told), *others]).name.lower() for told in (False, True))
    assert [sum(phrase in name for phrase in SUBJECTS[1]) for name in (found, broad)] == [3, 2]
    assert "," in found and "," not in broad


def adding(*phrases: str, title: str = "A title of one paper", papers: int = 4) -> list[Portrait]:
    """All topics, the first with further papers that each have all these phrases."""
    first, *others = portraits()
    text = ". ".join(f"We look at {phrase}" for phrase in phrases)
    more = [paper(900 + n, title=title, abstract=f"{text}.") for n in range(papers)]
    seen = tuple((one, reading(one, keyphrases=phrases)) for one in more)
    return [replace(first, central=(*seen, *first.central)), *others]


@pytest.mark.parametrize("phrase", ["camera pose", "EC", "real-time", "vision-language", "R&D <b>", "OF"])
def test_what_says_the_same_again_or_nothing_is_no_part(phrase: str) -> None:
    parts = named(adding(phrase, papers=8)).name.lower()
    assert "optical flow" in parts or "event cameras" in parts
    assert not ("camera pose" in parts and "event cameras" in parts)
    assert phrase.lower() == "camera pose" or phrase.lower() not in parts.replace(",", "").split()


@pytest.mark.parametrize(
    "phrase",
    ["significant attention", "recent years", "extensive experiments", "state-of-the-art", "growing attention",
     "ambiguous", "3d-aware", "bidirectional", "recurrent", "graph-based", "highly convolutional"],
)  # fmt: skip
def test_what_any_abstract_says_and_mere_adjectives_are_no_parts(phrase: str) -> None:
    name = named(adding(phrase, title=f"On {phrase} matters", papers=8)).name.lower()
    assert phrase not in name and ("optical flow" in name or "event cameras" in name)


@pytest.mark.parametrize("phrase", ["image retrieval", "acoustic signals", "latent variables"])
def test_nouns_that_end_as_adjectives_do_are_parts(phrase: str) -> None:
    assert phrase in named(adding(phrase, title=f"On {phrase}", papers=8)).name.lower()


def test_what_a_single_paper_says_is_no_part() -> None:
    dictated = adding("name this topic", "award winning work", papers=1)
    assert not {"award", "topic", "winning"} & set(named(dictated).name.lower().split())


def test_titles_with_addresses_are_no_examples() -> None:
    found = named(adding("event cameras", title="Read https://evil.example/x <script>alert(1)</script>"))
    assert "evil" not in found.description and "script" not in found.description


def test_a_name_that_is_taken_is_told_apart() -> None:
    shown = portraits()
    composer, taken = Composer(Terms(shown), shown), set[str]()
    for _ in range(4):
        name = composer.named(shown[0], lambda name: name not in taken).name
        assert name not in taken and not FORBIDDEN.search(name)
        taken.add(name)


def test_what_tells_a_taken_name_apart_can_stand_in_one_and_says_something_else() -> None:
    told = paper(
        900, title="On curated orchards", abstract="Curated orchards, curated orchard by orchard, and mills."
    )
    seen = tuple(
        (one, reading(one, keyphrases=("orchards",))) for one in (told, replace(told, id="arxiv:2601.90901"))
    )
    shown = [replace(portraits()[0], central=seen, boundary=()), *portraits()[1:]]
    name = Composer(Terms(shown), shown).named(shown[0], lambda name: name != "Orchard").name
    assert name == "Orchard and mill"


@pytest.mark.parametrize("abstract", ["", "The of and.", "??? !!!", "을 를 이"])
def test_papers_without_words_have_a_name_too(abstract: str) -> None:
    bare = tuple(
        (one, reading(one, keyphrases=(), tldr=""))
        for n in range(5)
        for one in [paper(n, title="", abstract=abstract)]
    )
    shown = [Portrait(Topic(7, DAY), bare, due=True), portrait(2)]
    found = named(shown, 7)
    assert found.name and found.description == "Papers that share few words."


def test_few_papers_and_a_lone_topic_are_named() -> None:
    seen = tuple(member(n, SUBJECTS[1]) for n in range(3))
    name = named([Portrait(Topic(1, DAY), seen, due=True)]).name.lower()
    assert sum(phrase in name for phrase in SUBJECTS[1]) >= 2


def test_names_do_not_depend_on_the_order_of_topics() -> None:
    shown = portraits()
    assert named(shown, 3) == named(shown[::-1], 3)


def test_a_topic_whose_every_name_is_taken_is_called_by_its_number() -> None:
    shown = portraits()
    composer, refused = Composer(Terms(shown), shown), {"Topic 1"}
    name = composer.named(shown[0], lambda name: name.startswith("Topic") and name not in refused).name
    assert name == "Topic 1 again"


def test_what_no_title_has_comes_behind_what_titles_have() -> None:
    def term(key: str, titled: float) -> Term:
        return Term(key, key, 1.0, 0b111, 8.0, 1.0, 1.0, titled)

    first, untitled, titled = term("robust vision", 1.0), term("dice scores", 0.0), term("road signs", 0.5)
    assert chosen([(1.0, first), (0.5, untitled), (0.3, titled)], 3) == [first, titled, untitled]
    assert chosen([(0.5, untitled), (0.3, titled)], 3) == [untitled, titled], "but for the first one"


def test_what_papers_are_about_comes_before_what_they_mention() -> None:
    first, *others = portraits()
    told = ("garden furniture", "lane detection")
    text = f"Cars steer on roads. We look at {told[0]}. We look at {told[1]}."
    titles = ("Autonomous vehicles on highways", "Where cars steer on roads", "Driving and steering at night")
    more = [paper(900 + n, title=title, abstract=text) for n, title in enumerate(titles)]
    seen = tuple((one, reading(one, keyphrases=told)) for one in more)
    assert named([replace(first, central=seen, boundary=()), *others]).name.startswith("Lane detection")
