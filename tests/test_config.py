import tomllib
from pathlib import Path

import pytest

from digest.config import Config, Interests, load_config, paper_id
from digest.errors import ConfigError

SHIPPED = Path(__file__).parent.parent / "digest.toml"


def write(folder: Path, text: str) -> Path:
    (folder / "digest.toml").write_text(text, encoding="utf-8")
    return folder


def test_no_file_means_defaults(tmp_path: Path) -> None:
    assert load_config(tmp_path) == Config(workspace=tmp_path)


def test_shipped_file_names_every_setting_with_its_default() -> None:
    told = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    defaults = Config().model_dump(mode="json", exclude={"workspace"})
    assert told == defaults


def test_flags_win_over_environment_over_file(tmp_path: Path) -> None:
    write(tmp_path, 'title = "file"\nlanguages = ["ko"]\n[arxiv]\ndelay = 9')
    env = {"DIGEST_TITLE": "variable", "DIGEST_ARXIV_DELAY": "8", "HOME": "/x", "DIGEST_NOW": "2026-01-05"}
    config = load_config(tmp_path, env, {"title": "flag"})
    assert (config.title, config.arxiv.delay, config.languages) == ("flag", 8.0, ("ko",))


def test_lists_in_variables(tmp_path: Path) -> None:
    config = load_config(tmp_path, {"DIGEST_ARXIV_CATEGORIES": '["stat.ML", "cs.LG", "cs.LG"]'})
    assert config.arxiv.categories == ("stat.ML", "cs.LG")


def test_all_mistakes_at_once_each_with_key_value_and_what_is_allowed(tmp_path: Path) -> None:
    write(
        tmp_path, 'provider = "gpt"\nfoo = 1\nlanguages = ["English"]\n[arxiv]\ncategories = ["cs LG"]\nspeed = 2'
    )
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path, {"DIGEST_HTTP_RETRIES": "many", "DIGEST_TITEL": "1"}, {"sources": ["web"]})
    lines = str(caught.value).splitlines()
    expected = [
        ("provider", "digest.toml", "'gpt'", "known: auto, local"),
        ("foo", "digest.toml", "no such setting", "known: title"),
        ("languages.0", "digest.toml", "'English'", "must be the code of a language, such as en"),
        ("arxiv.categories.0", "digest.toml", "'cs LG'", "must be a category of arXiv, such as cs.LG"),
        ("arxiv.speed", "digest.toml", "no such setting", "known: categories"),
        ("http.retries", "DIGEST_HTTP_RETRIES", "'many'", "integer"),
        ("DIGEST_TITEL", "", "no such setting", "did you mean DIGEST_TITLE?"),
        ("sources", "--sources", "'web'", "known: arxiv"),
    ]
    for parts in expected:
        assert any(all(part in line for part in parts) for line in lines), (parts, lines)


def test_interests_are_a_section_with_variables_of_its_own(tmp_path: Path) -> None:
    write(tmp_path, '[interests]\nqueries = ["moths at night"]\nkeywords = ["lamp", "lamp"]')
    env = {"DIGEST_INTERESTS_PAPERS": '["2606.28729", "https://arxiv.org/abs/2606.28729v3"]'}
    found = load_config(tmp_path, env).interests
    assert (found.queries, found.keywords, found.papers) == (("moths at night",), ("lamp",), ("arxiv:2606.28729",))
    assert found.any and not Interests(mute=("lamp",), disliked=("2606.28729",)).any


def test_mistakes_in_interests_are_said(tmp_path: Path) -> None:
    write(
        tmp_path,
        '[interests]\npapers = ["BERT"]\nkeywords = ["?!"]\nqueries = [" "]\nauthors = "Ada Lovelace"\n'
        'bibliography = ["library.docx"]',
    )
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path)
    for key, reason in {
        "interests.papers.0": "no id of a paper",
        "interests.keywords.0": "must be one line with a word in it",
        "interests.queries.0": "must be words",
        "interests.authors": "write it as a list",
        "interests.bibliography": "must end in .bib, .json, .csv",
    }.items():
        assert any(key in line and reason in line for line in str(caught.value).splitlines()), key
    write(tmp_path, '[interests]\npapers = ["2606.28729"]\ndisliked = ["arxiv:2606.28729v2"]')
    with pytest.raises(ConfigError, match=r"arxiv:2606.28729 is both in papers and in disliked"):
        load_config(tmp_path)


