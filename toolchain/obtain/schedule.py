"""Run independent set-up tasks in parallel: downloads and packages while programs compile."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from toolchain.obtain import process
from toolchain.obtain.stages import Report, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One piece: ``work`` begins once every task whose title stands in ``after`` has ended."""

    title: str
    work: Callable[[Stage], None]
    after: tuple[str, ...] = ()


def perform(tasks: Sequence[Task], report: Report) -> None:
    """Do all tasks, each as a stage of the report. ``after`` names earlier tasks of the sequence only.

    The first error ends what still runs, lets nothing new begin, and is raised; so does an interrupt.
    """
    if not tasks:
        return
    ended = {task.title: threading.Event() for task in tasks}
    stopped = threading.Event()
    report.expect(task.title for task in tasks)

    def do(task: Task) -> None:
        for title in task.after:
            ended[title].wait()
        if not stopped.is_set():
            with report.stage(task.title) as stage:
                task.work(stage)
        ended[task.title].set()

    with ThreadPoolExecutor(len(tasks), thread_name_prefix="planewatch-set-up") as pool:
        running = [pool.submit(do, task) for task in tasks]
        try:
            wait(running, return_when=FIRST_EXCEPTION)
            if failed := [one for one in running if one.done() and one.exception()]:
                raise _first_of(failed)
        finally:
            stopped.set()
            for event in ended.values():
                event.set()
            while any(not one.done() for one in running):
                # Again and again: a task that was between two commands may have begun another.
                process.end_all()
                wait(running, timeout=0.2)


def _first_of(failed: Sequence[Future[None]]) -> BaseException:
    error = failed[0].exception()
    if error is None:  # pragma: no cover  only failed ones come here
        raise ValueError("none of these has failed")
    return error
