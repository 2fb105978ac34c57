"""Each embedding thread keeps torch to one core, and nobody else's threads notice."""

from __future__ import annotations

import threading
from concurrent.futures import Future

import torch

from core.embed.runner import available_cores, batch_workers


def threads_as_seen_by_a_new_thread() -> int:
    answer: Future[int] = Future()
    thread = threading.Thread(target=lambda: answer.set_result(torch.get_num_threads()))
    thread.start()
    thread.join()
    return answer.result()


def test_workers_use_one_core_each_and_others_as_many_as_before() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        with batch_workers() as workers:
            all_started = threading.Barrier(available_cores())

            def threads_after_work() -> int:
                all_started.wait(timeout=60)
                torch.ones(64, 64) @ torch.ones(64, 64)
                return torch.get_num_threads()

            futures = [workers.submit(threads_after_work) for _ in range(available_cores())]
            assert [future.result() for future in futures] == [1] * available_cores()
            assert torch.get_num_threads() == 3
            assert threads_as_seen_by_a_new_thread() == 3
    finally:
        torch.set_num_threads(before)


def test_batches_that_have_not_begun_are_dropped() -> None:
    release = threading.Event()
    begun: list[int] = []

    def work(number: int) -> None:
        begun.append(number)
        release.wait(timeout=60)

    with batch_workers() as workers:
        futures = [workers.submit(work, number) for number in range(available_cores() + 5)]
        while len(begun) < available_cores():
            release.wait(timeout=0.01)
        threading.Timer(0.2, release.set).start()
    assert [future.cancelled() for future in futures] == [False] * available_cores() + [True] * 5
