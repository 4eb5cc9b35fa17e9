"""Every client that is measured: one line a row. A command names what the harness knows in braces: {job} is the base
address, the count, the requests in flight, the warming up, the length, the kind of answer and the CA file, which every
program of this folder takes after its way; {url}, {count} and {in_flight} are for foreign programs."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.http_calls.samples import read_h2load, read_line, read_wrk


@dataclass(frozen=True)
class Variant:
    name: str
    command: str
    read: Callable = read_line
    old_aiohttp: bool = False
    idle: str = ""  # the command of the same loop without a request, where its instructions are counted


VARIANTS = {
    variant.name: variant
    for variant in [
        # The bounds, and the tools of others.
        Variant("raw epoll, C", "{bin}/raw_client raw {job}", idle="{bin}/leaf_client idle-target {job}"),
        Variant("wrk, one URL", "wrk -t1 -c{in_flight} -d1s {url}", read_wrk),
        Variant("h2load, one URL", "h2load --h1 -t1 -c{in_flight} -n{count} {url}", read_h2load),
        # libcurl from C.
        Variant("libcurl easy, C", "{bin}/curl_client easy {job}", idle="{bin}/leaf_client idle-target {job}"),
        Variant("libcurl multi, C", "{bin}/curl_client multi {job}", idle="{bin}/leaf_client idle-target {job}"),
        Variant("libcurl, a new handle each, C", "{bin}/curl_client fresh {job}"),
        # Ours from C.
        Variant("leafnative C, call", "{bin}/leaf_client call {job}", idle="{bin}/leaf_client idle {job}"),
        Variant("leafnative C, call, general lane", "{bin}/leaf_client call-general {job}"),
        Variant("leafnative C, many", "{bin}/leaf_client many {job}", idle="{bin}/leaf_client idle {job}"),
        Variant("leafnative C, many, general lane", "{bin}/leaf_client many-general {job}"),
        Variant("leafnative C, all queued", "{bin}/leaf_client many-queued {job}"),
        # Ours from Python.
        Variant("leafnative, call", "{python} leaf_call {job}", idle="{python} idle_call {job}"),
        Variant("leafnative, call, bytes", "{python} leaf_call_bytes {job}", idle="{python} idle_call_bytes {job}"),
        Variant("leafnative, map, bytes", "{python} leaf_bytes {job}", idle="{python} idle_bytes {job}"),
        Variant("leafnative, map, dicts", "{python} leaf_dicts {job}", idle="{python} idle_dicts {job}"),
        Variant("leafnative, map, objects", "{python} leaf_objects {job}", idle="{python} idle_dicts {job}"),
        Variant("leafnative, asyncio", "{python} leaf_async {job}", idle="{python} idle_async {job}"),
        Variant(
            "leafnative, asyncio, bytes", "{python} leaf_async_bytes {job}", idle="{python} idle_async_bytes {job}"
        ),
        # Others from Python, many at once.
        Variant("pycurl multi", "{python} pycurl_multi {job}", idle="{python} idle_urls {job}"),
        Variant("pycurl multi, json", "{python} pycurl_multi_json {job}"),
        Variant("aiohttp", "{python} aiohttp {job}", idle="{python} idle_async_urls {job}"),
        Variant("aiohttp, json", "{python} aiohttp_json {job}"),
        Variant("aiohttp 3.8", "{python} aiohttp {job}", old_aiohttp=True),
        Variant("httpx async", "{python} httpx_async {job}"),
        Variant("wreq", "{python} wreq {job}"),
        Variant("pyreqwest", "{python} pyreqwest {job}"),
        Variant("curl_cffi", "{python} curl_cffi {job}"),
        Variant("primp", "{python} primp {job}"),
        Variant("requests, threads", "{python} requests_threads {job}"),
        # Others from Python, one after the other.
        Variant("pycurl easy", "{python} pycurl_easy {job}", idle="{python} idle_urls {job}"),
        Variant("requests", "{python} requests {job}", idle="{python} idle_urls {job}"),
        Variant("httpx", "{python} httpx {job}"),
        Variant("urllib3", "{python} urllib3 {job}"),
        Variant("http.client", "{python} http_client {job}"),
        Variant("wreq, blocking", "{python} wreq_blocking {job}"),
        Variant("pyreqwest, blocking", "{python} pyreqwest_blocking {job}"),
        # Lua.
        Variant("leafnative Lua, call", "{lua} leaf_call {job}", idle="{lua} idle_call {job}"),
        Variant("leafnative Lua, call, text", "{lua} leaf_call_text {job}", idle="{lua} idle_call_text {job}"),
        Variant("leafnative Lua, map, text", "{lua} leaf_text {job}", idle="{lua} idle_text {job}"),
        Variant("leafnative Lua, map, tables", "{lua} leaf_tables {job}"),
        Variant("leafnative Lua, map, objects", "{lua} leaf_objects {job}", idle="{lua} idle_objects {job}"),
        Variant("leafnative Lua, tasks", "{lua} leaf_tasks {job}", idle="{lua} idle_objects {job}"),
        Variant("lua-curl easy, Lua 5.1", "{lua51} easy {job}"),
        Variant("luasocket, a connection each, Lua", "{lua} luasocket {job}"),
        Variant("luasocket, kept by hand, Lua", "{lua} luasocket_kept {job}"),
    ]
}
