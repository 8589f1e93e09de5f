"""The straight line of one request: expand, route, reserve, ask, record, read, decide.

Never knows LSP and never does I/O of its own: `Services` brings all that touches files or servers.
"""
