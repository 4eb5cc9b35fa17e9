"""The Python clients of the benchmark: each asks for so many credentials or event lists, every one of another user, and
checks the status and the length of every answer. Told WAY BASE COUNT IN_FLIGHT WARM_UP LENGTH credential|events
CA_FILE|-, it prints the count, the seconds by the clock, in user mode and in the kernel, and the peak of memory in kB.

A client is a generator function below, named as the way: it opens what it needs, runs as many requests as it is sent,
and closes everything when it is sent no number. Nothing is imported before it is used, so that each is measured alone.
"""

import os
import sys
from itertools import islice, repeat
from resource import RUSAGE_SELF, getrusage
from time import perf_counter

HEADERS = {"Authorization": "Bearer token-of-the-bench", "Accept": "application/json"}
ID_FORM = "0190f5a1-7b1c-7e3a-9d52-{:012x}".format


class Job:
    def __init__(self, base, count, in_flight, warm_up, length, kind, ca_file):
        self.base, self.kind = base, kind
        self.count, self.in_flight, self.warm_up, self.length = int(count), int(in_flight), int(warm_up), int(length)
        self.ca_file = None if ca_file == "-" else ca_file
        self.operation = "panorama.get" if kind == "credential" else "panorama.events"
        tail = "/panorama-credentials" + ("" if kind == "credential" else "/events")
        self.url = (f"{base}/services/usermanagement/api/users/" + "{}" + tail).format

    def urls(self, count):
        return (self.url(ID_FORM(number)) for number in range(count))

    def check(self, status, body):
        if status != 200 or len(body) != self.length:
            raise SystemExit(f"an answer {status} of {len(body)} bytes came instead of 200 and {self.length} bytes")

    def check_value(self, value):
        """A value instead of bytes: its members tell that it was read."""
        if self.kind == "credential":
            right = value["status"] == "OK"
        else:
            right = value[0]["statusCode"] == 200 and len(value) > 100
        if not right:
            raise SystemExit(f"an answer holds other values: {value!r}")


# ---- ours ----


def leaf_options(job):
    return {"token": "token-of-the-bench", **({"ca_file": job.ca_file} if job.ca_file else {})}


def leaf_call(job):
    import leafnative

    with leafnative.Leaf(job.base, **leaf_options(job)) as leaf:
        count = yield
        while count:
            for number in range(count):
                job.check_value(leaf.call(job.operation, leaf_user_id=ID_FORM(number)))
            count = yield


def leaf_call_bytes(job):
    import leafnative

    with leafnative.Leaf(job.base, **leaf_options(job)) as leaf:
        count = yield
        while count:
            for number in range(count):
                job.check(200, leaf.call(job.operation, leaf_user_id=ID_FORM(number), values="bytes"))
            count = yield


def checked(outcomes, check):
    """Takes as many outcomes as are asked for, again and again."""
    count = yield
    while count:
        for _, value, error in islice(outcomes, count):
            if error is not None:
                raise error
            check(value)
        count = yield


def leaf_map(job, values, check):
    """One map over everything, since its connections are its own: the warming up is its beginning."""
    import leafnative

    with leafnative.Leaf(job.base, **leaf_options(job)) as leaf:
        ids = map(ID_FORM, range(job.warm_up + job.count))
        yield from checked(leaf.map(job.operation, ids, concurrency=job.in_flight, values=values), check)


def leaf_bytes(job):
    return leaf_map(job, "bytes", lambda value: job.check(200, value))


def leaf_dicts(job):
    return leaf_map(job, "dicts", job.check_value)


def leaf_objects(job):
    return leaf_map(job, "objects", job.check_value)


def leaf_async(job):
    import leafnative

    async def client():
        leaf = leafnative.AsyncLeaf(job.base, concurrency=job.in_flight, **leaf_options(job))

        async def one(number):
            job.check_value(await leaf.call(job.operation, leaf_user_id=ID_FORM(number)))

        return leaf, one

    return on_loop(job, client, numbers=True)


def leaf_async_bytes(job):
    import leafnative

    async def client():
        leaf = leafnative.AsyncLeaf(job.base, concurrency=job.in_flight, **leaf_options(job))

        async def one(number):
            job.check(200, await leaf.call(job.operation, leaf_user_id=ID_FORM(number), values="bytes"))

        return leaf, one

    return on_loop(job, client, numbers=True)


# ---- asyncio ----


def on_loop(job, client, numbers=False):
    """A client of asyncio: as many tasks as requests are in flight, which share one iterator."""
    import asyncio

    async def worker(one, items):
        for item in items:
            await one(item)

    async def batch(one, count):
        items = iter(range(count)) if numbers else job.urls(count)
        await asyncio.gather(*(worker(one, items) for _ in range(min(job.in_flight, count))))

    async def enter():
        manager, one = await client()
        await manager.__aenter__()
        return manager, one

    async def leave(manager):
        await manager.__aexit__(None, None, None)

    with asyncio.Runner() as runner:
        manager, one = runner.run(enter())
        count = yield
        while count:
            runner.run(batch(one, count))
            count = yield
        runner.run(leave(manager))


