"""A small OpenAI-compatible server in a thread, that behaves well or badly as it is told."""

import json
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Script:
    """What the server does: ``behaviour`` names a ``say_`` method of `_Handler`; ``seen`` is what came."""

    behaviour: str = "reply"
    text: str = "The harbour closed on Monday. [1]"
    delay: float = 0.0
    status: int = 200
    seen: list = field(default_factory=list)
    headers: list = field(default_factory=list)
    written: int = 0
    looked: int = 0
    released: threading.Event = field(default_factory=threading.Event)


@contextmanager
def llm_server(behaviour="reply", **fields):
    """Serve one behaviour; gives the address (which ends in /v1) and the `Script`."""
    script = Script(behaviour, **fields)
    handler = type("Handler", (_Handler,), {"script": script})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", script
    finally:
        script.released.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def chunk(text="", finish=None):
    """One event of a streamed chat completion."""
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish}
    event = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return f"data: {json.dumps(event)}\n\n".encode()


class _Handler(BaseHTTPRequestHandler):
    script: Script

    def log_message(self, *args):
        """Say nothing."""

    def do_GET(self):
        """Name the one model."""
        self.script.looked += 1
        self.start("application/json")
        self.write(b'{"data": [{"id": "m"}]}')
        self.close_connection = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.script.headers.append({name.lower(): value for name, value in self.headers.items()})
        self.script.seen.append(json.loads(body))
        with suppress(BrokenPipeError, ConnectionResetError):
            getattr(self, f"say_{self.script.behaviour}")()
        self.close_connection = True

    def start(self, kind="text/event-stream", status=200, **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def write(self, data):
        self.wfile.write(data)
        self.wfile.flush()
        self.script.written += len(data)

    def say_reply(self):
        self.start()
        for word in self.script.text.split(" "):
            self.write(chunk(word + " "))
            if self.script.delay:
                self.script.released.wait(self.script.delay)
        self.write(chunk(finish="stop") + b"data: [DONE]\n\n")

    def say_silent(self):
        self.script.released.wait(30)

    def say_silent_after_a_word(self):
        self.start()
        self.write(chunk("The "))
        self.script.released.wait(30)

    def say_status(self):
        self.start("application/json", self.script.status)
        self.write(json.dumps({"error": {"message": self.script.text}}).encode())

    def say_redirect(self):
        self.start(status=302, Location="http://127.0.0.1:9/v1/chat/completions")

    def say_html(self):
        self.start("text/html")
        self.write(b"<html><body>Welcome</body></html>")

    def say_compressed(self):
        self.start(**{"Content-Encoding": "gzip"})
        self.write(b"\x1f\x8b" + b"\x00" * 100)

    def say_garbage(self):
        self.start()
        self.write(b"data: {not json\n\ndata: \xff\xfe\x00\n\n")

    def say_wrong_shape(self):
        self.start()
        self.write(b'data: {"choices": "none"}\n\n')

    def say_empty(self):
        self.start()
        self.write(chunk(finish="stop") + b"data: [DONE]\n\n")

    def say_nothing(self):
        self.start()

    def say_cut(self):
        self.start()
        self.write(chunk("The harbour closed on Monday. [1] The mayor "))

    def say_cut_in_a_chunk(self):
        self.start(**{"Transfer-Encoding": "chunked"})
        data = chunk("The harbour closed. ")
        self.write(f"{len(data) + 500:x}\r\n".encode() + data)

    def say_endless(self):
        self.start()
        while not self.script.released.is_set():
            self.write(chunk("and so on ") * 20)

    def say_endless_line(self):
        self.start()
        while not self.script.released.is_set():
            self.write(b"data: " + b"x" * 65_536)

    def say_endless_drip(self):
        self.start()
        while not self.script.released.is_set():
            self.write(b": still here\n\n")
            time.sleep(0.02)

    def say_endless_nothing(self):
        self.start()
        while not self.script.released.is_set():
            self.write(chunk())
            time.sleep(0.02)
