import json
from datetime import date

from hypothesis import given

from digest.site import Found, months_index, shard, sitemap, version
from tests.any_text import ANY_TEXT, FUZZ
from tests.invented import DAY


def test_a_shard_has_what_the_search_shows() -> None:
    found = Found("arxiv:1", r"On $\alpha$ whales", ("Ada Lovelace", "Bo"), "They sing.", "vision", DAY, "고래")
    assert json.loads(shard([found])) == [
        ["arxiv:1", "On α whales", "Ada Lovelace, Bo", "They sing.", "vision", "2026-01-05", "고래"]
    ]


def test_months_are_read_in_their_order_and_never_from_an_old_cache() -> None:
    told = json.loads(months_index({"2026-02.json": ("b", 3), "2026-01.json": ("a", 5)}, {"vision": "📷 Vision"}))
    assert told == {
        "months": [["2026-02.json?v=b", 3], ["2026-01.json?v=a", 5]],
        "categories": {"vision": "📷 Vision"},
    }


def test_a_version_changes_with_its_text() -> None:
    assert version("a") == version("a") != version("b")


@FUZZ
@given(ANY_TEXT)
def test_any_paper_is_written_in_utf_8(text: str) -> None:
    told = shard([Found(text, text, (text,), text, "other", DAY, text)]).encode()
    assert len(json.loads(told)) == 1


def test_the_sitemap_lists_whole_addresses() -> None:
    told = sitemap([("index.html", None), ("2026/01/2026-01-05.html", date(2026, 1, 5))], "https://me.example/p/")
    assert b"<loc>https://me.example/p/index.html</loc>" in told
    assert b"<loc>https://me.example/p/2026/01/2026-01-05.html</loc><lastmod>2026-01-05</lastmod>" in told