def tls_context(job):
    import ssl

    return ssl.create_default_context(cafile=job.ca_file) if job.ca_file else ssl.create_default_context()


def aiohttp(job):
    import aiohttp

    async def client():
        connector = aiohttp.TCPConnector(limit=job.in_flight, ssl=tls_context(job) if job.ca_file else None)
        session = aiohttp.ClientSession(connector=connector, headers=HEADERS)

        async def one(url):
            async with session.get(url) as response:
                job.check(response.status, await response.read())

        return session, one

    return on_loop(job, client)


def aiohttp_json(job):
    import aiohttp

    async def client():
        connector = aiohttp.TCPConnector(limit=job.in_flight, ssl=tls_context(job) if job.ca_file else None)
        session = aiohttp.ClientSession(connector=connector, headers=HEADERS)

        async def one(url):
            async with session.get(url) as response:
                job.check_value(await response.json())

        return session, one

    return on_loop(job, client)


def httpx_async(job):
    import httpx

    async def client():
        limits = httpx.Limits(max_connections=job.in_flight, max_keepalive_connections=job.in_flight)
        session = httpx.AsyncClient(headers=HEADERS, limits=limits, verify=tls_context(job), timeout=60)

        async def one(url):
            response = await session.get(url)
            job.check(response.status_code, response.content)

        return session, one

    return on_loop(job, client)


def wreq(job):
    import wreq

    async def client():
        session = wreq.Client(headers=HEADERS)

        async def one(url):
            response = await session.get(url)
            job.check(response.status.as_int(), await response.bytes())

        return session, one

    return on_loop(job, client)


def pyreqwest(job):
    from pyreqwest.client import ClientBuilder

    async def client():
        session = ClientBuilder().default_headers(HEADERS).max_connections(job.in_flight).build()

        async def one(url):
            response = await session.get(url).build().send()
            job.check(response.status, await response.bytes())

        return session, one

    yield from on_loop(job, client)
    # Its threads may abort the interpreter while that ends, after everything was measured and told.
    os._exit(0)


def curl_cffi(job):
    from curl_cffi import AsyncSession

    async def client():
        session = AsyncSession(headers=HEADERS, max_clients=job.in_flight)

        async def one(url):
            response = await session.get(url)
            job.check(response.status_code, response.content)

        return session, one

    return on_loop(job, client)


def primp(job):
    import primp

    async def client():
        session = primp.AsyncClient(headers=HEADERS)

        async def one(url):
            response = await session.get(url)
            job.check(response.status_code, await response.aread())

        return session, one

    return on_loop(job, client)


# ---- one after the other ----


def one_by_one(job, one):
    count = yield
    while count:
        for url in job.urls(count):
            job.check(*one(url))
        count = yield


def requests(job):
    import requests

    with requests.Session() as session:
        session.headers.update(HEADERS)
        session.verify = job.ca_file or True

        def one(url):
            response = session.get(url)
            return response.status_code, response.content

        yield from one_by_one(job, one)


def httpx(job):
    import httpx

    with httpx.Client(headers=HEADERS, verify=tls_context(job)) as session:

        def one(url):
            response = session.get(url)
            return response.status_code, response.content

        yield from one_by_one(job, one)


def urllib3(job):
    import urllib3

    with urllib3.PoolManager(headers=HEADERS, ca_certs=job.ca_file) as pool:

        def one(url):
            response = pool.request("GET", url)
            return response.status, response.data

        yield from one_by_one(job, one)


def http_client(job):
    from http.client import HTTPConnection

    host = job.base.removeprefix("http://")
    connection = HTTPConnection(host)

    def one(url):
        connection.request("GET", url.removeprefix(job.base), headers=HEADERS)
        response = connection.getresponse()
        return response.status, response.read()

    yield from one_by_one(job, one)
    connection.close()


def wreq_blocking(job):
    from wreq.blocking import Client

    session = Client(headers=HEADERS)

    def one(url):
        response = session.get(url)
        return response.status.as_int(), response.bytes()

    yield from one_by_one(job, one)
    session.close()


def pyreqwest_blocking(job):
    from pyreqwest.client import SyncClientBuilder

    with SyncClientBuilder().default_headers(HEADERS).build() as session:

        def one(url):
            response = session.get(url).build().send()
            return response.status, response.bytes()

        yield from one_by_one(job, one)


def requests_threads(job):
    """Sixty-four threads, as in the recipe of the standard library: every future is made at once."""
    from concurrent.futures import ThreadPoolExecutor

    import requests
    from requests.adapters import HTTPAdapter

    with requests.Session() as session, ThreadPoolExecutor(job.in_flight) as pool:
        session.headers.update(HEADERS)
        session.mount("http://", HTTPAdapter(pool_maxsize=job.in_flight))

        def one(url):
            response = session.get(url)
            return response.status_code, response.content

        count = yield
        while count:
            for status, body in pool.map(one, job.urls(count)):
                job.check(status, body)
            count = yield


