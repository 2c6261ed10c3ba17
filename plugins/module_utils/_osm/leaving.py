# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which NS instances and slices are on their way out: their records do not tell.

Source: NBI and LCM of OSM (2026). A record says that it is being terminated; whether it goes away afterwards
(``autoremove``) is a parameter of the operation. It costs a request more, and only while something is at work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .._engine.dialect import Document
from .._engine.errors import ApiError, LoginError
from .._engine.paths import get_path
from .._engine.resource import Resource

#: added to a record that goes away
ON_ITS_WAY_OUT = "edgeDeleting"
#: by kind: the list of its operations, and the key in them of what they work on
OPERATIONS = {
    "ns": ("nslcm/v1/ns_lcm_op_occs", "nsInstanceId"),
    "slice": ("nsilcm/v1/nsi_lcm_op_occs", "netsliceInstanceId"),
}
#: how many ids fit into a query; beyond that every termination that is under way is asked for
MOST_IDS = 40


def marked(resource: Resource, documents: Sequence[Document], get: Callable[[str], Any]) -> Sequence[Document]:
    """The documents; those that go away when their termination has ended say so.

    :param get: asks the NBI for a list, by its path and query.
    """
    busy = [resource.id_of(d) for d in documents if not resource.is_at_rest(d)]
    if not busy:
        return documents
    path, key = OPERATIONS[resource.kind]
    which = f"&{key}={','.join(busy)}" if len(busy) <= MOST_IDS else ""
    try:
        operations = get(f"{path}?lcmOperationType=terminate&operationState=STARTING,PROCESSING{which}")
    except (ApiError, LoginError) as error:
        if error.details.get("status") in (401, 403):
            return documents  # who may not look has to wait and see
        raise
    leaving = {str(o.get(key)) for o in operations or [] if get_path(o, "operationParams.autoremove", False)}
    return [{**d, ON_ITS_WAY_OUT: True} if resource.id_of(d) in leaving else d for d in documents]
