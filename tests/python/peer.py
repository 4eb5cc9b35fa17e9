"""A peer on the loopback for tests: it answers what a function says, or never, and ends with the block it is in."""

import json
import socket
import socketserver
import threading
from contextlib import contextmanager, suppress


class Peer:
    """What a server saw: its address, the requests (method, target), and how many connections came."""

    def __init__(self, answer):
        self.answer = answer
        self.requests = []
        self.connections = 0
        self.lock = threading.Lock()
        self.arrived = threading.Event()
        self.url = None


def read_head(lines):
    line = lines.readline()
    if not line:
        return None
    method, target, _ = line.decode().split(" ", 2)
    headers = {}
    while (line := lines.readline().rstrip(b"\r\n")) != b"":
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    return method, target, headers


class Handler(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        peer = self.server.peer
        with peer.lock:
            peer.connections += 1
        try:
            while (head := read_head(self.rfile)) is not None:
                method, target, headers = head
                body = self.rfile.read(int(headers.get("content-length", 0)))
                with peer.lock:
                    peer.requests.append((method, target))
                peer.arrived.set()
                status, answer = peer.answer(method, target, headers, body)
                if status is None:  # no answer, for as long as the other side waits
                    self.rfile.read()
                    return
                text = b"" if answer is None else json.dumps(answer).encode()
                head = f"HTTP/1.1 {status} -\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
                self.wfile.write(head.encode() + text)
        except OSError:
            return


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 512

    def handle_error(self, request, client_address):
        return

    def process_request(self, request, client_address):
        self.open_sockets.append(request)
        super().process_request(request, client_address)


@contextmanager
def peer(answer):
    """A server whose `answer` (method, target, headers, body) gives (status, value of JSON); None for no answer."""
    with Server(("127.0.0.1", 0), Handler, bind_and_activate=True) as server:
        server.open_sockets = []
        server.peer = peer = Peer(answer)
        peer.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield peer
        finally:
            server.shutdown()
            for one in server.open_sockets:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            thread.join()


def users(method, target, headers, body):
    """Answers a GET of any user."""
    return 200, {"id": target.rsplit("/", 1)[-1], "name": "Maple Farm"}
