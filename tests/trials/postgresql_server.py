"""A real PostgreSQL server on this computer, that can be killed and started again; Debian's, where it is installed."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: int(place.parent.name))
USER = "postgres"
"""Who runs the server where the tests are run as root, as whom it refuses to start."""


def programs():
    """The folder of ``initdb`` and ``postgres``, or None."""
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else PLACES[-1] if PLACES else None


class Server:
    """A server over a folder of its own, with nothing in it, and made to be thrown away."""

    def __init__(self, folder, password="", sync=True):
        self.folder, self._bin = folder / "data", programs()
        self._as = {}
        if os.geteuid() == 0:
            who = pwd.getpwnam(USER)
            os.chown(folder, who.pw_uid, who.pw_gid)
            self._as = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            self._port = taken.getsockname()[1]
        self._password = password
        who = ["--auth=trust"]
        if password:
            (folder / "password").write_text(password)
            who = ["--auth=scram-sha-256", f"--pwfile={folder / 'password'}"]
        made = [self._bin / "initdb", "-D", self.folder, "-U", "footnote", "-E", "UTF8", "--locale=C.UTF-8", *who]
        subprocess.run(made, check=True, capture_output=True, cwd=folder, **self._as)
        self._options = [] if sync else ["-c", "fsync=off"]
        self.start()

    def address(self, database="postgres"):
        secret = f":{self._password}" if self._password else ""
        return f"postgresql://footnote{secret}@127.0.0.1:{self._port}/{database}"

    def start(self):
        command = [self._bin / "postgres", "-D", self.folder, "-p", str(self._port), "-k", self.folder]
        with (self.folder.parent / "log").open("ab") as log:
            options = ["-c", "listen_addresses=127.0.0.1", *self._options]
            self._process = subprocess.Popen(
                [*command, *options], stdout=log, stderr=log, cwd=self.folder.parent, **self._as
            )
        for _ in range(600):
            try:
                psycopg.connect(self.address()).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.05)
        raise RuntimeError("the PostgreSQL server does not start")

    def kill(self):
        """End the server and all of its processes at once, as a crash does; what they were to write is lost."""
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self._process.pid)], capture_output=True, text=True, check=False
        )
        self._process.kill()
        for child in children.stdout.split():
            try:
                os.kill(int(child), signal.SIGKILL)
            except ProcessLookupError:
                continue
        self._process.wait()

    def stop(self):
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()

    def new(self, name):
        """Make a database, or empty the one of this name, which takes less time; returns its address."""
        with psycopg.connect(self.address(), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
                connection.execute(f"CREATE DATABASE {name}")
                return self.address(name)
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        with psycopg.connect(self.address(name), autocommit=True) as connection:
            connection.execute("DROP SCHEMA IF EXISTS footnote, public CASCADE")
            connection.execute("CREATE SCHEMA public")
        return self.address(name)


@contextmanager
def running(**options):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = Server(Path(folder), **options)
        try:
            yield server
        finally:
            server.stop()


def is_missing():
    """Why there is no server to be had here; empty where there is one."""
    if not programs():
        return "PostgreSQL is not installed here (Debian's package: postgresql)"
    if os.geteuid() == 0 and USER not in {who.pw_name for who in pwd.getpwall()}:
        return f"PostgreSQL does not run as root, and there is no user {USER} here"
    return ""


@pytest.fixture(scope="session")
def postgresql():
    """A real server, shared by the tests of a process."""
    if why := is_missing():
        pytest.skip(why)
    with running(sync=False) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def library_server(request):
    """The address of an empty database for a library, or an empty one: then it is in a file."""
    if request.param == "sqlite":
        return ""
    return request.getfixturevalue("postgresql").new("library")
