"""A web server on this computer that does as a test tells it, and remembers what it was asked."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Site:
    """Answers by path: bytes, or a function that writes to the request's handler; counts what it was asked for."""

    def __init__(self):
        self.answers = {}
        self.asked = []
        self.headers = []
        self.port = 0
        self.stopped = threading.Event()

    def page(self, path, body, content_type="text/html; charset=utf-8", status=200, **headers):
        def answer(handler):
            handler.send_response(status)
            if content_type:
                handler.send_header("Content-Type", content_type)
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

        self.answers[path] = answer

    def redirect(self, path, to, status=302):
        self.page(path, b"", status=status, Location=to)

    def url(self, path="/", host="127.0.0.1"):
        return f"http://{host}:{self.port}{path}"


@contextmanager
def serve(address="127.0.0.1"):
    """Serve a `Site` at a loopback address, on a port that is free."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            site.asked.append(self.path)
            site.headers.append(dict(self.headers))
            answer = site.answers.get(self.path)
            if answer is None:
                self.send_error(404)
            else:
                answer(self)

        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_):  # the other side hung up, as it should on a bomb
            pass

    server = Server((address, 0), Handler)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()
