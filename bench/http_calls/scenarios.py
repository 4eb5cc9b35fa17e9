"""What is measured against which server, and what must come out. A goal compares two rows round by round."""

from dataclasses import dataclass, field

from bench.http_calls.variants import VARIANTS

MULTI, EASY, RAW = "libcurl multi, C", "libcurl easy, C", "raw epoll, C"
CALL, BYTES, DICTS, OBJECTS = (f"leafnative, {way}" for way in ("call", "map, bytes", "map, dicts", "map, objects"))
ASYNC, C_CALL, C_MANY = "leafnative, asyncio", "leafnative C, call", "leafnative C, many"
CALL_BYTES, ASYNC_BYTES = f"{CALL}, bytes", f"{ASYNC}, bytes"
LUA_CALL_TEXT = "leafnative Lua, call, text"
C_GENERAL = "leafnative C, many, general lane"
LUA_CALL, LUA_TEXT, LUA_OBJECTS, LUA_TASKS = (
    f"leafnative Lua, {way}" for way in ("call", "map, text", "map, objects", "tasks")
)

# What a server with a delay allows: as many answers as are in flight in every delay.
IDEAL = "the ideal"


@dataclass(frozen=True)
class Goal:
    variant: str
    measure: str  # "rate" or "cpu"
    word: str  # "at least" or "at most"
    value: float
    of: str  # the row that it is compared with


@dataclass(frozen=True)
class Scenario:
    section: str  # of the page, and the name on the command line
    server: str
    in_flight: int
    reference: str
    names: list
    goals: list = field(default_factory=list)
    kind: str = "credential"
    count: int = 0  # 0: as many as take the time of a run
    cold: bool = False  # nothing comes before; opening the client and the connections is measured too

    @property
    def variants(self):
        return [VARIANTS[name] for name in self.names]


NATIVE = ["wreq", "pyreqwest", "curl_cffi", "primp"]
OURS_MANY = [C_MANY, BYTES, DICTS, OBJECTS, ASYNC_BYTES, ASYNC]
OTHERS_MANY = ["pycurl multi", "aiohttp", "aiohttp 3.8", "httpx async"]

SCENARIOS = [
    Scenario(
        "http-fast", "fast", 64, MULTI,
        [RAW, "wrk, one URL", MULTI, *OURS_MANY, C_GENERAL, LUA_TEXT, "leafnative Lua, map, tables",
         LUA_OBJECTS, LUA_TASKS, *OTHERS_MANY, *NATIVE],
        [
            Goal(LUA_TEXT, "rate", "at least", 0.75, RAW),
            Goal(BYTES, "rate", "at least", 2.5, MULTI),
            Goal(BYTES, "rate", "at least", 0.75, RAW),
            Goal(DICTS, "rate", "at least", 0.75, BYTES),
            Goal(OBJECTS, "rate", "at least", 0.75, BYTES),
            Goal(ASYNC, "rate", "at least", 8, "aiohttp"),
            Goal(ASYNC, "rate", "at least", 15, "aiohttp 3.8"),
            Goal(C_GENERAL, "rate", "at least", 0.9, MULTI),
        ],
    ),
    Scenario(
        "http-sequential", "fast", 1, EASY,
        [RAW, EASY, C_CALL, "leafnative C, call, general lane", CALL_BYTES, CALL, "pycurl easy", "http.client",
         "urllib3", "requests", "httpx", "wreq, blocking", "pyreqwest, blocking",
         LUA_CALL_TEXT, LUA_CALL, "lua-curl easy, Lua 5.1", "luasocket, a connection each, Lua",
         "luasocket, kept by hand, Lua"],
        [
            Goal(CALL, "cpu", "at most", 0.45, "pycurl easy"),
            Goal(CALL, "cpu", "at most", 1 / 30, "requests"),
            Goal(LUA_CALL_TEXT, "cpu", "at most", 0.45, "lua-curl easy, Lua 5.1"),
        ],
    ),
    Scenario(
        "http-nginx", "nginx", 64, MULTI,
        [RAW, "wrk, one URL", "h2load, one URL", MULTI, C_MANY, BYTES, ASYNC, "pycurl multi", "aiohttp", "httpx async",
         "wreq", "requests, threads"],
    ),
    Scenario(
        "http-tls", "tls", 64, MULTI,
        ["wrk, one URL", "h2load, one URL", MULTI, C_MANY, BYTES, DICTS, ASYNC, "pycurl multi", "aiohttp"],
        [Goal(BYTES, "cpu", "at most", 0.45, MULTI)],
    ),
    Scenario(
        "http-far-64", "far", 64, MULTI,
        [RAW, MULTI, C_MANY, BYTES, ASYNC, "pycurl multi", "aiohttp", "wreq", "requests, threads"],
        [Goal(BYTES, "rate", "at least", 0.75, IDEAL)],
    ),
    Scenario(
        "http-far-512", "far", 512, MULTI,
        [RAW, MULTI, C_MANY, BYTES, ASYNC, "pycurl multi", "aiohttp", "wreq"],
        [Goal(BYTES, "rate", "at least", 0.75, IDEAL), Goal(ASYNC, "rate", "at least", 0.75, IDEAL)],
    ),
    Scenario(
        "http-list", "list", 16, MULTI,
        [RAW, MULTI, C_MANY, DICTS, "pycurl multi", "pycurl multi, json", "aiohttp, json"],
        kind="events",
    ),
    Scenario(
        "http-connects", "tls", 64, "libcurl, a new handle each, C",
        ["libcurl, a new handle each, C", MULTI, C_MANY, BYTES],
        [
            Goal(C_MANY, "cpu", "at most", 0.1, "libcurl, a new handle each, C"),
            Goal(BYTES, "cpu", "at most", 0.1, "libcurl, a new handle each, C"),
        ],
        count=64, cold=True,
    ),
]  # fmt: skip
