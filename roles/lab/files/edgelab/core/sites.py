# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the configuration says of its sites, as far as they must not contradict one another."""

from __future__ import annotations

from typing import Any


class SitesError(ValueError):
    """Sites or hosts of the configuration have one name; the text is for whoever wrote them."""


def hosts_of(sites: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The hosts of all sites; raises :class:`SitesError` when two sites, or two hosts, have one name."""
    names = [site["name"] for site in sites]
    for name in names:
        if names.count(name) > 1:
            raise SitesError(f"two sites of the configuration are called {name}")
    found: dict[str, dict[str, Any]] = {}
    for site in sites:
        for host in site.get("hosts") or []:
            other = found.get(host["name"])
            if other:
                raise SitesError(
                    f"a host of site {other['site']} and one of {site['name']} are both called {host['name']}; a BMC "
                    "and a folder belong to one host, so each needs a name of its own"
                )
            found[host["name"]] = {**host, "site": site["name"], "model": site.get("model", "simplex")}
    return found
