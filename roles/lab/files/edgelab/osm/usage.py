# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which packages NS instances use, and how an NS disappears with all that belongs to it."""

from __future__ import annotations

from .pdus import release
from .store import Document, Store


def mark_used(store: Store, nsr: Document) -> None:
    """Set the usage state of the packages that an NS record refers to."""
    for topic, records, field, ids in (
        ("nsds", "nsrs", "nsd-id", [nsr["nsd-id"]]),
        ("vnfds", "vnfrs", "vnfd-id", nsr["vnfd-id"]),
    ):
        for item_id in ids:
            package = store.all(topic).get(item_id)
            if package:
                used = any(store.find(records, **{field: item_id}))
                package["_admin"]["usageState"] = "IN_USE" if used else "NOT_IN_USE"


def forget_ns(store: Store, nsr: Document) -> None:
    """Remove an NS with its operations and VNF records; its packages are no longer in use by it."""
    store.all("nsrs").pop(nsr["_id"], None)
    for topic, field in (("nslcmops", "nsInstanceId"), ("vnfrs", "nsr-id-ref")):
        for record in store.find(topic, **{field: nsr["_id"]}):
            del store.all(topic)[record["_id"]]
    release(store, nsr["_id"])
    template_id = nsr["instantiate_params"].get("nsConfigTemplateId")
    users = (other["instantiate_params"].get("nsConfigTemplateId") for other in store.all("nsrs").values())
    if template_id in store.all("ns_config_template") and template_id not in users:
        store.all("ns_config_template")[template_id]["_admin"]["usageState"] = "NOT_IN_USE"
    mark_used(store, nsr)
