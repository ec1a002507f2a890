"""A real Ray cluster of two workers on this computer, whose workers can be killed."""

import os
import subprocess
import sys
from collections import defaultdict
from contextlib import contextmanager

ENVIRONMENT = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled"}
_CLUSTER = """
import sys, ray
options = dict(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=100_000_000)
print("address", ray.init("local", **options).address_info["gcs_address"], flush=True)
sys.stdin.read()
"""
_TRIES = 10


class Cluster:
    """A cluster that ends with the process that started it."""

    address = ""
    _process = None

    def start(self):
        """Start it where it does not run; on a busy computer that may take longer than Ray waits for it."""
        for _ in range(_TRIES):
            if self._process and self._process.poll() is None:
                return
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
            command = [sys.executable, "-c", _CLUSTER]
            # Linux shares a processor among sessions: a server has one of its own
            self._process = subprocess.Popen(command, env=ENVIRONMENT, text=True, start_new_session=True, **pipes)
            for line in self._process.stdout:
                if line.startswith("address "):
                    self.address = line.split()[1]
                    return
            self.stop()
        raise RuntimeError("the Ray cluster does not start")

    def stop(self):
        if self._process:
            self._process.kill()
            self._process.communicate()

    def workers(self):
        """The processes of Footnote's workers on this cluster."""
        return [pid for pid, title in descendants(self._process.pid) if title.startswith("ray::Worker")]


def descendants(ancestor):
    """The processes below another: number and title."""
    listed = subprocess.run(["ps", "-ewwo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    children = defaultdict(list)
    for line in listed.splitlines():
        pid, parent, title = line.split(maxsplit=2)
        children[int(parent)].append((int(pid), title))
    found, waiting = [], [ancestor]
    while waiting:
        below = children[waiting.pop()]
        found += below
        waiting += [pid for pid, _ in below]
    return found


@contextmanager
def kept():
    cluster = Cluster()
    try:
        yield cluster
    finally:
        cluster.stop()
