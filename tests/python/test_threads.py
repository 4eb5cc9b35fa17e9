"""One client under many threads, signals that end what waits, and processes that were forked off."""

import functools
import multiprocessing
import os
import random
import signal
import threading
import time

import pytest
from peer import peer, users

import leafnative
from leafnative import _core

ID = "00000000-0000-4000-8000-000000000000"
FARM = "a@farm.example"


def numbered(count):
    return [f"00000000-0000-4000-8000-{i:012d}" for i in range(count)]


# ---- threads ----


def run_threads(work, count=16):
    """Run it in threads with their numbers; what one raises is raised."""
    failures = []

    def guarded(number):
        try:
            work(number)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    if failures:
        raise failures[0]


@pytest.mark.parametrize("general_lane", [False, True])
def test_sixteen_threads_get_their_own_answers_after_one_login(general_lane):
    logins = []

    def answer(method, target, headers, body):
        if target.endswith("/authenticate"):
            logins.append(body)
            return 200, {"id_token": "e30.e30.e30"}
        return users(method, target, headers, body)

    ids = numbered(16 * 20)
    with (
        peer(answer) as server,
        leafnative.Leaf(server.url, username=FARM, password="p", general_lane=general_lane, config=False) as leaf,
    ):

        def work(number):
            for one in ids[number::16]:
                assert leaf.users.get(one).id == one

        run_threads(work)
        assert len(logins) == 1
        assert len(server.requests) == len(ids) + 1 and server.connections <= 17


def test_blocking_calls_of_threads_run_side_by_side():
    together = threading.Barrier(8, timeout=30)

    def answer(method, target, headers, body):
        together.wait()  # nobody is answered before all have asked
        return users(method, target, headers, body)

    with peer(answer) as server, leafnative.Leaf(server.url, token="t") as leaf:
        run_threads(lambda number: leaf.users.get(ID), count=8)


def test_threads_share_a_client_over_a_service():
    with leafnative.Service(cheap_passwords=True) as service:
        service.create_owner(FARM, password="s3cret")
        with leafnative.Leaf(service, username=FARM, password="s3cret") as leaf:

            def work(number):
                user = leaf.users.create(name=f"u{number}")
                assert leaf.users.get(user.id).name == f"u{number}"
                assert [value.id for _, value, _ in leaf.map("users.get", [user] * 5)] == [user.id] * 5

            run_threads(work)
            assert leaf.users.list().total == 16


def test_a_map_is_used_by_one_thread_at_a_time():
    inside, go_on = threading.Event(), threading.Event()

    def items():
        inside.set()
        assert go_on.wait(30)
        yield ID

    with peer(users) as server, leafnative.Leaf(server.url, token="t") as leaf:
        outcomes = leaf.map("users.get", items())
        thread = threading.Thread(target=lambda: list(outcomes))
        thread.start()
        assert inside.wait(30)
        with pytest.raises(RuntimeError, match="one thread at a time"):
            next(outcomes)
        go_on.set()
        thread.join(30)
        assert outcomes.closed


# ---- signals ----


def interrupted(begin, work):
    """How long after SIGALRM, which `begin` has sent, the work ended with KeyboardInterrupt."""
    sent = []

    def interrupt(signum, frame):
        sent.append(time.monotonic())
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            begin()
            work()
        return time.monotonic() - sent[0]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def interrupted_after(seconds, work):
    return interrupted(lambda: signal.setitimer(signal.ITIMER_REAL, seconds), work)


# What is interrupted would wait for 30 s. It notices within a twentieth of a second, and when the machine lets it run.
SOON = 10


@pytest.mark.parametrize("general_lane", [False, True])
def test_an_interrupt_ends_what_waits_long_before_its_time_is_over(general_lane):
    moments = random.Random(3)
    with peer(lambda *request: (None, None)) as server:
        leaf = leafnative.Leaf(server.url, token="t", general_lane=general_lane)
        works = [
            lambda: leaf.users.get(ID),
            lambda: list(leaf.map("users.get", numbered(200), concurrency=8)),
            lambda: next(leaf.map("users.get", (one for one in numbered(3)), ordered=True)),
            lambda: leaf.get_many("users.get", [ID]),
        ]
        late = [interrupted_after(moments.uniform(0.001, 0.12), works[i % 4]) for i in range(20)]
        assert max(late) < SOON
        leaf.close()


