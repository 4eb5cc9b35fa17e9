"""AsyncLeaf and AsyncLosant: every verb awaited, tasks that are cancelled, loops that are not this one."""

import ast
import asyncio
import contextlib
import contextvars
import gc
import inspect
import random
import selectors
import subprocess
import sys
import types
from pathlib import Path

import pytest
from peer import peer, users

import leafnative
from leafnative import aio

FARM = "a@farm.example"
COOP = "b@coop.example"
ID = "00000000-0000-4000-8000-000000000000"
AGVANCE = {"api_key": "k-one", "database_id": "d", "username": "u", "password": "p-one"}
PACKAGE = Path(leafnative.__file__).resolve().parent


@pytest.fixture
def service():
    with leafnative.Service(cheap_passwords=True) as service:
        service.create_owner(FARM, password="s3cret")
        service.create_owner(COOP, password="s3cret")
        yield service


def opened(service, owner=FARM, **options):
    return leafnative.AsyncLeaf(service, username=owner, password="s3cret", **options)


def test_the_job_of_leaf_is_told_in_awaits(service):
    async def job():
        async with opened(service) as leaf, opened(service, COOP) as coop:
            grower = await leaf.users.create(name="Maple Farm")
            assert isinstance(grower, leafnative.AsyncUser)
            assert (await leaf.user(grower.id).get()).name == "Maple Farm"
            grower = await grower.update(phone="1")
            credential = await grower.agvance.create(**AGVANCE)
            assert isinstance(credential, leafnative.AsyncCredential)
            assert (await credential.wait_until(status="OK")).id == credential.id == (await credential.refresh()).id
            with pytest.raises(leafnative.BadInputError, match="status will never be OKAY: it must be one of"):
                await credential.wait_until(status="OKAY")
            assert len(await credential.events()[:10]) == 1
            rotated = await grower.agvance.rotate(api_key="k-two")
            assert rotated.api_key.reveal() == "k-two" and rotated.id != credential.id
            assert (await grower.agvance.ensure(api_key="k-two")).id == rotated.id
            relation = await leaf.sharing.share(COOP)
            assert isinstance(relation, leafnative.AsyncRelation)
            assert (await coop.sharing.accept(FARM)).status == "ALLOWED"
            assert (await relation.refresh()).status == "ALLOWED"
            await relation.grant(grower, fields=True)
            assert await relation.permissions(grower) == {"FIELDS": {"actions": ["READ"]}}
            await relation.revoke(grower)
            assert (await relation.block()).status == "BLOCKED"
            await relation.invalidate_tokens()
            await rotated.delete()
            await rotated.delete(missing_ok=True)
            with pytest.raises(leafnative.NotFoundError):
                await grower.agvance.get()
            await grower.delete()
            assert [user async for user in leaf.users] == []

    asyncio.run(job())


def silent_after_one():
    """Answers the first request with a credential, and none after it."""
    answers = iter([(200, {"id": ID, "status": "UNAUTHENTICATED"})])
    return lambda *request: next(answers, (None, None))


def test_a_look_of_a_wait_has_the_time_that_is_left_on_both_faces():
    with peer(silent_after_one()) as server, leafnative.Leaf(server.url, token="t") as leaf:
        credential = leaf.user(ID).panorama.get()
        with pytest.raises(leafnative.DeadlineError, match=r"within \d{1,3} ms"):
            credential.wait_until(status="OK", deadline=0.9)

    async def job(url):
        async with leafnative.AsyncLeaf(url, token="t") as leaf:
            credential = await leaf.user(ID).panorama.get()
            with pytest.raises(leafnative.DeadlineError, match=r"within \d{1,3} ms"):
                await credential.wait_until(status="OK", deadline=0.9)

    with peer(silent_after_one()) as server:
        asyncio.run(job(server.url))


def test_the_job_of_losant_is_told_in_awaits(service):
    application = service.create_application()
    token = service.create_token(application=application, scopes=["all.Application"])
    config = {"region": "us-east-1", "access_key_id": "AKIA0123456789ABCDEF", "secret_access_key": "s" * 40}

    async def job():
        async with leafnative.AsyncLosant(service, token=token, application_id=application) as losant:
            made = await losant.credentials.ensure("uploads", type="aws", config=config)
            assert isinstance(made, leafnative.AsyncServiceCredential)
            assert (
                await losant.credentials.ensure("uploads", type="aws", config={"region": "us-east-1"})
            ).id == made.id
            assert (await losant.credentials.get(made.id)).name == "uploads"
            assert (await losant.credentials.find("nothing")) is None
            await losant.credentials.rotate("uploads", secret_access_key="t" * 40)
            assert not (await made.disable()).enabled
            assert not await made.linked_resources()
            assert [one.name async for one in losant.credentials] == ["uploads"]
            assert await losant.credentials.expiring(30) == []
            await made.delete(unless_linked=True)
            with pytest.raises(leafnative.NotFoundError):
                await made.refresh()

    asyncio.run(job())


