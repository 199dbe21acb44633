"""A tiny Cohere on this machine that answers what a test tells it to, and notes what it was asked."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from digest.assets import Assets
from digest.calls import Caller, Meter, RateLimiter
from digest.config import Cohere, Config
from digest.providers.base import Access
from digest.records import Spending

KEY = "secret-Key-123"
Body = dict[str, Any]


@dataclass(frozen=True)
class Says:
    """An answer; `cut` promises more bytes than it sends and hangs up."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


@dataclass
class Service:
    url: str
    answer: Callable[[str, Body], Any] = lambda path, body: {}
    asked: list[Body] = field(default_factory=list)

    def say(self, *answers: Any) -> None:
        """Give these answers, one after the other, the last one for ever."""
        left = list(answers)
        self.answer = lambda path, body: left.pop(0) if len(left) > 1 else left[0]


@contextmanager
def service() -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            here.asked.append(body)
            says = here.answer(self.path, body)
            says = says if isinstance(says, Says) else Says(says)
            raw = says.body if isinstance(says.body, bytes) else json.dumps(says.body).encode()
            self.send_response(says.status)
            kind = "text/html" if isinstance(says.body, bytes) else "application/json"
            for name, value in {"Content-Type": kind, **says.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw) + 100 * says.cut))
            self.end_headers()
            self.wfile.write(raw)
            self.close_connection = says.cut

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    here = Service(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def chat(text: str, citations: list[Body] | None = None, finish: str = "COMPLETE") -> Body:
    """A chat answer of one text."""
    message: Body = {"role": "assistant", "content": [{"type": "text", "text": text}] if text else []}
    if citations is not None:
        message["citations"] = citations
    units = {"billed_units": {"input_tokens": 100, "output_tokens": 10}}
    return {"id": "x", "message": message, "finish_reason": finish, "usage": units}


def keys(body: Body) -> list[str]:
    """The ids of the papers or items in a prompt."""
    return re.findall(r'<\w+-[0-9a-f]+ id="([0-9a-f]+)">', body["messages"][-1]["content"])


def element(key: str, **fields: Any) -> Body:
    """A good reading of the paper with that key."""
    texts = ("summary", "problem", "method", "result", "application", "eli5")
    told = {name: f"The {name} is told in a few plain words." for name in texts}
    good = {"id": key, "tldr": "It does something new and useful.", **told}
    return {**good, "keyphrases": ["plain words"], "primary": "language", "secondary": ["vision"], **fields}


def access(url: str, folder: Path, tries: int = 3, key: str = KEY, bills: list[Spending] | None = None) -> Access:
    """Access without waiting: sleeps are skipped."""
    meter = Meter(Cohere().prices)
    meter.begin([], [], (bills if bills is not None else []).append)
    limiters = {name: RateLimiter(10_000, sleep=lambda seconds: None) for name in ("chat", "embed")}
    return Access(key, url, Assets(folder), Caller(meter, limiters, tries, sleep=lambda s: None))


def config(**cohere: Any) -> Config:
    return Config(cohere=Cohere(**{"timeout": 5.0, **cohere}))
