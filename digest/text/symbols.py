"""What LaTeX commands stand for: tables only, read by `latex.py`."""

from __future__ import annotations


def _table(pairs: str) -> dict[str, str]:
    words = pairs.split()
    return dict(zip(words[::2], words[1::2], strict=True))


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Written between two things: gets a space on both sides if the source has one on either.
RELATIONS = _table(
    """
    leq ≤ le ≤ leqslant ≤ geq ≥ ge ≥ geqslant ≥ neq ≠ ne ≠ approx ≈ sim ∼ simeq ≃ cong ≅ equiv ≡
    propto ∝ ll ≪ gg ≫ lesssim ≲ gtrsim ≳ prec ≺ preceq ⪯ succ ≻ succeq ⪰ in ∈ notin ∉ ni ∋
    subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇ sqsubseteq ⊑ cup ∪ cap ∩ setminus ∖ times × div ÷
    cdot · pm ± mp ∓ oplus ⊕ otimes ⊗ odot ⊙ boxtimes ⊠ circledast ⊛ land ∧ wedge ∧ lor ∨ vee ∨
    to → rightarrow → longrightarrow → mapsto ↦ leftarrow ← gets ← leftrightarrow ↔
    Rightarrow ⇒ implies ⇒ Leftarrow ⇐ Leftrightarrow ⇔ iff ⇔ hookrightarrow ↪ parallel ∥ perp ⊥
    mid | vdash ⊢ vDash ⊨ models ⊨ triangleq ≜ doteq ≐ coloneqq ≔ star ⋆ ast ∗ circ ∘ bullet •
    """
)
SYMBOLS = _table(
    """
    alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι
    kappa κ lambda λ mu μ nu ν xi ξ pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ
    phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ
    Upsilon Υ Phi Φ Psi Ψ Omega Ω ell ℓ hbar ℏ aleph ℵ Re ℜ Im ℑ imath ı jmath ȷ partial ∂ nabla ∇
    infty ∞ emptyset ∅ varnothing ∅ forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ top ⊤ bot ⊥ sum ∑
    prod ∏ int ∫ oint ∮ bigcup ⋃ bigcap ⋂ bigoplus ⨁ bigotimes ⨂ uparrow ↑ downarrow ↓
    updownarrow ↕ nearrow ↗ searrow ↘ ldots … dots … dotsc … dotsb … cdots ⋯ vdots ⋮ ddots ⋱
    langle ⟨ rangle ⟩ lceil ⌈ rceil ⌉ lfloor ⌊ rfloor ⌋ lbrace { rbrace } lbrack [ rbrack ]
    vert | lvert | rvert | Vert ‖ lVert ‖ rVert ‖ | ‖ backslash \\ slash / colon : prime ′ degree °
    textdegree ° dagger † ddagger ‡ dag † ddag ‡ S § P ¶ copyright © textcopyright ©
    textregistered ® circledR ® texttrademark ™ pounds £ euro € texteuro € yen ¥ checkmark ✓ cmark ✓
    xmark ✗ square □ blacksquare ■ triangle △ diamond ⋄ clubsuit ♣ heartsuit ♡ spadesuit ♠ flat ♭
    sharp ♯ natural ♮ angle ∠ surd √ micro µ textmu µ textpertenthousand ‱ textperthousand ‰
    perthousand ‰ ss ß ae æ AE Æ oe œ OE Œ o ø O Ø l ł L Ł aa å AA Å i ı j ȷ dh ð DH Ð th þ TH Þ
    textendash – textemdash — textellipsis … textquoteleft ‘ textquoteright ’ textquotedblleft “
    textquotedblright ” textbackslash \\ textasciitilde ~ textasciicircum ^ textunderscore _
    textless < textgreater > textbar | textbullet • textdollar $ textpercent % lq ‘ rq ’ lt < gt >
    LaTeX LaTeX TeX TeX eg e.g. ie i.e. etc etc. R ℝ N ℕ Z ℤ
    """
)
# Letters of other alphabets; the space behind such a command only ends its name.
LETTERS = _names("ss ae AE oe OE o O l L aa AA i j dh DH th TH")
FUNCTIONS = _names(
    """
    log ln lg exp sin cos tan cot sec csc sinh cosh tanh arcsin arccos arctan min max inf sup lim
    liminf limsup arg argmin argmax det dim deg ker rank tr Tr Pr gcd lcm hom mod bmod poly
    polylog sign sgn softmax diag
    """
)
# Accents, as the combining mark that follows the letter.
ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", '"': "\u0308", "=": "\u0304",
    ".": "\u0307", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a", "u": "\u0306",
    "v": "\u030c", "d": "\u0323",
    "grave": "\u0300", "acute": "\u0301", "hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303",
    "widetilde": "\u0303", "bar": "\u0304", "overline": "\u0304", "breve": "\u0306",
    "dot": "\u0307", "ddot": "\u0308", "check": "\u030c", "vec": "\u20d7",
}  # fmt: skip
# The argument is set in another font or colour, or boxed: it stays, as text or as mathematics.
TEXT_FONTS = _names(
    """
    text textbf textit texttt textsc textrm textsf textsl textmd textup textnormal emph underline
    uline mbox hbox fbox mathrm operatorname enquote url path textls ensuremath sout
    """
)
# Two arguments, of which a reader wants the second.
SECOND_ONLY = _names(
    """
    href textcolor colorbox hyperlink hypertarget hyperref scalebox
    """
)
# A command and its argument that have no meaning outside their document.
DROPPED = _names(
    """
    cite citep citet citealp citealt citeauthor citeyear citeyearpar parencite textcite autocite
    footcite nocite ref eqref pageref autoref cref Cref nameref label input include
    includegraphics bibliography bibliographystyle begin end vspace hspace color usepackage
    documentclass footnotemark thanks phantom vphantom hphantom mkern
    """
)
# Commands without an argument that change only the look.
SWITCHES = _names(
    """
    em it bf tt rm sf sc sl cal itshape bfseries ttfamily scshape upshape normalfont tiny
    scriptsize footnotesize small normalsize large Large LARGE huge Huge displaystyle textstyle
    scriptstyle limits nolimits noindent indent left right middle big Big bigg Bigg bigl bigr
    Bigl Bigr biggl biggr bigm protect xspace centering maketitle item relax newpage clearpage
    smallskip medskip bigskip strut
    """
)
SPACES = _names(
    """
    quad qquad space newline linebreak par and enspace thinspace hfill
    """
)

_PLAIN = "0123456789+-=()"
SUPERSCRIPTS = dict(
    zip(
        _PLAIN + "−abcdefghijklmnoprstuvwxyzTβγδθφ′∘°*",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾⁻ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀᵝᵞᵟᶿᵠ′°°*",
        strict=True,
    )
)
SUBSCRIPTS = dict(zip(_PLAIN + "−aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎₋ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
_DOUBLE_EXCEPTIONS = {"C": "ℂ", "H": "ℍ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ"}
DOUBLE_STRUCK = {chr(ord("A") + n): chr(0x1D538 + n) for n in range(26)} | _DOUBLE_EXCEPTIONS
DOUBLE_STRUCK |= {str(n): chr(0x1D7D8 + n) for n in range(10)}
