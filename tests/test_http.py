import gzip
import socket

import pytest

import digest.http
from digest.config import Config
from digest.errors import SourceError
from digest.http import Client, Unusable
from tests.serving import Clock, Says, Site, client_of, serving, settings


@pytest.fixture
def site(site: Site) -> Site:
    site.say(b"fine")
    return site


@pytest.fixture
def clock() -> Clock:
    return Clock()


def client(site: Site, clock: Clock, **flags: object) -> Client:
    return client_of(settings(site, **flags), clock)


def test_an_answer_comes_back_with_its_headers(site: Site, clock: Clock) -> None:
    site.say(Says(b"body", headers={"ETag": '"x"'}))
    answer = client(site, clock).get(f"{site.url}/a")
    assert (answer.status, answer.body, answer.headers["etag"]) == (200, b"body", '"x"')


def test_who_asks_is_said_with_the_contact(site: Site, clock: Clock) -> None:
    client(site, clock, http__contact="me@example.org").get(f"{site.url}/a")
    assert "paper-digest/" in site.asked[0].headers["user-agent"]
    assert "me@example.org" in site.asked[0].headers["user-agent"]


def test_every_question_to_arxiv_waits_even_the_first(site: Site, clock: Clock) -> None:
    asking = client(site, clock, arxiv__delay=3)
    asking.get(f"{site.url}/rss/cs.AI")
    asking.get(f"{site.url}/api/query?x")
    assert clock.slept == [3.0, 3.0]


def test_arxivs_own_hosts_get_three_seconds_whatever_is_set(
    clock: Clock, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = client(site, clock, arxiv__delay=0, http__retries=0)
    monkeypatch.setattr(asking._session, "get", lambda url, **_: asking._outside.get(site.url))
    for url in ("https://arxiv.org/oai", "https://export.arxiv.org/api/query", site.url):
        clock.slept.clear()
        with pytest.raises(SourceError):
            asking.get(url)
        assert clock.slept == ([0.0] if url == site.url else [3.0])


def test_time_that_has_passed_counts_as_waited(site: Site, clock: Clock) -> None:
    asking = client(site, clock, arxiv__delay=3)
    clock.now += 2
    asking.get(f"{site.url}/rss/cs.AI")
    clock.now += 60
    asking.get(f"{site.url}/rss/cs.AI")
    assert clock.slept == [1.0, 0.0]


def test_the_wait_counts_from_the_end_of_a_slow_answer(site: Site, clock: Clock) -> None:
    asking = client(site, clock, arxiv__delay=3)

    def slow(asked: object) -> bytes:
        clock.now += 20
        return b"fine"

    site.answer = slow
    asking.get(f"{site.url}/rss/a")
    asking.get(f"{site.url}/rss/a")
    assert clock.slept == [3.0, 3.0]


@pytest.mark.parametrize("host", ["arxiv.org", "export.arxiv.org", "rss.arxiv.org"])
def test_all_of_arxivs_hosts_share_one_wait(site: Site, clock: Clock, host: str) -> None:
    assert client(site, clock)._is_arxiv(host)


@pytest.mark.parametrize("host", ["notarxiv.org", "arxiv.org.example.com", ""])
def test_other_hosts_do_not_wait(site: Site, clock: Clock, host: str) -> None:
    assert not client(site, clock)._is_arxiv(host)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_passing_trouble_is_asked_again(site: Site, clock: Clock, status: int) -> None:
    site.say(Says(b"Rate exceeded.", status), b"fine")
    assert client(site, clock).get(f"{site.url}/a").body == b"fine"
    assert len(site.asked) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_refusals_are_not_asked_again(site: Site, clock: Clock, status: int) -> None:
    site.say(Says(b"no", status))
    with pytest.raises(SourceError, match=f"answered {status}; check the address"):
        client(site, clock).get(f"{site.url}/a")
    assert len(site.asked) == 1


def test_waits_grow_and_retries_end(site: Site, clock: Clock) -> None:
    site.say(Says(b"", 503))
    with pytest.raises(SourceError, match="answered 503; nothing is lost, try again later"):
        client(site, clock, http__retries=4, arxiv__delay=1).get(f"{site.url.replace('127.0.0.1', 'localhost')}/a")
    assert len(site.asked) == 5
    for wait, longest in zip(clock.slept, (1, 2, 4, 8), strict=True):
        assert 0.8 * longest <= wait <= 1.2 * longest


def test_the_server_says_how_long_to_wait(site: Site, clock: Clock) -> None:
    site.say(Says(b"", 429, {"Retry-After": "17"}), b"fine")
    client(site, clock, arxiv__delay=0).get(f"{site.url}/a")
    assert 17.0 in clock.slept


def test_the_server_says_until_when_to_wait(site: Site, clock: Clock) -> None:
    headers = {"Retry-After": "Wed, 18 Nov 2026 09:00:40 GMT", "Date": "Wed, 18 Nov 2026 09:00:10 GMT"}
    assert digest.http._retry_after({name.lower(): value for name, value in headers.items()}) == 30


@pytest.mark.parametrize("value", ["", "soon", "Wed, 99 Nov 2026", "-5"])
def test_a_senseless_wait_is_not_obeyed(value: str) -> None:
    assert not digest.http._retry_after({"retry-after": value, "date": "Wed, 18 Nov 2026 09:00:10 GMT"})


def test_too_long_a_wait_ends_the_run_instead(site: Site, clock: Clock) -> None:
    site.say(Says(b"", 429, {"Retry-After": "7200"}))
    with pytest.raises(SourceError, match="asks to wait 7200 s"):
        client(site, clock, arxiv__delay=0).get(f"{site.url}/a")
    assert len(site.asked) == 1


def test_an_answer_that_breaks_off_is_asked_again(site: Site, clock: Clock) -> None:
    site.say(Says(b"half", cut=100), b"fine")
    assert client(site, clock).get(f"{site.url}/a").body == b"fine"


def test_an_unusable_answer_is_asked_again(site: Site, clock: Clock) -> None:
    def check(body: bytes) -> None:
        if body != b"good":
            raise Unusable("it is bad")

    site.say(b"bad", b"good")
    assert client(site, clock).get(f"{site.url}/a", check=check).body == b"good"
    site.say(b"bad")
    with pytest.raises(SourceError, match="it is bad"):
        client(site, clock).get(f"{site.url}/a", check=check)


def test_an_unchanged_answer_is_not_checked(site: Site, clock: Clock) -> None:
    def check(body: bytes) -> None:
        raise Unusable("empty")

    site.say(Says(b"", 304))
    assert client(site, clock).get(f"{site.url}/a", {"If-None-Match": '"x"'}, check).status == 304
    assert site.asked[0].headers["if-none-match"] == '"x"'


def test_a_body_is_cut_at_the_size_limit(site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digest.http, "MAX_BYTES", 2**20)
    site.say(Says(gzip.compress(b"0" * 2**22), headers={"Content-Encoding": "gzip"}))
    with pytest.raises(SourceError, match="larger than 1 MiB"):
        client(site, clock).get(f"{site.url}/a")
    assert len(site.asked) == 1


def test_a_body_that_drips_is_given_up(site: Site, clock: Clock) -> None:
    ticks = iter(range(0, 10**6, 200))
    asking = Client(settings(site, http__timeout=10, http__retries=1), clock.sleep, lambda: float(next(ticks)))
    with pytest.raises(SourceError, match="takes too long"):
        asking.get(f"{site.url}/a")


def test_no_server_is_no_traceback(clock: Clock) -> None:
    with serving() as site:
        asking = client(site, clock, http__retries=1)
    with pytest.raises(SourceError, match="no connection"):
        asking.get(f"{site.url}/a")


@pytest.mark.parametrize("url", ["http://[", "nonsense", f"http://{'a' * 70}.example/", "http://a:99999/"])
def test_an_impossible_address_is_said_at_once(site: Site, clock: Clock, url: str) -> None:
    with pytest.raises(SourceError, match="no valid address"):
        client(site, clock).get(url)


def test_redirects_within_the_settings_are_followed(site: Site, clock: Clock) -> None:
    site.say(Says(b"", 301, {"Location": "/b"}), b"moved")
    assert client(site, clock).get(f"{site.url}/a").body == b"moved"
    assert [asked.path for asked in site.asked] == ["/a", "/b"]


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/", "http://[::ffff:127.0.0.1]:1/", "http://2130706433:1/",
     "http://169.254.169.254/latest/meta-data", "http://10.0.0.1/", "http://192.168.1.1/", "http://0.0.0.0:1/"],
)  # fmt: skip
def test_redirects_to_private_addresses_are_refused(site: Site, clock: Clock, target: str) -> None:
    site.say(Says(b"", 302, {"Location": target}))
    with pytest.raises(SourceError, match="private address"):
        client(site, clock).get(f"{site.url}/a")
    assert len(site.asked) == 1


