"""ESPN as a source: its scoreboards, the only thing asked of it. Unofficial, without a key and without stated limits.

Pure: messages, times, parse, sightings. With I/O: hosts, rest.
"""
