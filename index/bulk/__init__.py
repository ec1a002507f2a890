"""Many articles at once: read and embedded by workers on a Ray cluster, and committed here, one by one, in order.

- `engine` - what `footnote add --engine ray` asks of it; the library is open here alone
- `gateway` - the process that talks to Ray: hands out tasks, and replaces workers that die
- `worker` - what runs on the cluster
"""