def test_channels_and_their_sections(tmp_path: Path) -> None:
    write(
        tmp_path,
        'channels = ["mail", "github", "mail"]\n[mail]\nhost = "smtp.example.org"\n'
        'sender = "Digest <digest@example.org>"\nrecipients = ["ada@example.org", "ada@example.org"]',
    )
    config = load_config(tmp_path, {"DIGEST_MAIL_USER": "ada", "DIGEST_GITHUB_LABEL": "papers"})
    assert config.channels == ("mail", "github") and config.mail.recipients == ("ada@example.org",)
    assert config.mail.usable and config.github.label == "papers"
    assert config.mail.ways_out == ("mailto:digest@example.org?subject=unsubscribe",)


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ('channels = ["pigeon"]', "channels", "unknown channel 'pigeon'; known: mail, notify, github"),
        ('channels = "mail"', "channels", "write it as a list"),
        ('channels = ["mail"]', "mail", 'the channel "mail" needs host, sender and recipients'),
        ('sources = ["feed"]', "feed", 'the source "feed" needs urls'),
        ('sources = ["file"]', "file", 'the source "file" needs paths'),
        ('[mail]\nhost = "h/x"', "mail.host", "must be the name of a server"),
        ('[mail]\nsecurity = "ssl"', "mail.security", "'starttls', 'tls' or 'none'"),
        ('[mail]\nsender = "Digest"', "mail.sender", "write it like"),
        ('[mail]\nsender = "A <a@b.example>\\r\\nBcc: <e@f.example>"', "mail.sender", "write it like"),
        (
            '[mail]\nrecipients = ["a@b.example, c@d.example"]',
            "mail.recipients.0",
            "must be only the address, such as ada@example.org",
        ),
        (
            '[mail]\nrecipients = ["a@b.example>\\r\\nDATA"]',
            "mail.recipients.0",
            "must be only the address, such as ada@example.org",
        ),
        ('[mail]\nunsubscribe = ["http://example.org"]', "mail.unsubscribe.0", "must be one https address"),
        (
            '[mail]\nunsubscribe = ["https://example.org>,<https://e"]',
            "mail.unsubscribe.0",
            "must be one https address",
        ),
        ('[mail]\nhost = "h"\nuser = "a"\nsecurity = "none"', "mail", "in the clear"),
        ('[mail]\npassword = "x"', "mail.password", "no such setting"),
        (
            '[site]\nurl = "foo"',
            "site.url",
            "an address such as https://me.github.io/papers/, or empty; got 'foo'",
        ),
        ('[feed]\nurls = ["foo"]', "feed.urls.0", "must be an http(s) address"),
        ('[schedule]\ntimes = ["4:15"]', "schedule.times.0", "must be a time such as 04:15; got '4:15'"),
        ('[schedule]\ntimes = ["04:15\\n"]', "schedule.times.0", "must be a time such as 04:15"),
        ('mail = "ada@example.org"', "mail", "write it as a section, [mail]; got 'ada@example.org'"),
        ('[notify]\nurls = ["discord://a/b"]', "notify", "no such setting"),
        ('[github]\nlabel = "a,b"', "github.label", "must be one label, without a comma"),
    ],
)
def test_mistakes_in_channels_are_said(tmp_path: Path, text: str, key: str, reason: str) -> None:
    write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path)
    [line] = str(caught.value).splitlines()[1:]
    assert line.strip().startswith(f"{key} (in digest.toml)") and reason in line
    assert "pattern" not in line and "Mail(" not in line and "{" not in line


def test_a_variable_like_a_setting_is_a_mistake_told_in_one_short_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path, {"DIGEST_MAIL_SENDR": "x"})
    assert str(caught.value).splitlines()[1:] == [
        "  DIGEST_MAIL_SENDR: no such setting; did you mean DIGEST_MAIL_SENDER?"
    ]