# ---- pycurl ----


def curl_handle(job):
    import pycurl

    handle = pycurl.Curl()
    handle.setopt(pycurl.HTTPHEADER, [f"{name}: {value}" for name, value in HEADERS.items()])
    handle.setopt(pycurl.NOSIGNAL, 1)
    handle.setopt(pycurl.TIMEOUT_MS, 60000)
    handle.setopt(pycurl.PROXY, "")
    handle.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
    if job.ca_file:
        handle.setopt(pycurl.CAINFO, job.ca_file)
    return handle


def aim(handle, url):
    """A new place for the body, and the next address."""
    body = []
    handle.setopt(handle.WRITEFUNCTION, body.append)
    handle.setopt(handle.URL, url)
    handle.body = body


def pycurl_easy(job):
    handle = curl_handle(job)

    def one(url):
        aim(handle, url)
        handle.perform()
        return handle.getinfo(handle.RESPONSE_CODE), b"".join(handle.body)

    yield from one_by_one(job, one)
    handle.close()


def curl_batch(job, multi, handles, count, take):
    free, urls, answered = list(handles), job.urls(count), 0
    while answered < count:
        while free and (url := next(urls, None)):
            handle = free.pop()
            aim(handle, url)
            multi.add_handle(handle)
        multi.perform()
        _, ended, failed = multi.info_read(len(handles))
        if failed:
            raise SystemExit(f"pycurl failed: {failed[0][2]}")
        for handle in ended:
            take(handle.getinfo(handle.RESPONSE_CODE), b"".join(handle.body))
            multi.remove_handle(handle)
        free += ended
        answered += len(ended)
        if not ended:
            multi.select(1.0)


def curl_many(job, take):
    import pycurl

    multi = pycurl.CurlMulti()
    multi.setopt(pycurl.M_MAXCONNECTS, job.in_flight)
    handles = [curl_handle(job) for _ in range(job.in_flight)]
    count = yield
    while count:
        curl_batch(job, multi, handles, count, take)
        count = yield
    for handle in handles:
        handle.close()
    multi.close()


def pycurl_multi(job):
    return curl_many(job, job.check)


def pycurl_multi_json(job):
    from json import loads

    def take(status, body):
        job.check(status, body)
        job.check_value(loads(body))

    return curl_many(job, take)


# ---- the loops above without a call: what a program does by itself for every request ----


def idle_call(job):
    value = {"status": "OK"}
    count = yield
    while count:
        for number in range(count):
            ID_FORM(number)
            job.check_value(value)
        count = yield


def idle_call_bytes(job):
    body = bytes(job.length)
    count = yield
    while count:
        for number in range(count):
            ID_FORM(number)
            job.check(200, body)
        count = yield


def idle_map(job, ready, check):
    ids = map(ID_FORM, range(job.warm_up + job.count))
    yield from checked(zip(ids, repeat(ready), repeat(None)), check)


def idle_bytes(job):
    return idle_map(job, bytes(job.length), lambda value: job.check(200, value))


def idle_dicts(job):
    return idle_map(job, {"status": "OK"}, job.check_value)


class Idle:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *exception):
        return None


def idle_async(job):
    value = {"status": "OK"}

    async def client():
        async def one(number):
            ID_FORM(number)
            job.check_value(value)

        return Idle(), one

    return on_loop(job, client, numbers=True)


def idle_async_bytes(job):
    body = bytes(job.length)

    async def client():
        async def one(number):
            ID_FORM(number)
            job.check(200, body)

        return Idle(), one

    return on_loop(job, client, numbers=True)


def idle_async_urls(job):
    body = bytes(job.length)

    async def client():
        async def one(url):
            job.check(200, body)

        return Idle(), one

    return on_loop(job, client)


def idle_urls(job):
    answer = (200, bytes(job.length))
    return one_by_one(job, lambda url: answer)


# ---- measuring ----


def moment():
    used = getrusage(RUSAGE_SELF)
    return perf_counter(), used.ru_utime, used.ru_stime


def peak_kb():
    """The peak of this process alone: what getrusage tells would include the memory of its parent before the exec."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


def main(way, *words):
    job = Job(*words)
    began = moment()
    client = globals()[way](job)
    next(client)
    if job.warm_up:
        client.send(job.warm_up)
        began = moment()
    client.send(job.count)
    wall, user, system = (after - before for after, before in zip(moment(), began, strict=True))
    print(f"{job.count} {wall:.6f} {user:.6f} {system:.6f} {peak_kb()}", flush=True)
    next(client, None)


if __name__ == "__main__":
    main(*sys.argv[1:])
