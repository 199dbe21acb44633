import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.channels.base import mark, shortened

END = "More: https://example.org/"


@given(st.lists(st.text("ab \n", max_size=30), max_size=20), st.integers(len(END), 300))
def test_what_is_kept_is_whole_paragraphs_and_as_many_as_fit(paragraphs: list[str], limit: int) -> None:
    text = "\n\n".join(paragraphs)

    def fits(found: str) -> bool:
        return len(found) <= limit

    found = shortened(text, fits, END)
    assert fits(found)
    if found != text:
        parts = text.split("\n\n")
        kept = found.removesuffix(END).removesuffix("\n\n")
        count = len(kept.split("\n\n")) if found != END else 0
        assert found.endswith(END) and (not count or parts[:count] == kept.split("\n\n"))
        assert not fits("\n\n".join([*parts[: count + 1], END])) or count == len(parts) - 1


def test_no_room_even_for_the_end_is_an_error() -> None:
    with pytest.raises(ValueError, match="no room"):
        shortened("x" * 100, lambda found: len(found) < 5, END)


def test_marks_differ_by_secret_and_target() -> None:
    marks = {
        mark(secret, target) for secret in ("", "a", "b") for target in ("ada@example.org", "bob@example.org")
    }
    assert len(marks) == 6 and all(len(m) == 16 for m in marks)