def test_a_variable_of_another_program_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert load_config(tmp_path, {"DIGEST_FOO": "1"}) == load_config(tmp_path)
    assert [record.getMessage() for record in caplog.records] == ["DIGEST_FOO: no such setting; it is left alone"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2606.28729", "arxiv:2606.28729"),
        (" arXiv:2606.28729v12 ", "arxiv:2606.28729"),
        ("http://arxiv.org/abs/2606.28729", "arxiv:2606.28729"),
        ("https://www.arxiv.org/pdf/2606.28729v2.pdf", "arxiv:2606.28729"),
        ("https://arxiv.org/html/2606.28729/", "arxiv:2606.28729"),
        ("https://doi.org/10.48550/arXiv.2606.28729", "arxiv:2606.28729"),
        ("CS.cl/0101001", "arxiv:cs.CL/0101001"),
        ("https://arxiv.org/abs/hep-th/9901001v2", "arxiv:hep-th/9901001"),
        ("10.1000/AbC", "doi:10.1000/abc"),
        ("https://doi.org/10.1000/abc", "doi:10.1000/abc"),
        ("doi:10.1000/ABC", "doi:10.1000/abc"),
        ("venue/1234567", "venue/1234567"),
        ("file:moths", "file:moths"),
    ],
)
def test_ids_of_papers_are_made_canonical(text: str, expected: str) -> None:
    assert paper_id(text) == expected and paper_id(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "moths",
        "2613.28729",
        "12.3",
        "https://example.com/paper",
        "arxiv:moths",
        "doi:x",
        "a:\x1b[31m",
        "a/b c",
    ],
)
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no id of a paper"):
        paper_id(text)


def test_broken_file_is_named_with_the_reason(tmp_path: Path) -> None:
    write(tmp_path, 'title = "x"\nlanguages = [1 2]')
    with pytest.raises(ConfigError, match=r"digest.toml cannot be read: .*line 2"):
        load_config(tmp_path)


@pytest.mark.parametrize("url", ["https://export.arxiv.org/api/query", "http://arxiv.org:80/api/query"])
def test_spacing_is_never_below_three_seconds_for_arxiv(tmp_path: Path, url: str) -> None:
    env = {"DIGEST_ARXIV_DELAY": "1", "DIGEST_ARXIV_API_URL": url, "DIGEST_ARXIV_FEED_URL": "http://127.0.0.1/rss"}
    with pytest.raises(ConfigError, match="at least 3"):
        load_config(tmp_path, env)


def test_spacing_is_free_for_other_hosts(tmp_path: Path) -> None:
    env = {
        "DIGEST_ARXIV_DELAY": "0",
        "DIGEST_ARXIV_API_URL": "http://127.0.0.1:9/api/query",
        "DIGEST_ARXIV_FEED_URL": "http://notarxiv.org/rss",
    }
    assert load_config(tmp_path, env).arxiv.delay == 0


def test_archive_is_in_the_workspace_or_an_address(tmp_path: Path) -> None:
    assert load_config(tmp_path).archive_url == str(tmp_path / "archive")
    assert load_config(tmp_path, {"DIGEST_ARCHIVE": "memory://here"}).archive_url == "memory://here"


@pytest.mark.parametrize("address", ["localhost:8786", "http://10.0.0.5:8786", "tcp://", "tcp://10.0.0.5 8786"])
def test_addresses_that_no_scheduler_has(tmp_path: Path, address: str) -> None:
    assert load_config(tmp_path, flags={"scale.scheduler": "tcp://10.0.0.5:8786"}).scale.scheduler
    with pytest.raises(ConfigError, match=r"scale\.scheduler"):
        load_config(tmp_path, flags={"scale.scheduler": address})


def test_a_flag_is_named_as_it_is_typed(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"scale\.scheduler \(in --scheduler\)"):
        load_config(tmp_path, flags={"scale.scheduler": "nonsense"})


def test_a_mark_at_the_start_of_the_file_is_none_of_its_text(tmp_path: Path) -> None:
    (tmp_path / "digest.toml").write_bytes(b'\xef\xbb\xbftitle = "Moths"\r\n')
    assert load_config(tmp_path).title == "Moths"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_another_encoding_is_named_as_the_mistake(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "digest.toml").write_bytes('title = "caf\u00e9"\n'.encode(encoding))
    with pytest.raises(ConfigError, match=r"digest\.toml cannot be read: it is not in UTF-8; save it"):
        load_config(tmp_path)
