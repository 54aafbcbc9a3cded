"""The outer edge: sockets, HTTP, the real clock, rate limits, back-off, supervised tasks and the watchdog.

What may enter: code that touches the network, the event loop or a thread, and knows no venue. A venue's folder builds
its clients from these parts; nothing here knows what a frame or a body means.
"""