def test_lists_are_walked_sliced_and_counted(service):
    async def job():
        async with opened(service) as leaf:
            made = await asyncio.gather(*[leaf.users.create(name=f"u{i:02}") for i in range(30)])
            pages = leaf.users.list(size=7, sort="name,asc")
            names = [f"u{i:02}" for i in range(30)]
            assert [user.name async for user in pages] == names
            assert [len(page) async for page in pages.pages()] == [7, 7, 7, 7, 2]
            assert [user.name for user in await pages[3:9:2]] == names[3:9:2]
            assert [user.name for user in await pages[-2:]] == names[-2:]
            assert (await pages[0]).name == "u00" and (await pages[-1]).name == "u29"
            with pytest.raises(IndexError):
                await pages[30]
            assert await pages.total == 30
            assert [entry["name"] async for entry in leaf.entries("users.list", name="u07")] == ["u07"]
            assert (await leaf.call("users.get", leaf_user_id=made[0].id))["name"] == "u00"
            assert (await leaf.request("GET", f"/services/usermanagement/api/users/{made[0].id}"))["name"] == "u00"

    asyncio.run(job())


def test_map_takes_items_of_both_kinds(service):
    async def job():
        async with opened(service) as leaf:
            rows = ({"name": f"u{i}"} for i in range(300))
            made = [value async for _, value, _ in leaf.map("users.create", rows, concurrency=16)]
            assert len(made) == 300 and {type(user) for user in made} == {leafnative.AsyncUser}
            read = [value async for _, value, _ in leaf.map("users.get", leaf.users.list(size=20), ordered=True)]
            assert sorted(user.id for user in read) == sorted(user.id for user in made)
            assert await leaf.get_many("users.get", made) == made
            async with leaf.map("users.get", made) as outcomes:
                async for item, value, error in outcomes:
                    assert item == value and error is None
                    break
            with pytest.raises(TypeError, match="as a dict"):
                [one async for one in leaf.map("users.create", ["a"])]

    asyncio.run(job())


def test_an_exception_of_asynchronous_items_is_raised(service):
    async def items():
        yield {"name": "a"}
        raise KeyError("no more")

    async def job():
        async with opened(service) as leaf:
            with pytest.raises(KeyError, match="no more"):
                [one async for one in leaf.map("users.create", items())]
            assert len(asyncio.all_tasks()) == 1

    asyncio.run(job())


def test_a_map_that_is_left_early_lets_go_of_its_items(service):
    ended = []

    async def items():
        try:
            for number in range(10_000):
                yield {"name": f"u{number}"}
                await asyncio.sleep(0)
        finally:
            ended.append(True)

    async def leave(leaf):
        async for _ in leaf.map("users.create", items(), concurrency=4):
            break

    async def job():
        async with opened(service) as leaf:
            for _ in range(20):
                await leave(leaf)
                gc.collect()
                while len(asyncio.all_tasks()) > 1:
                    await asyncio.sleep(0)
            assert await leaf.users.list().total < 1000

    asyncio.run(job())
    assert len(ended) == 20


def test_a_task_that_is_cancelled_inside_a_map_closes_it_with_the_block():
    async def job(url):
        async with leafnative.AsyncLeaf(url, token="t") as leaf:

            async def audit():
                async with leaf.map("users.get", [ID] * 5) as outcomes:
                    maps.append(outcomes)
                    async for _ in outcomes:
                        raise AssertionError("nothing is answered")

            maps = []
            task = asyncio.ensure_future(audit())
            while not server.requests:
                await asyncio.sleep(0.001)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            with pytest.raises(StopAsyncIteration):
                await anext(maps[0])

    with peer(lambda *request: (None, None)) as server:
        asyncio.run(job(server.url))


def test_more_calls_than_there_is_room_for_wait_their_turn(service):
    async def job():
        async with opened(service, concurrency=4) as leaf:
            made = await asyncio.gather(*[leaf.users.create(name=f"u{i}") for i in range(3000)])
            assert len({user.id for user in made}) == 3000

    asyncio.run(job())


