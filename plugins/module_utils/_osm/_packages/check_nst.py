# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""References of a slice template to NSDs and inside it, in the order and words of the NBI (OSM, 2026)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from .findings import Finding, each, error, named, warning


def check_nst(template: Mapping[str, Any], known: Collection[str] | None) -> Iterator[Finding]:
    """Errors in the NBI's order, then what it takes.

    ``known`` are the ids of the NSDs that will be there; None leaves them unchecked. The NBI asks for them even where
    it is told to force an upload.
    """
    for subnet in each(template.get("netslice-subnet")):
        where = f"netslice-subnet[{subnet.get('id')}].nsd-ref"
        wanted = subnet.get("nsd-ref")
        if wanted in (None, [], {}):
            # its bindings keep nothing of these, and the NBI then stumbles over the missing key
            yield error(where, "'nsd-ref'", "Name the id of the NSD that the subnet consists of.", 400)
        elif known is not None and str(wanted) not in known:
            text = f"Descriptor error at 'netslice-subnet':'nsd-ref'='{wanted}' references a non existing nsd"
            remedy = f"Onboard the NS package {wanted} first, give it along with the template, or say that OSM has it."
            yield error(where, text, f"{remedy} Known: {named(known)}.", 409)
    yield from _links(template)
    yield from _instances(template)


def _links(template: Mapping[str, Any]) -> Iterator[Finding]:
    """Links to subnets that do not exist: the NBI does not follow these references."""
    subnets = {str(subnet.get("id")) for subnet in each(template.get("netslice-subnet"))}
    for link in each(template.get("netslice-vld")):
        for point in each(link.get("nss-connection-point-ref")):
            if str(point.get("nss-ref")) not in subnets:
                where = f"netslice-vld[{link.get('id')}].nss-connection-point-ref"
                text = f"OSM takes this, but there is no netslice-subnet {point.get('nss-ref')}."
                yield warning(where, text, f"Existing: {named(subnets)}.")


def _instances(template: Mapping[str, Any]) -> Iterator[Finding]:
    """What the NBI takes, and what then fails when a slice is made of it or removed (read in its source, 2026)."""
    for subnet in each(template.get("netslice-subnet")):
        if not subnet.get("description"):
            where = f"netslice-subnet[{subnet.get('id')}].description"
            yield warning(where, "OSM takes this, and trips over it in each slice.", "Give the subnet a description.")
    links = list(each(template.get("netslice-vld")))
    for link in links:
        where = f"netslice-vld[{link.get('id')}].name"
        if not link.get("name"):
            yield warning(where, "OSM takes this, and each slice of it fails.", "Give the link its id as its name.")
        elif link["name"] != link.get("id"):
            text = "OSM takes this, and connects nothing by the link, whose name is not its id."
            yield warning(where, text, "Give the link its id as its name.")
    if not links:
        text = "OSM takes this, and never ends the termination of a slice without links."
        yield warning("netslice-vld", text, "Give the template a link. edge.infra.osm_slice removes such slices, too.")
