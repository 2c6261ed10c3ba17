# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""In the process that Ansible has started for a module: hand it over to the Python that is warm.

Thousands of these start and end. So nothing is imported but what is built into Python: json, socket and their like cost
more than all else that is done here.
"""

import _socket
import marshal
import os
import sys

#: what libraries look at when they are imported: where files of users are, and the cluster's
LOOKED_AT = ("HOME", "KUBECONFIG", "XDG_CONFIG_HOME")

#: bytes of a number; what is answered by one that takes over, and by one that is of another kind
SIZE, YES, NO = 4, b"y", b"n"


def kind() -> tuple[object, ...]:
    """What two Pythons have in common of which one may stand for the other."""
    settings = {name: value for name, value in os.environ.items() if name.startswith("PYTHON") and name != "PYTHONPATH"}
    settings |= {name: os.environ.get(name, "") for name in LOOKED_AT}
    encodings = (sys.getfilesystemencoding(), sys.stdout.encoding if sys.stdout else None)
    return sys.version, sys.prefix, os.getuid(), tuple(sys.flags), settings, encodings


def whole(connection: _socket.socket, size: int) -> bytes:
    """So many bytes, or fewer where the other side has ended."""
    data = b""
    while len(data) < size and (part := connection.recv(size - len(data))):
        data += part
    return data


def hand_over(path: str) -> None:
    """End as a fork does that does all of it; return where there is none."""
    mask = os.umask(0o077)  # it can be read by setting it only
    os.umask(mask)
    given = {
        "kind": kind(),
        "program": "".join(sys.orig_argv[1:]),
        "environment": dict(os.environ),
        "path": sys.path,
        "folder": os.getcwd(),  # noqa: PTH109 - pathlib costs a quarter of this process
        "mask": mask,
    }
    data = marshal.dumps(given)
    files = b"".join(number.to_bytes(4, sys.byteorder) for number in (0, 1, 2))
    connection = _socket.socket(_socket.AF_UNIX)
    try:
        connection.connect(path)
        connection.sendmsg([len(data).to_bytes(SIZE, "big")], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, files)])
        connection.sendall(data)
        taken = whole(connection, 1) == YES
    except OSError:
        taken = False
    if not taken:
        connection.close()
        return
    try:
        status = whole(connection, SIZE)
    except OSError:
        status = b""
    code = os.waitstatus_to_exitcode(int.from_bytes(status, "big", signed=True)) if len(status) == SIZE else 1
    if code < 0:
        import signal

        signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)
