"""`delatex`: what authors write in titles and abstracts, and what they should not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import text
from tests.any_text import ANY_TEXT, FUZZ


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # accents and letters
        (r"Erd\H{o}s--R\'enyi", "Erdős–Rényi"),
        (
            r"\v{S}imi\'c, \AA ngstr\"om, \L{}ukasz, na\"{\i}ve, Fran\c cois, {\o}re",
            "Šimić, Ångström, Łukasz, naïve, François, øre",
        ),
        (r"it\'s \"quoted\" here", 'it\'s "quoted" here'),
        # fonts
        (r"\emph{x} \textbf{y \textit{z}} {\em w} {\bf v}", "x y z w v"),
        (
            r"\textcolor{red}{warm} \href{https://e.example}{text} \url{https://e.example/a\_b}",
            "warm text https://e.example/a_b",
        ),
        (r"{\color{blue}{https://e.example/x}}", "https://e.example/x"),
        # mathematics
        (r"$\mathcal{O}(n \log n)$ bounds for $\ell_0$", "O(n log n) bounds for ℓ₀"),
        (r"$f\colon \mathbb{R}^d \to \mathbb{R}$, $\|x\|_2 \leq \epsilon$", "f: ℝᵈ → ℝ, ‖x‖₂ ≤ ε"),
        (r"a\leq b, $2\times$, $x \in X$", "a ≤ b, 2×, x ∈ X"),
        (
            r"$x^2$ $x_{ij}$ $10^{-4}$ $x^{1/2}$ $x_{i<j}$ $x_{max}$ $90^\circ$ CO$_2$",
            "x² xᵢⱼ 10⁻⁴ x^(1/2) x_(i<j) x_max 90° CO₂",
        ),
        (
            r"$\tilde{O}(\sqrt{d/n})$ $\frac{1}{2}$ $\frac{a+b}{c}$ $\binom{n}{k}$",
            "Õ(√(d/n)) 1/2 (a+b)/c (n choose k)",
        ),
        (r"\(x\) \[y\] $$\nabla_\theta < 0 \& > 1$$", "x y ∇_θ < 0 & > 1"),
        (r"$\Delta t = \alpha x$, $\left( a \right.$", "Δt = αx, ( a"),
        ("$a<b$ holds, p < 0.05 and c > d", "a<b holds, p < 0.05 and c > d"),
        # money, sets and templates are not mathematics
        ("a lone $5", "a lone $5"),
        ("US$ 5 and $6 million", "US$ 5 and $6 million"),
        (
            "$5-$6, $7/$8 and from $50,000 to $500 a year",
            "$5-$6, $7/$8 and from $50,000 to $500 a year",
        ),
        (r"100\% of \$5 \& \#1 a\_b \{x\}", "100% of $5 & #1 a_b {x}"),
        ("{-1, 0, 1} and {{ 7*7 }}", "{-1, 0, 1} and {{ 7*7 }}"),
        ("in 5 steps ($>$5 is more), 1{,}890 times", "in 5 steps (>5 is more), 1,890 times"),
        # typography
        ("``quoted'' `single' it's", "“quoted” ‘single’ it's"),
        ("a---b, c--d, e -- f, --flag, ----", "a—b, c–d, e – f, --flag, ----"),
        (
            "Fig.~3, ~5 ms, 5~10 and http://x.example/~me/a--b",
            "Fig. 3, ~5 ms, 5~10 and http://x.example/~me/a--b",
        ),
        (r"\unicode{x2014}", "—"),
        # what has no meaning here
        (r"as in~\cite{a,b}. And (\citep[p.~5]{x}), see \ref{f}.", "as in. And, see."),
        (r"\begin{equation} a \end{equation} \input{/etc/passwd} b", "a b"),
        # unknown commands leave their words
        (r"\ourmodel is \mycmd{good}, \ie better", "ourmodel is good, i.e. better"),
        # unbalanced
        (r"\textbf{bold without end", "{bold without end"),
        ("$x without end", "$x without end"),
        ("a } b { c", "a } b { c"),
        ("end\\", "end"),
        ("C:\nx", "C: x"),
        ("", ""),
    ],
)
def test_delatex(source: str, expected: str) -> None:
    assert text.delatex(source) == expected


_LATEX = st.lists(
    st.sampled_from(
        r"""
        \ { } [ ] $ $$ ^ _ ~ \( \) \[ \] \textbf \emph \frac \sqrt \cite \href \begin \alpha \leq
        \' \" \^ \~ \c \v \H \hat \mathbb \unicode \left \left. \foo \\ - -- ` `` ' '' . , x ab 1 %
        \deg \log https://e.example/a_b \pmod \binom \footnote x10ffff xd800
        """.split()  # noqa: SIM905 - readable
    )
    | st.sampled_from(" \n\0"),
    max_size=25,
).map("".join)


@FUZZ
@given(st.one_of(_LATEX, ANY_TEXT))
def test_delatex_takes_anything(source: str) -> None:
    line = text.delatex(source)
    assert line == text.plain(line)


@FUZZ
@given(st.lists(st.one_of(st.just("word"), _LATEX), max_size=8))
def test_delatex_keeps_plain_words(pieces: list[str]) -> None:
    """Words between spaces survive, whatever brackets and signs stand around them."""
    source = " ".join(piece if piece == "word" else re.sub(r"\\[A-Za-z]+|\\.", "", piece) for piece in pieces)
    assert text.delatex(source).count("word") >= source.split().count("word")


@pytest.mark.parametrize(
    "source",
    ["{" * 50_000 + "}" * 50_000, "$ a" * 20_000, "$$ a" * 20_000, "\\(" * 30_000,
     "\\frac" * 20_000, "\\'" * 30_000, "^{" * 30_000, "\\ " * 30_000, "`" * 60_000,
     "-" * 60_000, "(" * 60_000, "\\textbf{" * 20_000, "[" * 60_000, "\\cite[" * 20_000,
     " " * 60_000 + "\\cite{x}"],
    ids=range(15),
)  # fmt: skip
def test_long_hostile_sources_end(source: str) -> None:
    line = text.delatex(source)
    assert line == text.plain(line)
    assert "\n" not in text.markdown(line)
