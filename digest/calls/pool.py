"""One thread pool for calls: results as they arrive, and nothing lost when one call fails for good."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


def as_done(work: Callable[[Task], Result], tasks: Sequence[Task], parallel: int) -> Iterator[tuple[Task, Result]]:
    """Each task with its result, in the order in which they are done; at most `parallel` at once.

    When a task fails, those not begun are dropped, those in flight are waited for and still yielded, and then
    the first failure is raised.
    """
    if parallel == 1:
        for task in tasks:
            yield task, work(task)
        return
    with ThreadPoolExecutor(max_workers=parallel, thread_name_prefix="calls") as pool:
        futures: dict[Future[Result], Task] = {pool.submit(work, task): task for task in tasks}
        failed: BaseException | None = None
        try:
            for future in as_completed(futures):
                if future.cancelled():
                    continue
                failure = future.exception()
                if failure is None:
                    yield futures[future], future.result()
                elif failed is None:
                    failed = failure
                    _cancel(futures)
        finally:
            # Also when the caller stops early, or the user does.
            _cancel(futures)
    if failed is not None:
        raise failed


def _cancel(futures: dict[Future[Result], Task]) -> None:
    for future in futures:
        future.cancel()