def held():
    """How many objects of calls there are; those of the peer, which lives in this process, do not count."""
    gc.collect()
    kinds = (asyncio.Task, asyncio.Future, types.CoroutineType, leafnative.Reply)
    return sum(type(one) in kinds for one in gc.get_objects())


@pytest.mark.parametrize("way", ["service", "express", "general"])
def test_tasks_cancelled_at_random_moments_leak_nothing_and_the_next_call_works(service, way):
    moments = random.Random(11)

    async def round_of_cancels(leaf, times):
        for _ in range(times):
            tasks = [asyncio.ensure_future(leaf.call("users.list", size=1)) for _ in range(20)]
            for _ in range(moments.randrange(6)):
                await asyncio.sleep(0)
            for task in moments.sample(tasks, 10):
                task.cancel()
            for outcome in await asyncio.gather(*tasks, return_exceptions=True):
                assert outcome is None or isinstance(outcome, (list, asyncio.CancelledError)), outcome
            del tasks
        await asyncio.sleep(0)  # the loop holds those that ended last until it turns

    async def job(leaf):
        async with leaf:
            await round_of_cancels(leaf, 5)
            before = held()
            await round_of_cancels(leaf, 20)
            assert held() < before + 10
            assert await leaf.call("users.list") == []

    if way == "service":
        asyncio.run(job(opened(service)))
        return
    with peer(lambda *request: (200, [])) as server:
        asyncio.run(job(leafnative.AsyncLeaf(server.url, token="t", concurrency=8, general_lane=way == "general")))


def test_a_task_goes_on_in_its_own_context(service):
    number = contextvars.ContextVar("number")

    async def work(leaf, own):
        number.set(own)
        assert await leaf.call("users.list") == []
        return number.get(), asyncio.current_task().get_name()

    async def job():
        async with opened(service) as leaf:
            tasks = [asyncio.create_task(work(leaf, own), name=f"task {own}") for own in range(70)]
            assert await asyncio.gather(*tasks) == [(own, f"task {own}") for own in range(70)]

    asyncio.run(job())


def tasks_in_python(loop, steps, **options):
    return asyncio.tasks._PyTask(steps, loop=loop, **options)


# Each with the turns of the loop until a task begins. Those of CPython 3.12 and newer may begin as they are made.
TASKS = [(tasks_in_python, 1)]
if hasattr(asyncio, "eager_task_factory"):
    TASKS.append((asyncio.eager_task_factory, 0))


@pytest.mark.parametrize(("factory", "turns"), TASKS)
def test_tasks_of_other_kinds_await_calls(service, factory, turns):
    async def job():
        loop = asyncio.get_running_loop()
        loop.set_task_factory(factory)
        async with opened(service) as leaf:
            made, missing, late = await asyncio.gather(
                loop.create_task(leaf.users.create(name="Maple Farm")),
                loop.create_task(leaf.users.get(ID)),
                asyncio.wait_for(leaf.call("users.list"), 30),
                return_exceptions=True,
            )
            assert made.name == "Maple Farm" and type(missing) is leafnative.NotFoundError and type(late) is list
            task = loop.create_task(leaf.users.get(made.id))
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel("enough")
            with pytest.raises(asyncio.CancelledError, match="enough"):
                await task

    asyncio.run(job())


def test_an_interrupt_out_of_one_task_leaves_the_others_their_answers(service):
    async def interrupt(leaf):
        await leaf.call("users.list")
        raise KeyboardInterrupt

    async def begin(leaf):
        others = [asyncio.ensure_future(leaf.call("users.list")) for _ in range(3)]
        first = asyncio.ensure_future(interrupt(leaf))
        return [first, *others, *(asyncio.ensure_future(leaf.call("users.list")) for _ in range(3))]

    with contextlib.closing(asyncio.new_event_loop()) as loop:
        leaf = opened(service)
        first, *others = loop.run_until_complete(begin(leaf))
        with pytest.raises(KeyboardInterrupt):
            loop.run_until_complete(asyncio.wait(others))
        assert isinstance(first.exception(), KeyboardInterrupt)
        loop.run_until_complete(asyncio.wait(others))
        assert [other.result() for other in others] == [[]] * 6
        loop.run_until_complete(leaf.close())


