# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read by every Python that a test starts: what was packed, compiled or imported once is not again.

Ansible sends each module as a program with an archive in it. It packs the archive once in each run of a playbook, and
Python compiles all of its code anew each time: together more than half of what a playbook costs here, and the tests run
hundreds. Both are kept in the folder that ``EDGE_TEST_BYTECODE`` names (``kept.py``), and so are Ansible's own large
documents, a sixth of what it takes to start. Rubbish is looked for less often: a tenth of what a module's imports take
is a search among what they have just made, and what a playbook forks for each task would copy most of its memory for
it. Modules are handed to a Python that is warm (``handover.py``, ``warm.py``).

Little is imported here before it is known what this Python is for: what hands a module over does nothing else, and
thousands do.
"""

import gc
import os
import sys

given = sys.orig_argv[1:4]
# a module is a file that Ansible has put there; with pipelining Python reads it from its standard input
module = (len(given) == 1 and "/AnsiballZ_" in given[0]) or (not given and bool(sys.stdin) and not sys.stdin.isatty())

if module and os.environ.get("EDGE_TEST_WARM"):
    from handover import hand_over

    hand_over(os.environ["EDGE_TEST_WARM"])

if os.environ.get("EDGE_TEST_BYTECODE"):
    gc.set_threshold(20000, 20, 20)
    playbook = any(word == "playbook" or word.endswith("/ansible-playbook") for word in given)
    if module or playbook or any(word.endswith("/warm.py") for word in given):
        import kept

        kept.keep(kept.folder())
    if playbook:
        kept.keep_archives(kept.folder())
        kept.keep_collections(kept.folder())
        kept.keep_documents(kept.folder())
        os.register_at_fork(before=gc.freeze, after_in_child=gc.disable)
