"""The HTTP API: what the master and the record know, read-only, as JSON.

It is given readers and knows nothing of tables, sockets of venues or files. `app` joins the routes, `gate` stands
before them (hosts, bounds, headers, figures), `desk` answers from memory or from a reader, `server` listens. One file
for each kind of thing that can be asked for. Litestar takes long to import: only `firstprint serve` imports this.
"""
