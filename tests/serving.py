"""A web server on this machine that says what a test tells it to, and notes what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from digest.config import Config, load_config
from digest.http import Client


@dataclass(frozen=True)
class Asked:
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    method: str = "GET"
    body: bytes = b""


@dataclass(frozen=True)
class Says:
    """An answer; `cut` promises that many bytes more than it sends, then hangs up."""

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = 0


@dataclass
class Site:
    """`answer` makes the answer to each request; `asked` lists them."""

    url: str
    answer: Callable[[Asked], Says | bytes | str] = lambda asked: Says()
    asked: list[Asked] = field(default_factory=list)

    def say(self, *answers: Says | bytes | str) -> None:
        """Give these answers, one after the other, the last one for ever."""
        left = list(answers)
        self.answer = lambda asked: left.pop(0) if len(left) > 1 else left[0]


@contextmanager
def serving() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {k.lower(): v for k, v in self.headers.items()}
            asked = Asked(parts.path, query, headers, self.command, sent)
            site.asked.append(asked)
            says = site.answer(asked)
            says = says if isinstance(says, Says) else Says(says)
            body = says.body.encode() if isinstance(says.body, str) else says.body
            self.send_response(says.status)
            for name, value in says.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body) + says.cut))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Clock:
    """Time that passes only by sleeping; `slept` lists for how long each time."""

    def __init__(self) -> None:
        self.now, self.slept = 1000.0, []  # type: ignore[var-annotated]

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(round(seconds, 3))

    def __call__(self) -> float:
        return self.now


def settings(site: Site, folder: Path = Path(), **flags: Any) -> Config:
    """Settings that send arXiv's requests to the site; `flags` are written like `http__retries=2`."""
    given = {"arxiv.api_url": f"{site.url}/api/query", "arxiv.feed_url": f"{site.url}/rss", "http.retries": 2}
    given["arxiv.oai_url"] = f"{site.url}/oai"
    given |= {name.replace("__", "."): value for name, value in flags.items()}
    return load_config(folder, {}, given)


def client_of(config: Config, clock: Clock | None = None) -> Client:
    """The client, with time that only seems to pass."""
    clock = clock or Clock()
    return Client(config, clock.sleep, clock)
