# SPDX-License-Identifier: GPL-3.0-or-later
"""What a program writes to a terminal that a test made.

Scripts copy this file beside their own.
"""
import os, select

def pieces(fd, seconds):
    """Yields what is written until the other end is closed; in the end b"", if
    nothing came for so many seconds."""
    while select.select([fd], [], [], seconds)[0]:
        try:
            more = os.read(fd, 65536)
        except OSError:
            return # its other end is closed
        if not more:
            return
        yield more
    yield b""
