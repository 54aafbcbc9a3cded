"""The record on disk: everything that reached us or left us, in order, durable before anybody is told.

A session is one folder, `<data>/journal/<session>/`, of numbered segments. Each segment is a header and blocks; each
block holds records, a checksum, and a link of a chain that runs through the whole session. Segments are written raw
while they are live and re-encoded, compressed, when they are finished.

::

    folder      the data folder: version, lock, privacy
    files       the seam to the operating system; the only place here that touches files
    limits      every bound of the journal, as one record
    queue       what was appended and is not durable yet
    block       one block: runs of records that arrived together
    header      what stands at the start of a segment
    formats     the registry of container versions: live and sealed
    segment     one segment file, read
    scan        blocks, torn tails and damage of one segment
    writing     one segment file, written
    journal     the writer: group commit, rolling, full disks, broken disks
    committer   the thread that commits
    acknowledged, reserve, latency      the small things the writer keeps
    reader, follower                    a session read whole, or while it is being written
    recovery, sealing, sessions         what is done to, and known of, sessions that are there

Only the record lives here: what a frame means, and what counts as a gap, is decided elsewhere.
"""
