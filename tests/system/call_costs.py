"""One way of calling from Python, counted by callgrind: told WAY BASE COUNT LIBRARY, it warms up, and makes so many
calls between the two functions of counting.c."""

import asyncio
import ctypes
import sys

import leafnative

WARM_UP = 200
IN_FLIGHT = 64


def ids(count):
    return [f"0190f5a1-7b1c-7e3a-9d52-{number:012x}" for number in range(count)]


def by_call(values):
    def run(leaf, asked):
        for one in asked:
            leaf.call("users.get", leaf_user_id=one, values=values)

    return run


def by_method(leaf, asked):
    for one in asked:
        leaf.users.get(one)


def by_map(values):
    def run(leaf, asked):
        for _, _, error in leaf.map("users.get", asked, concurrency=IN_FLIGHT, values=values):
            if error is not None:
                raise error

    return run


async def by_tasks(leaf, asked, values):
    rest = iter(asked)

    async def work():
        for one in rest:
            await leaf.call("users.get", leaf_user_id=one, values=values)

    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))


def counted(run, leaf, count, library):
    run(leaf, ids(WARM_UP))
    asked = ids(count)
    library.lfn_counting_begin()
    run(leaf, asked)
    library.lfn_counting_end()


async def counted_tasks(values, base, count, library):
    async with leafnative.AsyncLeaf(base, token="t") as leaf:
        await by_tasks(leaf, ids(WARM_UP), values)
        asked = ids(count)
        library.lfn_counting_begin()
        await by_tasks(leaf, asked, values)
        library.lfn_counting_end()


WAYS = {
    "call_bytes": by_call("bytes"),
    "call_dicts": by_call("dicts"),
    "method": by_method,
    "map_bytes": by_map("bytes"),
    "map_dicts": by_map("dicts"),
    "map_objects": by_map("objects"),
}
TASKS = {"asyncio_bytes": "bytes", "asyncio_dicts": "dicts"}


def main(way, base, count, library):
    loaded = ctypes.CDLL(library)
    if way in TASKS:
        asyncio.run(counted_tasks(TASKS[way], base, int(count), loaded))
        return
    with leafnative.Leaf(base, token="t") as leaf:
        counted(WAYS[way], leaf, int(count), loaded)


if __name__ == "__main__":
    main(*sys.argv[1:])
