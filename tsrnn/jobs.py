"""Jobs: independent pieces of work, one after another here or several at once in worker processes."""

from __future__ import annotations

import numbers
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from joblib import Parallel, delayed, effective_n_jobs
from threadpoolctl import threadpool_limits

from tsrnn.errors import SettingError

Job = TypeVar("Job")
Result = TypeVar("Result")

_WAVE = 8  # jobs a worker has in a wave: at its end all wait for the last one
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def each(work: Callable[[Job], Result], jobs: Sequence[Job], n_jobs: int | None) -> list[Result]:
    """`work(job)` of every job, in their order; `n_jobs` at once, each in a process of its own and on one thread.

    - `n_jobs`: 1 works here, with the threads that are set here; -1 takes every core; None is 1, or what
      `joblib.parallel_config` says, whose backends (Dask, Ray) may stand on other machines.

    An error in a worker is raised here, its type and text kept, and nothing more is begun.

    >>> each(abs, [-1, 2, -3], 1)
    [1, 2, 3]
    """
    runner = Parallel(n_jobs=_checked(n_jobs))
    if runner.n_jobs == 1 or len(jobs) < 2:
        return [work(job) for job in jobs]
    with warnings.catch_warnings():
        # A worker that has grown, as it does when it loads torch, is replaced; where warnings are errors, saying so
        # would end the thread that looks after the workers, and nothing would ever come back.
        warnings.filterwarnings("ignore", "A worker stopped while some jobs were given", UserWarning)
        done: list[Result] = runner(delayed(_elsewhere)(work, job, os.getpid()) for job in jobs)
    return done


def workers(n_jobs: int | None) -> int:
    """How many jobs `each` works on at once.

    >>> workers(3)
    3
    """
    return int(effective_n_jobs(_checked(n_jobs)))


def streamed(work: Callable[[Job], Result], jobs: Sequence[Job], n_jobs: int | None) -> Iterator[Result]:
    """`each`, some jobs at a time: an answer that the caller lets go of takes no more memory.

    >>> list(streamed(abs, [-1, 2, -3], 1))
    [1, 2, 3]
    """
    crew = workers(n_jobs)
    wave = 1 if crew == 1 else _WAVE * crew
    for first in range(0, len(jobs), wave):
        yield from each(work, jobs[first : first + wave], n_jobs)


def _checked(n_jobs: int | None) -> int | None:
    if n_jobs is None:
        return None
    if isinstance(n_jobs, bool) or not isinstance(n_jobs, numbers.Integral) or n_jobs == 0:
        raise SettingError(f"n_jobs is a whole number, 1 for no other process and -1 for every core; got {n_jobs!r}")
    return int(n_jobs)


def _elsewhere(work: Callable[[Job], Result], job: Job, caller: int) -> Result:
    if os.getpid() == caller:  # a backend of threads: the number of threads belongs to all of them
        return work(job)
    with _one_thread():
        return work(job)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Inside, BLAS, OpenMP and torch compute on one thread: as many processes as cores have no use for more."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ |= dict.fromkeys(_THREADS, "1")  # read by libraries that are loaded later
    torch = sys.modules.get("torch")
    threads = torch.get_num_threads() if torch else 1
    try:
        with threadpool_limits(limits=1):
            if torch:
                torch.set_num_threads(1)
            yield
    finally:
        if torch:
            torch.set_num_threads(threads)
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
