"""The servers: the raw one in C and nginx, each on the first core, and the certificates that nginx shows."""

import contextlib
import json
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.http_calls.programs import BUILD

CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, CLIENT_CORE = CORES[0], CORES[-1]

ON_SERVER_CORE = ["taskset", "-c", str(SERVER_CORE)]

NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    default_type application/json;
    keepalive_requests 1000000000;
    keepalive_timeout 600s;
    open_file_cache max=16;
    client_body_temp_path {folder};
    proxy_temp_path {folder};
    fastcgi_temp_path {folder};
    uwsgi_temp_path {folder};
    scgi_temp_path {folder};
    server {{
        listen 127.0.0.1:{port};
        listen 127.0.0.1:{tls_port} ssl;
        ssl_certificate {folder}/server.pem;
        ssl_certificate_key {folder}/server.key;
        root {folder};
        location / {{ try_files /credential.json =404; }}
    }}
}}
"""


@dataclass(frozen=True)
class Server:
    base: str
    ca_file: str = "-"
    delay_ms: int = 0


# ---- what is answered ----


def credential():
    """A credential as the API shows it, of 300 bytes."""
    members = {
        "id": "0190f5a1-7b1c-7e3a-9d52-0f2c6a1b3d4e",
        "status": "OK",
        "createdTime": "2024-05-01T08:30:00.123456Z",
        "clientId": "example-application",
        "username": "maple@farm.example",
        "organizationCode": "MAPLE-1",
        "refreshToken": "",
        "clientEnvironment": "STAGE",
    }
    members["refreshToken"] = "r" * (300 - len(compact(members)))
    return compact(members)


def events():
    """A list of events of 200 KB."""
    event = {
        "id": "0190f5a1-7b1c-7e3a-9d52-{:012x}",
        "createdDate": "2024-05-01T08:{:02d}:00.123456Z",
        "statusCode": 200,
        "headers": "content-type: application/json, date: Wed, 01 May 2024 08:30:00 GMT",
        "body": '{"status": "ok", "detail": "token refreshed"}',
    }
    size = len(compact(event))
    rows = []
    for number in range(200_000 // size):
        stamps = {"id": event["id"].format(number), "createdDate": event["createdDate"].format(number % 60)}
        rows.append({**event, **stamps})
    return compact(rows)


def compact(value):
    return json.dumps(value, separators=(",", ":"))


BODIES = {"credential": credential(), "events": events()}


# ---- certificates ----


def make_certificates(folder):
    """An authority of its own, a certificate for the loopback, and a bundle with the machine's authorities before it:
    reading the bundle is what a verified connection costs."""
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-x509"]
    authority = ["-subj", "/CN=authority of the benchmark", "-keyout", "ca.key", "-out", "ca.pem"]
    server = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-keyout", "server.key", "-out", "server.pem"]
    for words in (authority, [*server, *signed]):
        subprocess.run(["openssl", "req", *key, *words], cwd=folder, check=True, capture_output=True)
    known = [ssl.get_default_verify_paths().cafile, "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/cert.pem"]
    machine = next((Path(path).read_text() for path in known if path and Path(path).is_file()), "")
    (folder / "bundle.pem").write_text(machine + (folder / "ca.pem").read_text())
    return str(folder / "bundle.pem")


# ---- servers ----


@contextlib.contextmanager
def raw_server(folder, kind, delay_ms=0):
    command = [*ON_SERVER_CORE, BUILD / "raw_server", folder / f"{kind}.json", str(delay_ms)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Server(f"http://127.0.0.1:{int(child.stdout.readline())}", delay_ms=delay_ms)
    finally:
        child.stdin.close()
        child.wait(10)
        child.stdout.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, seconds=10):
    until = time.monotonic() + seconds
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


@contextlib.contextmanager
def nginx(folder):
    """nginx in one process, over http and over TLS. The kernel ends it when this program dies."""
    port, tls_port = free_port(), free_port()
    bundle = make_certificates(folder)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, tls_port=tls_port))
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    words = [program, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"]
    child = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *ON_SERVER_CORE, *words], stdin=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield Server(f"http://127.0.0.1:{port}"), Server(f"https://127.0.0.1:{tls_port}", bundle)
    finally:
        child.terminate()
        child.wait(10)


@contextlib.contextmanager
def all_servers():
    """Every server by its name, for as long as the block lasts."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="leafnative-bench-")))
        for kind, body in BODIES.items():
            (folder / f"{kind}.json").write_text(body)
        plain, tls = stack.enter_context(nginx(folder))
        yield {
            "fast": stack.enter_context(raw_server(folder, "credential")),
            "far": stack.enter_context(raw_server(folder, "credential", delay_ms=20)),
            "list": stack.enter_context(raw_server(folder, "events")),
            "nginx": plain,
            "tls": tls,
        }
