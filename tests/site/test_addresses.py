import pytest

from digest.site import page_path, relative
from digest.site.addresses import placed, rooted

BASE = "https://me.github.io/papers/"
DATED = "2026/01/2026-01-07.md"


@pytest.mark.parametrize(
    ("source", "page"),
    [
        (DATED, "2026/01/2026-01-07.html"),
        ("2026/01/2026-01-07/vision-2.ko.md", "2026/01/2026-01-07/vision-2.ko.html"),
        ("topics/README.ko.md", "topics/index.ko.html"),
        ("README.md", "index.html"),
    ],
)
def test_a_page_stands_where_its_markdown_does(source: str, page: str) -> None:
    assert page_path(source) == page


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("2026-01-07/vision.md#arxiv-1", "/2026/01/2026-01-07/vision.html#arxiv-1"),
        ("2026-01-07.svg", "/2026/01/2026-01-07.svg"),
        ("#vision", "/2026/01/2026-01-07.html#vision"),
        ("../../topics/README.md#vision", "/topics/index.html#vision"),
        ("../../README.md", "/index.html"),
        ("https://arxiv.org/abs/2601.00001", "https://arxiv.org/abs/2601.00001"),
        (f"{BASE}map/#topic=3", "/map/index.html#topic=3"),
        (f"{BASE}map/map.svg", "/map/map.svg"),
        (BASE, "/index.html"),
        # What leaves the reports is found again, or gone.
        ("../../../archive/site/map/index.html", "/map/index.html"),
        ("../../../../../reports/topics/3.md", "/topics/3.html"),
        ("../../../digest.toml", ""),
        ("../../../archive/HEAD.json", ""),
        ("/etc/passwd", ""),
        ("//evil.example/x", ""),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("mailto:a@b.example", ""),
    ],
)
def test_a_link_is_resolved_from_its_file(address: str, found: str) -> None:
    assert rooted(address, DATED, base=BASE) == found


def test_a_page_in_a_further_language_leads_to_its_own_front_page() -> None:
    assert rooted("../../README.md", DATED.replace(".md", ".ko.md"), ".ko") == "/index.ko.html"
    assert rooted("../../topics/README.ko.md", DATED, ".ko") == "/topics/index.ko.html"


@pytest.mark.parametrize(
    ("address", "page", "seen"),
    [
        ("topics/3.html#x", "2026/01/2026-01-07.html", "../../topics/3.html#x"),
        ("2026/01/2026-01-07.html#x", "2026/01/2026-01-07.html", "#x"),
        ("index.html", "index.html", "index.html"),
        ("site.css", "index.html", "site.css"),
        ("index.html", "topics/3.html", "../index.html"),
    ],
)
def test_addresses_hold_from_any_page(address: str, page: str, seen: str) -> None:
    assert relative(address, page) == seen


def test_addresses_of_the_site_are_placed_and_others_stay() -> None:
    html = '<a href="/topics/3.html#x">a</a><img src="/map/map.png"><a href="https://arxiv.org/abs/1">b</a>'
    assert placed(html, "2026/01/x.html") == (
        '<a href="../../topics/3.html#x">a</a><img src="../../map/map.png"><a href="https://arxiv.org/abs/1">b</a>'
    )
    assert f'src="{BASE}map/map.png"' in placed(html, base=BASE)
