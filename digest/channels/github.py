"""One issue on GitHub for each edition, so that who watches the repository is told, without any mail server."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

import requests

from digest.channels.base import Attempt, Channel, Message, mark, shortened
from digest.config import Config
from digest.errors import ChannelError
from digest.text import truncate

TOKEN, REPOSITORY, API = "GITHUB_TOKEN", "GITHUB_REPOSITORY", "GITHUB_API_URL"
PUBLIC_API = "https://api.github.com"
TIMEOUT = (10.0, 60.0)
# GitHub takes 65,536 characters.
LONGEST = 65_000
PAGE, MOST_PAGES = 100, 10
_NAME = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)


class GithubChannel(Channel):
    """Opens the edition's issue unless there is one: an issue bears its edition, unseen, in its first line."""

    name = "github"
    variables = (TOKEN, REPOSITORY, API)
    secrets = (TOKEN,)

    def __init__(self, config: Config, variables: Mapping[str, str]) -> None:
        self._label = config.github.label
        self._issues = f"{(variables.get(API) or PUBLIC_API).rstrip('/')}/repos/{variables[REPOSITORY]}/issues"
        self._session = requests.Session()
        # With an answer of our own, a .netrc on this machine is not asked who we are.
        self._session.auth = lambda request: request
        self._session.headers.update(
            {
                "Authorization": f"Bearer {variables[TOKEN]}",
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": "2022-11-28",
            }
        )

    @classmethod
    def lacks(cls, config: Config, variables: Mapping[str, str]) -> str:
        """The repository or the token."""
        if not _NAME.fullmatch(variables.get(REPOSITORY, "")):
            return f"set the environment variable {REPOSITORY} to owner/name"
        if not variables.get(TOKEN):
            return f"set the environment variable {TOKEN} to a token that may write issues"
        return ""

    @staticmethod
    def words(message: Message) -> str:
        """The issue's Markdown."""
        end = f"[{message.cut}]({message.link})" if message.link else message.cut
        text = f"{_sign(message.edition)}\n\n{message.markdown}"
        return shortened(text, lambda kept: len(kept) <= LONGEST, end)

    def send(self, message: Message, reached: Collection[str]) -> Iterator[Attempt]:
        """One issue. That a lost answer is no second one is seen to by looking first."""
        key = mark("", self._issues)
        if key in reached:
            return
        if not self._is_there(message.edition):
            body = {"title": truncate(message.subject, 200), "body": self.words(message), "labels": [self._label]}
            self._asked("POST", self._issues, body)
        yield Attempt(key)

    def _is_there(self, edition: date) -> bool:
        """True if an issue with our label is the edition's; none of before the edition can be."""
        query = f"?state=all&labels={quote(self._label, safe='')}&sort=created&direction=desc&per_page={PAGE}"
        for page in range(1, MOST_PAGES + 1):
            issues = self._asked("GET", f"{self._issues}{query}&page={page}")
            if not isinstance(issues, list):
                raise ChannelError("GitHub's list of issues is none")
            for issue in issues:
                if str(issue.get("body") or "").startswith(_sign(edition)) and "pull_request" not in issue:
                    return True
            if len(issues) < PAGE or str(issues[-1].get("created_at", "")) < str(edition):
                return False
        return False

    def _asked(self, method: str, url: str, body: Mapping[str, object] | None = None) -> Any:
        try:
            answer = self._session.request(method, url, json=body, timeout=TIMEOUT, allow_redirects=False)
            if answer.ok and not answer.is_redirect:
                return answer.json()
        except requests.RequestException as error:
            raise ChannelError(f"GitHub could not be reached ({type(error).__name__})") from error
        raise ChannelError(f"GitHub answered {answer.status_code}{_meaning(answer.status_code)}")


def _sign(edition: date) -> str:
    return f"<!-- digest edition {edition} -->"


def _meaning(status: int) -> str:
    if status in (401, 403):
        return f"; {TOKEN} must be allowed to write issues (in a workflow: permissions, issues: write)"
    if status in (404, 410):
        return f"; is {REPOSITORY} right, and has it issues?"
    return ""
