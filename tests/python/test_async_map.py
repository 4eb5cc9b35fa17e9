"""A map on an event loop: who waits for it when it, its client or its items end."""

import asyncio
import gc

import pytest
from peer import peer, users

import leafnative

ID = "00000000-0000-4000-8000-000000000000"
IDS = [f"00000000-0000-4000-8000-{i:012d}" for i in range(3)]


def silent(*request):
    return None, None


async def walked(outcomes):
    return [outcome async for outcome in outcomes]


async def waiting(outcomes):
    """A task that waits for the next outcome of a map whose peer is silent."""
    task = asyncio.ensure_future(walked(outcomes))
    while outcomes._signal is None:
        await asyncio.sleep(0)
    return task


def test_closing_the_client_ends_a_wait_for_an_outcome():
    async def job():
        leaf = leafnative.AsyncLeaf(server.url, token="t")
        task = await waiting(leaf.map("users.get", IDS))
        await leaf.close()
        with pytest.raises(leafnative.ClosedError, match="closed with its client"):
            await asyncio.wait_for(task, 10)

    with peer(silent) as server:
        asyncio.run(job())


def test_a_map_that_is_closed_while_a_task_waits_ends_and_the_next_one_is_watched():
    async def job():
        async with leafnative.AsyncLeaf(server.url, token="t") as leaf:
            first = leaf.map("users.get", IDS)
            task = await waiting(first)
            silences.clear()
            first.close()
            second = leaf.map("users.get", IDS)  # may get the descriptor that the first one had
            assert len(await asyncio.wait_for(walked(second), 10)) == 3
            assert await task == []

    silences = [True]
    with peer(lambda *request: silent() if silences else users(*request)) as server:
        asyncio.run(job())


def test_a_second_task_that_waits_for_the_same_map_is_refused():
    async def job():
        async with leafnative.AsyncLeaf(server.url, token="t") as leaf:
            outcomes = leaf.map("users.get", IDS)
            task = await waiting(outcomes)
            with pytest.raises(RuntimeError, match="by one task at a time"):
                await anext(outcomes)
            outcomes.close()
            assert await task == []

    with peer(silent) as server:
        asyncio.run(job())


def test_a_cancellation_that_comes_out_of_the_items_is_raised():
    async def items():
        yield ID
        raise asyncio.CancelledError

    async def job():
        async with leafnative.AsyncLeaf(server.url, token="t") as leaf:
            task = asyncio.ensure_future(walked(leaf.map("users.get", items())))
            done, _ = await asyncio.wait([task], timeout=10)
            assert done and task.cancelled()

    with peer(users) as server:
        asyncio.run(job())


def test_a_client_that_is_dropped_without_being_closed_lets_go_of_its_connections():
    async def job():
        leaf = leafnative.AsyncLeaf(server.url, token="t")
        assert (await leaf.users.get(ID)).id == ID
        calls = leaf._line.calls
        del leaf
        await asyncio.sleep(0)  # the poll that this task was resumed by holds its call
        gc.collect()
        await asyncio.sleep(0)
        assert calls.closed

    with peer(users) as server:
        asyncio.run(job())