def test_a_name_that_turns_private_after_its_check_is_refused(
    site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(site.url.rpartition(":")[2])
    looked_up: list[str] = []

    def resolve(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        looked_up.append(host)
        address = "127.0.0.1" if host == "127.0.0.1" or looked_up.count(host) > 1 else "93.184.215.14"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    site.say(Says(b"", 302, {"Location": f"http://rebound.example:{port}/secret"}), b"secret")
    with pytest.raises(SourceError, match=r"private address 127\.0\.0\.1"):
        client(site, clock).get(f"{site.url}/a")
    assert [asked.path for asked in site.asked] == ["/a"]
    assert looked_up.count("rebound.example") == 2


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.org/x", "http://[", "javascript:1"])
def test_redirects_to_no_web_address_are_refused(site: Site, clock: Clock, target: str) -> None:
    site.say(Says(b"", 302, {"Location": target}))
    with pytest.raises(SourceError, match=r"no (web|valid) address"):
        client(site, clock).get(f"{site.url}/a")


def test_redirects_in_a_circle_end(site: Site, clock: Clock) -> None:
    site.say(Says(b"", 302, {"Location": "/a"}))
    with pytest.raises(SourceError, match="too many redirects"):
        client(site, clock).get(f"{site.url}/a")
    assert len(site.asked) == digest.http.MAX_REDIRECTS + 1


def test_a_host_without_a_connection_is_given_up_early(clock: Clock) -> None:
    client = client_of(Config(), clock)
    with pytest.raises(SourceError, match="no connection"):
        client.get("http://127.0.0.1:9/nobody-listens")
    assert len(clock.slept) == 2
