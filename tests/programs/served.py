"""A service of this process behind a socket of this machine, for programs of other languages."""

import os
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("LFN_BUILD", ROOT / "build" / "release")) / "leafnative-lua"

# What must not come from whoever runs the tests, and what an interpreter under a sanitizer has for itself.
FOREIGN = ("LEAF", "LOSANT", "LUA_", "LD_PRELOAD", "XDG_CONFIG_HOME")


def environment(**more):
    """The environment of a program under test: leaks are looked for where it is built to do so."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return {**kept, "HOME": "/nowhere", "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1", **more}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service = None

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, headers, content = self.service.handle(self.command, self.path, list(self.headers.items()), body)
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(bytes(content))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

    def log_message(self, *arguments):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request, client_address):
        """Clients may hang up whenever they like."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def served(service):
    """Give the address at which the service answers, until the block ends."""
    handler = type("ServiceHandler", (Handler,), {"service": service})
    with Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
