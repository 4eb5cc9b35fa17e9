"""A client that is used, closed or cancelled by what it calls itself: hooks, arguments, and other threads meanwhile."""

import asyncio
import gc
import signal
import threading
import warnings
from collections import UserDict

import pytest
from peer import peer, users

import leafnative
from leafnative import _core

ID = "00000000-0000-4000-8000-000000000000"
FARM = "a@farm.example"


@pytest.fixture
def service():
    with leafnative.Service(cheap_passwords=True) as service:
        service.create_owner(FARM, password="s3cret")
        yield service


def opened(service, **options):
    return leafnative.AsyncLeaf(service, username=FARM, password="s3cret", **options)


class Telling(UserDict):
    """A mapping that runs a function when it is written into a request."""

    def __init__(self, function, members):
        super().__init__(members)
        self.function = function

    def keys(self):
        self.function()
        return super().keys()


def test_an_event_hook_may_cancel_the_task_whose_call_it_is_told_of(service):
    cancelled = []

    def hook(event):
        if tasks and event.kind == "request":
            cancelled.append(tasks.pop().cancel())

    tasks = []

    async def job():
        async with opened(service, on_event=hook) as leaf:
            user = await leaf.users.create(name="Maple Farm")

            async def read():
                return await leaf.users.get(user.id)

            for _ in range(20):
                task = asyncio.ensure_future(read())
                tasks.append(task)
                with pytest.raises(asyncio.CancelledError):
                    await task
            gc.collect()
            assert (await read()).name == "Maple Farm"

    asyncio.run(job())
    assert cancelled == [True] * 20


def test_the_handler_of_a_signal_may_cancel_tasks_in_the_middle_of_a_poll(service):
    def hook(event):
        if tasks and event.kind == "response":
            signal.raise_signal(signal.SIGALRM)

    tasks = []
    before = signal.signal(signal.SIGALRM, lambda number, frame: [task.cancel() for task in tasks])

    async def job():
        async with opened(service, on_event=hook) as leaf:
            user = await leaf.users.create(name="Maple Farm")
            tasks.extend(asyncio.ensure_future(leaf.users.get(user.id)) for _ in range(10))
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            tasks.clear()
            assert {type(outcome) for outcome in outcomes} == {asyncio.CancelledError}
            assert (await leaf.users.get(user.id)).name == "Maple Farm"

    try:
        asyncio.run(job())
    finally:
        signal.signal(signal.SIGALRM, before)


def test_a_hook_that_closes_an_asynchronous_client_is_refused_and_the_call_goes_on():
    refusals = []

    def hook(event):
        if event.kind == "request":
            with pytest.raises(RuntimeError) as refused:
                clients[0].close().send(None)
            refusals.append(str(refused.value))

    async def job():
        clients.append(leafnative.AsyncLeaf(server.url, token="t", on_event=hook))
        async with clients[0] as leaf:
            assert (await leaf.users.get(ID)).id == ID

    clients = []
    with peer(users) as server:
        asyncio.run(job())
    assert refusals == ["a set of calls is used by one thread at a time, and not from inside itself"]


def test_an_argument_that_awaits_its_own_call_is_refused(service):
    refusals = []

    def again():
        with pytest.raises(RuntimeError) as refused:
            calls[0].send(None)
        refusals.append(str(refused.value))

    async def job():
        async with opened(service) as leaf:
            permissions = Telling(again, {"FIELDS": {"actions": ["READ"]}})
            calls.append(leaf.permissions.create("b@coop.example", ID, permissions=permissions))
            with pytest.raises(leafnative.Error):
                await calls[0]

    calls = []
    asyncio.run(job())
    assert set(refusals) == {"a call is awaited once"}


def test_an_argument_that_closes_the_client_ends_its_own_call(service):
    leaf = leafnative.Leaf(service, username=FARM, password="s3cret")
    permissions = Telling(leaf.close, {"FIELDS": {"actions": ["READ"]}})
    with pytest.raises(leafnative.ClosedError):
        leaf.permissions.create("b@coop.example", ID, permissions=permissions)


