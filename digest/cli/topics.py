"""`digest topics …`: the commands and their options; each hands over to its room."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from digest.cli.options import Scheduler, Workspace, flags

topics = typer.Typer(
    name="topics",
    help="List topics; name, merge, split or redraw them.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


def parsed_topic(text: str) -> int:
    """The number of a topic as people name it."""
    from digest.curation import topic_id

    found = topic_id(text)
    if found is None:
        raise typer.BadParameter(f"a topic is named like t17 or 17, not {text!r:.40}")
    return found


# The metavar is the argument's name in the help: a topic's id as it is printed.
Topic = Annotated[int, typer.Argument(parser=parsed_topic, metavar="ID", help="The topic: t17 or 17.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON list instead of lines.")]


@topics.callback()
def listing(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Retired topics too, and where they lead.")] = False,
    as_json: Json = False,
    workspace: Workspace = Path(),
) -> None:
    """List the topics by category and size, with their last weeks; or do what the command says."""
    if context.invoked_subcommand is None:
        from digest.cli.topics_shown import show_list

        show_list(workspace, everything, as_json)
        return
    # They would be lost on the command, which has options of its own.
    sources = [context.get_parameter_source(name) for name in context.params]
    if any(source is not None and source.name == "COMMANDLINE" for source in sources):
        raise typer.BadParameter(f"write the options behind {context.invoked_subcommand}")


@topics.command()
def show(topic: Topic, workspace: Workspace = Path()) -> None:
    """Show a topic.

    What it is about, what became of it, its papers and its neighbours.
    """
    from digest.cli.topics_shown import show_topic

    show_topic(workspace, topic)


@topics.command()
def rename(
    topic: Topic,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name from now on.")],
    workspace: Workspace = Path(),
) -> None:
    """Give a topic a name, which stays for ever.

    It is written to topics.toml, and to the archive.
    """
    from digest.cli import topics_changed

    topics_changed.rename(workspace, topic, name)


@topics.command()
def merge(
    first: Annotated[int, typer.Argument(parser=parsed_topic, metavar="A", help="A topic: t17 or 17.")],
    second: Annotated[
        int, typer.Argument(parser=parsed_topic, metavar="B", help="Another; the older one survives.")
    ],
    yes: Yes = False,
    workspace: Workspace = Path(),
) -> None:
    """Make two topics one, under the older id.

    First it is told what will change, then, if agreed, done.
    """
    from digest.cli import topics_changed

    _end(topics_changed.merge(workspace, first, second, yes))


@topics.command()
def split(topic: Topic, yes: Yes = False, workspace: Workspace = Path()) -> None:
    """Make a topic two.

    First it is told what will change, then, if agreed, done.
    """
    from digest.cli import topics_changed

    _end(topics_changed.split(workspace, topic, yes))


@topics.command()
def rebalance(yes: Yes = False, scheduler: Scheduler = None, workspace: Workspace = Path()) -> None:
    """Redraw the topics over all papers now.

    First it is told what will change, then, if agreed, done.
    """
    from digest.cli import topics_changed

    _end(topics_changed.rebalance(workspace, yes, flags(scheduler=scheduler)))


@topics.command()
def review(workspace: Workspace = Path()) -> None:
    """Go through the doubtful topics, worst first.

    Keep, rename, merge or split each.

    Without a terminal, list them.
    """
    from digest.cli.topics_reviewed import review_topics

    review_topics(workspace)


def _end(code: int) -> None:
    if code:
        raise typer.Exit(code)
