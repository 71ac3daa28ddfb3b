"""A web server and a mail server on this machine, each in a thread of its own."""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller

from tests.reports.render.made_up import bare_report, full_report


@dataclass
class WebServer:
    """Answers each request with the next of ``answers`` (status, headers, text), then with 200 "ok"."""

    port: int = 0
    answers: list = field(default_factory=list)
    heard: list = field(default_factory=list)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hooks/secret"


@dataclass
class MailBox:
    """Keeps the mails that the server took; answers ``refused`` addresses and ``answer`` instead where set."""

    port: int = 0
    mails: list = field(default_factory=list)
    refused: dict = field(default_factory=dict)
    answer: str = ""

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.answer:
            return self.answer
        self.mails.append((tuple(envelope.rcpt_tos), envelope.content))
        return "250 taken"


@pytest.fixture
def web():
    server = WebServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.heard.append((self.path, dict(self.headers), json.loads(body)))
            status, headers, text = server.answers.pop(0) if server.answers else (200, {}, "ok")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        server.port = listening.server_address[1]
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        listening.shutdown()
        thread.join()


@pytest.fixture
def mailbox():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        box = MailBox(free.getsockname()[1])
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    yield box
    controller.stop()


@pytest.fixture
def report():
    return full_report()


@pytest.fixture
def bare():
    return bare_report()