def test_calls_are_told_the_error_when_their_loop_is_closed(service):
    loop = asyncio.new_event_loop()
    clients = []

    async def job():
        clients.append(opened(service))
        for _ in range(3):
            asyncio.ensure_future(clients[0].users.get(ID))
        await asyncio.sleep(0)

    loop.run_until_complete(job())
    waiting = [task.get_coro() for task in asyncio.all_tasks(loop)]
    loop.close()
    calls = clients[0]._line.calls
    with pytest.raises(RuntimeError, match="Event loop is closed"):
        calls.fail(ValueError("over"))
    assert calls.closed and len(waiting) == 3
    for call in waiting:
        with pytest.raises(ValueError, match="over"):
            call.result()


def test_calls_that_are_collected_with_their_loop_were_awaited_all_the_same(service):
    loop = asyncio.new_event_loop()

    async def job():
        leaf = opened(service)
        leaf.tasks = [asyncio.ensure_future(leaf.users.get(ID)) for _ in range(3)]
        await asyncio.sleep(0)

    loop.run_until_complete(job())
    for task in asyncio.all_tasks(loop):
        task._log_destroy_pending = False
    loop.close()
    del loop
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        gc.collect()
    assert [str(one.message) for one in told if "awaited" in str(one.message)] == []


def test_sets_of_calls_and_their_client_are_closed_by_many_threads_at_once():
    with peer(lambda *request: (None, None)) as server:
        for _ in range(30):
            leaf = leafnative.Leaf(server.url, token="t")
            sets = [_core.Calls(leaf._client) for _ in range(3)]
            for one in sets:
                for _ in range(8):
                    one.submit("users.get", {"leaf_user_id": ID})
                one.poll()
            together = threading.Barrier(4)

            def close(what, together=together):
                together.wait()
                what.close()

            threads = [threading.Thread(target=close, args=(what,)) for what in (*sets, leaf)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert all(one.closed for one in sets) and leaf._client.closed


def test_a_call_that_was_not_begun_is_no_future_yet(service):
    async def job():
        async with opened(service) as leaf:
            for end in ("cancel", "close"):
                call = leaf.users.get(ID)
                getattr(call, end)()
                assert call.done()
                with pytest.raises(RuntimeError, match="awaited once, by a task"):
                    call.add_done_callback(print)

    asyncio.run(job())


def test_a_turn_that_was_due_when_its_client_was_closed_leaves_the_next_client_its_descriptor():
    async def job(url):
        first = leafnative.AsyncLeaf(url, token="t", config=False)
        task = asyncio.ensure_future(first.users.get(ID))
        await asyncio.sleep(0)
        before = first._line.calls.fileno()
        await first.close()
        async with leafnative.AsyncLeaf(url, token="t", config=False) as second:
            assert second._line_here().calls.fileno() == before
            user = await asyncio.wait_for(second.users.get(ID), 30)
        with pytest.raises(leafnative.ClosedError):
            await task
        return user.id

    with peer(lambda *request: (200, {"id": ID, "name": "Maple Farm"})) as server:
        assert asyncio.run(job(server.url)) == ID


async def all_of(calls):
    return await asyncio.gather(*calls)


def test_calls_that_end_in_a_poll_with_an_interrupt_are_told_when_the_loop_goes_on(service):
    def hook(event):
        if armed and event.kind == "response":
            armed.clear()
            raise KeyboardInterrupt

    armed = []
    loop = asyncio.new_event_loop()

    async def opening():
        leaf = opened(service, on_event=hook)
        return leaf, [(await leaf.users.create(name=f"Farm {i}")).id for i in range(5)]

    leaf, ids = loop.run_until_complete(opening())
    armed.append(True)
    calls = [leaf.users.get(id) for id in ids] + [leaf.request("GET", f"/services/usermanagement/api/users/{ids[0]}")]
    together = loop.create_task(all_of(calls))
    with pytest.raises(KeyboardInterrupt):
        loop.run_until_complete(together)
    assert not armed
    *users, answer = loop.run_until_complete(asyncio.wait_for(together, 30))
    assert [user.name for user in users] == [f"Farm {i}" for i in range(5)] and answer["name"] == "Farm 0"
    loop.run_until_complete(leaf.close())
    loop.close()
