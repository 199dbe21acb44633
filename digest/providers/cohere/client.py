"""The one place that talks to Cohere: makes the SDK's calls, and its errors into ours; the key appears in none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from digest.calls import Caller, Transient
from digest.config import Cohere
from digest.errors import BadAnswer, ConfigError, ProviderError
from digest.providers.base import Citation, Document, Grounded
from digest.records import Spending

if TYPE_CHECKING:
    from cohere import ClientV2
    from cohere.core.api_error import ApiError

Reply = TypeVar("Reply")

CHARS_PER_TOKEN = 4
# Models that think before they answer unless they are told not to.
THINKERS = ("command-a-plus", "command-a-reasoning")
# Those that are not said to follow a schema (docs.cohere.com, structured outputs): the prompt tells them the form.
UNBOUND = ("command-a-reasoning",)
# What a model may think before it answers, in tokens.
THOUGHT_TOKENS = 2000
# A monthly limit is no reason to wait: "limited to 1000 API calls / month".
_MONTHLY = re.compile(r"\bmonth", re.I)
_MESSAGE = 300
TRANSIENT = (408, 409, 429, 500)


class CohereClient:
    """Calls with budget, rate limit and retry; one httpx client, which threads may share."""

    def __init__(self, key: str, url: str, settings: Cohere, caller: Caller) -> None:
        key = key.strip()
        if not re.fullmatch(r"[\x21-\x7e]+", key):
            # httpx would show an illegal header, and the key with it.
            raise ConfigError("CO_API_KEY is not a key: set it to one without spaces, from dashboard.cohere.com")
        self._key, self._url, self._settings, self._caller = key, url, settings, caller
        self._client = self._open()

    def _open(self) -> ClientV2:
        import httpx
        from cohere import ClientV2

        limits = httpx.Limits(max_connections=self._settings.parallel + 4)
        transport = httpx.Client(timeout=self._settings.timeout, limits=limits, follow_redirects=False)
        return ClientV2(
            self._key,
            base_url=self._url,
            httpx_client=transport,
            max_retries=0,
            log_warning_experimental_features=False,
        )

    def chat_json(self, system: str, user: str, schema: Mapping[str, Any], expected: int, model: str = "") -> str:
        """The text of an answer that should follow `schema`; `expected` tokens long. It may be anything.

        A `model` other than the usual one is asked to think first, if it can.
        """
        more: dict[str, Any] = {"response_format": {"type": "json_object", "json_schema": schema}}
        if model.startswith(UNBOUND):
            more = {}
        if model.startswith(THINKERS):
            more["thinking"] = {"type": "enabled", "token_budget": THOUGHT_TOKENS}
            expected += THOUGHT_TOKENS
        reply = self._chat(system, user, expected, model or self._settings.model, **more)
        return _text_of(reply)

    def chat_grounded(self, system: str, user: str, documents: Sequence[Document], expected: int) -> Grounded:
        """Prose with citations of the documents by their ids."""
        told = [{"id": d.id, "data": {"title": d.title, "text": d.text}} for d in documents]
        options = {"documents": told, "citation_options": {"mode": "ACCURATE"}}
        reply = self._chat(system, user, expected, self._settings.model, **options)
        citations = tuple(
            Citation(c.start, c.end, c.text or "", tuple(s.id for s in c.sources or () if getattr(s, "id", None)))
            for c in reply.message.citations or ()
            if c.start is not None and c.end is not None
        )
        return Grounded(_text_of(reply), citations)

    def _chat(self, system: str, user: str, expected: int, model: str, **more: Any) -> Any:
        settings = self._settings
        told = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        if model.startswith(THINKERS):
            more.setdefault("thinking", {"type": "disabled"})
        length = len(system) + len(user) + sum(len(str(d)) for d in more.get("documents", ()))
        estimate = Spending("chat", model, 1, length // CHARS_PER_TOKEN, expected)

        def ask() -> tuple[Any, Spending]:
            reply = self._asked(
                lambda: self._client.chat(
                    model=model,
                    messages=told,  # type: ignore[arg-type]
                    temperature=settings.temperature,
                    seed=settings.seed,
                    max_tokens=settings.max_tokens,
                    **more,
                )
            )
            units = reply.usage.billed_units if reply.usage else None
            if units is None:
                return reply, estimate
            spent = (int(units.input_tokens or 0), int(units.output_tokens or 0))
            return reply, Spending("chat", model, 1, *spent)

        return self._caller.call(estimate, ask)

    def embed(self, model: str, dimension: int, texts: Sequence[str], kind: str) -> list[list[float]]:
        """A vector for each text, in their order; `kind` is Cohere's input type. Raises `ProviderError`."""
        estimate = Spending("embed", model, 1, sum(map(len, texts)) // CHARS_PER_TOKEN)

        def ask() -> tuple[list[list[float]], Spending]:
            reply = self._asked(
                lambda: self._client.embed(
                    model=model,
                    texts=list(texts),
                    input_type=kind,
                    embedding_types=["float"],
                    output_dimension=dimension,
                )
            )
            vectors = reply.embeddings.float_ or []
            if [len(v) for v in vectors] != [dimension] * len(texts):
                raise BadAnswer(f"{model} did not answer with {len(texts)} vectors of {dimension} numbers")
            units = reply.meta and reply.meta.billed_units
            spent = int(units.input_tokens or 0) if units else estimate.tokens_in
            return vectors, Spending("embed", model, 1, spent)

        return self._caller.call(estimate, ask, units=len(texts))

    def _asked(self, ask: Callable[[], Reply]) -> Reply:
        """The reply, or our error for whatever the SDK raises."""
        import httpx
        from cohere.core.api_error import ApiError

        try:
            return ask()
        except ApiError as error:
            raise self._ours(error) from None
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            reason = f"Cohere cannot be reached at {self._url} ({type(error).__name__}); check the network"
            raise Transient(reason, connected=False) from None
        except httpx.HTTPError as error:
            raise Transient(f"the connection to Cohere failed ({type(error).__name__})") from None

    def _ours(self, error: ApiError) -> Exception:
        status, message = error.status_code, self._message(error.body)
        if status in (401, 403):
            return ProviderError(f"Cohere refused the key in CO_API_KEY ({status}: {message}); check or renew it")
        if status == 402 or (status == 429 and _MONTHLY.search(message)):
            return ProviderError(
                f"the key's quota at Cohere is used up ({message}); wait for next month, use another key, or set "
                'fallback = "local"'
            )
        if status == 404:
            return ProviderError(
                f"Cohere does not know what was asked for ({message}); check model and url under [cohere]"
            )
        # 200 is an answer that is no JSON: a page of some gateway.
        if status is not None and (status in TRANSIENT or status > 500 or status == 200):
            return Transient(f"Cohere answered {status}: {message}", _retry_after(error), limited=status == 429)
        return BadAnswer(f"Cohere refused a request ({status}: {message})")

    def _message(self, body: Any) -> str:
        text = str(body.get("message", body) if isinstance(body, Mapping) else body)
        text = " ".join(re.sub(r"<[^<>]*>", " ", text).split())
        return text.replace(self._key, "[key]")[:_MESSAGE]


def _retry_after(error: ApiError) -> float | None:
    """The seconds of a Retry-After header, at most two minutes; None without one."""
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    try:
        return min(max(float(headers["retry-after"]), 0.0), 120.0)
    except (KeyError, ValueError):
        return None


def _text_of(reply: Any) -> str:
    """All text of the answer; a model may think first, or say nothing at all."""
    parts = (reply.message.content if reply.message else None) or ()
    return "".join(part.text for part in parts if getattr(part, "type", "") == "text" and part.text)
