import pytest

from digest.export.names import inverted


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Ada Lovelace", "Lovelace, Ada"),
        ("J. R. R. Tolkien", "Tolkien, J. R. R."),
        ("Donald E. Knuth", "Knuth, Donald E."),
        ("Ludwig van Beethoven", "van Beethoven, Ludwig"),
        ("Laurens J. van der Maaten", "van der Maaten, Laurens J."),
        ("Jean-Luc O'Neil", "O'Neil, Jean-Luc"),
        ("Łukasz Müller", "Müller, Łukasz"),
        ("Oh Min-hwan", "Min-hwan, Oh"),
    ],
)
def test_certain_names_are_turned(name: str, told: str) -> None:
    assert inverted(name) == told


@pytest.mark.parametrize(
    "name",
    [
        "Gabriel García Márquez",
        "Qwen Team",
        "The ATLAS Collaboration",
        "Google Research",
        "Sammy Davis Jr.",
        "Henry Louis Gates III",
        "Plato",
        "",
        "김 철수",
        "Lovelace, Ada",
        "Ada Lovelace and Charles Babbage",
        "Ada (MIT) Lovelace",
        "bell hooks",
        "Ada L.",
        "de Sade",
        "A{da} Love\\lace",
        "Ada; Lovelace",
        "1 2",
    ],
)
def test_doubtful_names_are_not(name: str) -> None:
    assert inverted(name) == ""
