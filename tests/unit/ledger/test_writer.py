"""Who waits for whom: one writer, gathered appends, callers that go away."""

import asyncio
from collections.abc import Sequence

import pytest

from command_gateway.errors import Conflict, LedgerUnavailable
from command_gateway.ledger.writer import MOST_TOGETHER, Append, Writer


class Disk:
    """Takes batches while it is let; says what it took."""

    def __init__(self) -> None:
        self.took: list[int] = []
        self.free = asyncio.Event()
        self.free.set()
        self.broken: Exception | None = None

    async def write(self, batch: Sequence[Append]) -> None:
        await self.free.wait()
        if self.broken is not None:
            raise self.broken
        self.took.append(len(batch))


async def started(disk: Disk) -> Writer:
    writer = Writer(disk.write)
    writer.start()
    return writer


async def test_a_lone_append_is_written_alone_and_at_once() -> None:
    disk = Disk()
    writer = await started(disk)
    await writer.append(Append())
    assert disk.took == [1]
    await writer.close()


async def test_what_comes_while_the_disk_is_busy_goes_together() -> None:
    disk = Disk()
    disk.free.clear()
    writer = await started(disk)
    waiting = [asyncio.create_task(writer.append(Append()))]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting += [asyncio.create_task(writer.append(Append())) for _ in range(MOST_TOGETHER + 5)]
    await asyncio.sleep(0)
    disk.free.set()
    await asyncio.gather(*waiting)
    assert disk.took == [1, MOST_TOGETHER, 5]
    await writer.close()


async def test_a_refused_append_is_told_and_the_others_go_on() -> None:
    disk = Disk()
    writer = await started(disk)
    refused = Append(refused=Conflict("no"))
    tried = await asyncio.gather(writer.append(refused), writer.append(Append()), return_exceptions=True)
    assert [type(each) for each in tried] == [Conflict, type(None)]
    await writer.close()


@pytest.mark.parametrize("broken", [OSError("gone"), LedgerUnavailable("gone"), ValueError("gone")])
async def test_trouble_is_told_to_all_of_the_batch_and_does_not_last(broken: Exception) -> None:
    disk = Disk()
    writer = await started(disk)
    disk.broken = broken
    tried = await asyncio.gather(*(writer.append(Append()) for _ in range(3)), return_exceptions=True)
    assert [type(each) for each in tried] == [LedgerUnavailable] * 3
    disk.broken = None
    await writer.append(Append())
    await writer.close()


async def test_a_caller_that_goes_away_does_not_take_the_write_back() -> None:
    disk = Disk()
    disk.free.clear()
    writer = await started(disk)
    gone = asyncio.create_task(writer.append(Append()))
    await asyncio.sleep(0)
    gone.cancel()
    disk.free.set()
    await writer.close()
    assert disk.took == [1]
    assert gone.cancelled()


async def test_closing_writes_what_waits_and_takes_nothing_more() -> None:
    disk = Disk()
    disk.free.clear()
    writer = await started(disk)
    waiting = [asyncio.create_task(writer.append(Append())) for _ in range(3)]
    await asyncio.sleep(0)
    closing = asyncio.create_task(writer.close())
    await asyncio.sleep(0)
    with pytest.raises(LedgerUnavailable, match="closed"):
        await writer.append(Append())
    disk.free.set()
    await asyncio.gather(closing, *waiting)
    assert sum(disk.took) == 3