def test_an_interrupt_is_kept_where_other_calls_of_its_turn_fail_or_make_objects(service):
    async def job(with_object):
        async with opened(service) as leaf:
            grower = await leaf.users.create(name="Maple Farm")

            async def other():
                return await leaf.users.get(grower.id if with_object else ID)

            async def interrupted():
                await leaf.call("users.list")
                raise SystemExit(7)

            await asyncio.gather(*(task() for task in (other, other, interrupted, other, other)))

    for with_object in (False, True):
        with pytest.raises(SystemExit, match="7"):
            asyncio.run(job(with_object))


def test_a_second_task_that_awaits_a_call_under_way_is_refused(service):
    async def job():
        async with opened(service) as leaf:
            call = leaf.call("users.list")

            async def waits():
                return await call

            first, second = asyncio.create_task(waits()), asyncio.create_task(waits())
            assert await first == []
            with pytest.raises(RuntimeError, match="awaited once"):
                await asyncio.wait_for(second, 10)

    asyncio.run(job())


def test_a_call_that_is_never_awaited_is_never_made(service):
    async def job():
        async with opened(service) as leaf:
            with pytest.warns(RuntimeWarning, match="never awaited"):
                leaf.users.create(name="Maple Farm")
                gc.collect()
            assert await leaf.call("users.list") == []

    asyncio.run(job())


def test_the_warning_of_a_call_that_is_never_awaited_names_it(service):
    async def job():
        async with opened(service) as leaf:
            with pytest.warns(RuntimeWarning, match="call 'AsyncLeaf.users.get' was never awaited"):
                leaf.users.get(ID)
            with pytest.warns(RuntimeWarning, match="call 'AsyncLeaf.panorama.create' was never awaited"):
                leaf.call("panorama.create", leaf_user_id=ID)

    asyncio.run(job())


def test_a_call_is_a_coroutine_until_it_is_begun(service):
    async def job():
        async with opened(service) as leaf:
            call = leaf.call("users.list")
            assert asyncio.iscoroutine(call) and not asyncio.isfuture(call)
            assert call.__name__ == "AsyncLeaf.users.list" and repr(call) == "<call AsyncLeaf.users.list, not begun>"
            task = asyncio.create_task(call)
            assert "AsyncLeaf.users.list" in repr(task)
            assert await task == [] and repr(call) == "<call AsyncLeaf.users.list, done>"
            with pytest.raises(RuntimeError, match="awaited once"):
                await call
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(leaf.call("users.list")) for _ in range(3)]
            assert [task.result() for task in tasks] == [[], [], []]
            assert await asyncio.gather(leaf.call("users.list"), leaf.call("users.list")) == [[], []]

    asyncio.run(job())


def test_a_call_that_is_closed_or_thrown_into_is_let_go(service):
    async def job():
        async with opened(service) as leaf:
            unbegun, begun, thrown = (leaf.call("users.list") for _ in range(3))
            unbegun.close()
            assert begun.send(None) is begun and asyncio.isfuture(begun)
            begun.close()
            thrown.send(None)
            with pytest.raises(KeyError, match="enough"):
                thrown.throw(KeyError("enough"))
            for call in (unbegun, begun, thrown):
                with pytest.raises(RuntimeError, match="awaited once"):
                    call.send(None)
            with pytest.raises(ZeroDivisionError):
                leaf.call("users.list").throw(ZeroDivisionError)
            assert leaf._calls.pending == 0 and await leaf.call("users.list") == []

    asyncio.run(job())


def test_a_call_that_could_not_begin_says_why_and_is_over(service):
    leaf = opened(service)
    call = leaf.call("users.list")
    with pytest.raises(RuntimeError, match="no running event loop"):
        call.send(None)
    with pytest.raises(RuntimeError, match="awaited once"):
        call.send(None)
    asyncio.run(leaf.close())


