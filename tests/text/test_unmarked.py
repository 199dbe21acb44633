import re

import pytest
from hypothesis import given

from digest.text import plain, unmarked
from tests.any_text import ANY_TEXT, FUZZ
from tests.rendered import HOSTILE

# Discord, Slack, Telegram and Mattermost: mentions, emphasis, code, spoilers, links, autolinks, headings, quotes.
MARKUP = re.compile(
    r"@(everyone|here|\w)|<[@#!:a-zA-Z/]|\*\S|\S\*|(?<!\w)_\w|\w_(?!\w)|`|~~|\|\||\]\(|\w://|^[#>-]", re.MULTILINE
)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_service_finds_markup_a_mention_or_an_address(text: str) -> None:
    assert not MARKUP.search(unmarked(text)), unmarked(text)


@FUZZ
@given(ANY_TEXT)
def test_whatever_the_text(text: str) -> None:
    found = unmarked(text)
    assert not MARKUP.search(found) and len(found) == len(plain(text))


@pytest.mark.parametrize(
    "text", ["Adam: p < 0.05, a * b and snake_case_names", "대규모 언어 모델 (3:1) + 2 - 1 #3"]
)
def test_what_is_no_markup_stays(text: str) -> None:
    assert unmarked(text) == text


def test_what_goes_leaves_something_alike() -> None:
    assert unmarked("C*-algebras by @ada, <b> and [x](y)") == "C∗-algebras by ＠ada, ‹b› and [x］(y)"
