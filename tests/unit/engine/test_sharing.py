"""Identical reads share a call, and no question gets an answer that is older than itself."""

import asyncio

import pytest

from command_gateway.engine.sharing import SharedReads


class Slow:
    """Answers with the number of the call, when it is let."""

    def __init__(self) -> None:
        self.calls = 0
        self.gate = asyncio.Event()

    async def __call__(self) -> int:
        self.calls += 1
        mine = self.calls
        await self.gate.wait()
        return mine


async def _turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_lone_question_is_asked_at_once() -> None:
    slow = Slow()
    slow.gate.set()
    assert await SharedReads().join("key", slow) == 1


async def test_a_question_never_joins_a_call_that_began_before_it() -> None:
    reads, slow = SharedReads(), Slow()
    first = asyncio.create_task(reads.join("key", slow))
    await _turns()
    later = [asyncio.create_task(reads.join("key", slow)) for _ in range(10)]
    await _turns()
    assert slow.calls == 1
    slow.gate.set()
    assert await first == 1
    assert set(await asyncio.gather(*later)) == {2}


async def test_different_questions_do_not_wait_for_each_other() -> None:
    reads, slow, quick = SharedReads(), Slow(), Slow()
    quick.gate.set()
    waiting = asyncio.create_task(reads.join("slow", slow))
    assert await reads.join("quick", quick) == 1
    slow.gate.set()
    assert await waiting == 1


async def test_a_failed_call_fails_its_own_askers_only() -> None:
    reads, slow = SharedReads(), Slow()

    async def broken() -> int:
        await slow.gate.wait()
        raise ValueError("no")

    first = asyncio.create_task(reads.join("key", broken))
    await _turns()
    second = asyncio.create_task(reads.join("key", slow))
    await _turns()
    slow.gate.set()
    with pytest.raises(ValueError, match="no"):
        await first
    assert await second == 1


async def test_an_asker_that_goes_away_does_not_end_the_call_of_others() -> None:
    reads, slow = SharedReads(), Slow()
    first = asyncio.create_task(reads.join("key", slow))
    await _turns()
    second, third = (asyncio.create_task(reads.join("key", slow)) for _ in range(2))
    await _turns()
    second.cancel()
    slow.gate.set()
    assert await first == 1
    assert await third == 2