def test_closing_ends_what_is_under_way():
    async def job(url):
        leaf = leafnative.AsyncLeaf(url, token="t", concurrency=1)
        tasks = [asyncio.ensure_future(leaf.users.get(ID)) for _ in range(3)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await leaf.close()
        await leaf.close()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {leafnative.ClosedError}
        with pytest.raises(leafnative.ClosedError):
            await leaf.users.get(ID)

    with peer(lambda *request: (None, None)) as server:
        asyncio.run(job(server.url))


def test_a_list_tells_what_is_wrong_when_it_is_made(service):
    async def job():
        async with opened(service) as leaf:
            with pytest.raises(leafnative.BadInputError, match="near to it: size"):
                leaf.users.list(sise=3)
            with pytest.raises(TypeError, match="by an integer or a slice, not by str"):
                leaf.users.list()["a"]

    asyncio.run(job())


def test_a_client_is_used_on_one_loop_at_a_time(service):
    leaf = opened(service)

    async def job():
        return await leaf.users.create(name="x")

    first = asyncio.run(job())
    assert asyncio.run(job()).id != first.id  # the loop before is closed

    loop = asyncio.new_event_loop()
    loop.run_until_complete(job())
    with pytest.raises(RuntimeError, match="another event loop"):
        asyncio.run(job())
    loop.run_until_complete(leaf.close())
    loop.close()


def test_any_loop_that_watches_descriptors_will_do():
    loop = asyncio.SelectorEventLoop(selectors.SelectSelector())

    async def job(url):
        async with leafnative.AsyncLeaf(url, token="t", concurrency=4) as leaf:
            ids = [f"00000000-0000-4000-8000-{i:012d}" for i in range(40)]
            assert [user.id for user in await leaf.get_many("users.get", ids)] == ids

    with peer(users) as server:
        loop.run_until_complete(job(server.url))
    loop.close()


def test_the_blocking_words_are_refused(service):
    async def job():
        async with opened(service) as leaf:
            with pytest.raises(TypeError, match="async with"), leaf:
                pass
            with pytest.raises(TypeError):
                list(leaf.users)

    asyncio.run(job())


def test_a_concurrency_that_is_none_is_refused_when_the_client_is_opened(service):
    with pytest.raises(TypeError, match="concurrency must be an integer, not str"):
        opened(service, concurrency="8")
    with pytest.raises(ValueError, match="concurrency must be at least 1, not 0"):
        opened(service, concurrency=0)


def test_answers_are_not_mixed_up():
    async def job(url):
        async with leafnative.AsyncLeaf(url, token="t", concurrency=16) as leaf:
            ids = [f"00000000-0000-4000-8000-{i:012d}" for i in range(500)]
            read = await asyncio.gather(*[leaf.users.get(one) for one in ids])
            assert [user.id for user in read] == ids

    with peer(users) as server:
        asyncio.run(job(server.url))


def test_asyncio_is_loaded_only_for_the_asynchronous_clients():
    program = (
        "import sys, leafnative\n"
        "with leafnative.Service(cheap_passwords=True) as service:\n"
        "    service.create_owner('a@b.example', password='p')\n"
        "    leaf = leafnative.Leaf(service, username='a@b.example', password='p')\n"
        "    list(leaf.map('users.create', [{'name': 'x'}]))\n"
        "assert 'asyncio' not in sys.modules\n"
        "leafnative.AsyncLeaf\n"
        "assert 'asyncio' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


# ---- what type checkers are told ----

FACES = {
    "AsyncLeaf": leafnative.Leaf,
    "AsyncLosant": leafnative.Losant,
    "AsyncUserHandle": leafnative.UserHandle,
    "AsyncCredential": leafnative.Credential,
    "AsyncRelation": leafnative.Relation,
    "AsyncServiceCredential": leafnative.ServiceCredential,
}


def told(tree, name):
    """The methods that the stub gives a class, with those of its parents in the stub: {name: ast node}."""
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    node = classes[name]
    methods = {}
    for base in node.bases:
        if isinstance(base, ast.Name) and base.id in classes:
            methods.update(told(tree, base.id))
    methods.update({one.name: one for one in node.body if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))})
    return methods


@pytest.mark.parametrize("name", FACES)
def test_the_stub_tells_every_method_of_a_face(name):
    stub = told(ast.parse((PACKAGE / "aio.pyi").read_text()), name)
    blocking, shown = FACES[name], getattr(aio, name)
    for owner in blocking.__mro__:
        if owner.__module__.partition(".")[2] not in ("leaf", "losant", "api"):
            continue
        for method, value in vars(owner).items():
            if method.startswith("_") or not (inspect.isfunction(value) or isinstance(value, property)):
                continue
            assert method in stub, f"{name}.{method} is not in the stub"
            waits = hasattr(value, "steps") or method in ("close", "request")
            assert isinstance(stub[method], ast.AsyncFunctionDef) == waits, f"{name}.{method}"
            if waits:
                parameters = list(inspect.signature(value).parameters)
                given = stub[method].args
                names = [*given.posonlyargs, *given.args, *filter(None, [given.vararg]), *given.kwonlyargs]
                names += filter(None, [given.kwarg])
                assert [one.arg for one in names] == parameters, f"{name}.{method}"
    assert issubclass(shown, blocking)