def test_an_interrupt_ends_a_wait_for_a_status_long_before_its_time_is_over():
    with leafnative.Service(cheap_passwords=True) as service:
        service.create_owner(FARM, password="s3cret")
        with leafnative.Leaf(service, username=FARM, password="s3cret") as leaf:
            user = leaf.users.create(name="x")
            credential = user.agvance.create(api_key="k", database_id="d", username="u", password="p")
            moments = random.Random(4)
            waited = functools.partial(credential.wait_until, status="UNAUTHENTICATED", deadline=30)
            late = [interrupted_after(moments.uniform(0.01, 0.4), waited) for _ in range(6)]
            assert max(late) < SOON
            assert credential.refresh() == credential


def test_the_client_works_after_an_interrupt():
    answers = threading.Event()
    interrupts = threading.Semaphore(0)

    def answer(*request):
        if answers.is_set():
            return users(*request)
        if interrupts.acquire(blocking=False):  # so it comes while the call is under way
            os.kill(os.getpid(), signal.SIGALRM)
        return None, None

    with peer(answer) as server, leafnative.Leaf(server.url, token="t") as leaf:
        outcomes = leaf.map("users.get", numbered(10))
        interrupted(interrupts.release, lambda: next(outcomes))
        assert outcomes.closed
        interrupted(interrupts.release, lambda: leaf.users.get(ID))
        answers.set()
        assert leaf.users.get(ID).id == ID
        assert len(list(leaf.map("users.get", numbered(10)))) == 10


# ---- forks ----


def in_child(work):
    """Run it in a forked process, and give its status: 0 when it returned true."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = 0 if work() else 2
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_client_that_was_used_before_a_fork_works_in_both_processes():
    with peer(users) as server, leafnative.Leaf(server.url, token="t") as leaf:
        assert leaf.users.get(ID).id == ID
        ids = numbered(20)

        def read():
            return [leaf.users.get(one).id for one in ids] == ids

        assert in_child(read) == 0
        assert in_child(lambda: len(list(leaf.map("users.get", ids))) == 20) == 0
        assert read()
        assert server.connections >= 3


def test_a_service_is_closed_to_a_process_that_was_forked_off_and_says_so():
    def refused(work):
        try:
            work()
        except leafnative.ClosedError as error:
            return "before this process was forked" in error.message
        return False

    with leafnative.Service(cheap_passwords=True) as service:
        service.create_owner("a@farm.example", password="s3cret")
        with leafnative.Leaf(service, username="a@farm.example", password="s3cret") as leaf:
            user = leaf.users.create(name="Maple Farm")
            assert in_child(lambda: refused(lambda: leaf.users.get(user.id))) == 0
            assert in_child(lambda: refused(lambda: next(leaf.map("users.get", [user])))) == 0
            assert in_child(lambda: refused(lambda: service.create_owner("b@coop.example", password="s3cret"))) == 0
            assert leaf.users.get(user.id) == user


def test_what_was_under_way_before_a_fork_is_closed_in_the_child():
    def refused(work):
        try:
            work()
        except leafnative.ClosedError:
            return True
        return False

    ids = numbered(100)
    with peer(users) as server, leafnative.Leaf(server.url, token="t") as leaf:
        outcomes = leaf.map("users.get", ids, concurrency=8)
        calls = _core.Calls(leaf._client)
        first = next(outcomes)
        calls.submit("users.get", {"leaf_user_id": ID})
        assert in_child(lambda: refused(lambda: list(outcomes))) == 0
        assert in_child(lambda: refused(calls.poll)) == 0
        assert in_child(lambda: refused(lambda: calls.submit("users.get", {"leaf_user_id": ID}))) == 0
        assert len([first, *outcomes]) == 100
        while not (ended := calls.poll(1.0)):
            pass
        assert ended[0][1].data["id"] == ID


def read_in_pool(one):
    return pool_leaf.users.get(one).id


def test_a_pool_of_forked_processes_shares_a_client():
    global pool_leaf
    with peer(users) as server, leafnative.Leaf(server.url, token="t") as pool_leaf:
        assert pool_leaf.users.get(ID).id == ID
        with multiprocessing.get_context("fork").Pool(2) as pool:
            assert pool.map(read_in_pool, numbered(30)) == numbered(30)
        assert pool_leaf.users.get(ID).id == ID
