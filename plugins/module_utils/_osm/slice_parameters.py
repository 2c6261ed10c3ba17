# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options for the parameters of a slice's creation: per subnet, which are those of its NS instance, and per link."""

from __future__ import annotations

from dataclasses import replace

from .._engine.field import Field
from .common import NAME_TEXT, PLAIN_TEXT
from .parameters import AT_THE_END, IP_PROFILE, PARAMETERS

ONCE = "Used when the slice is created; on one that exists a difference is told as a warning."
SUBNETS = Field(
    "subnets",
    (
        "Parameters per subnet, which are those of its NS instance; see M(edge.infra.osm_ns).",
        "OSM keeps C(vld) only where the link is connected to one of the slice's links.",
        ONCE,
    ),
    type="list",
    elements="dict",
    local=True,
    told=True,
    options=(
        Field("id", "Id of the subnet in the template.", required=True, limit=NAME_TEXT, sample="web"),
        Field("vim_account", "VIM account for this subnet, by name or id.", reference="vim_account", limit=PLAIN_TEXT),
        *(replace(f, local=False, told=False) for f in PARAMETERS if f.name not in AT_THE_END),
    ),
)
LINKS = Field(
    "links",
    (
        "Parameters per link of the slice (C(netslice-vld)).",
        "OSM applies them only to links whose name is their id.",
        ONCE,
    ),
    type="list",
    elements="dict",
    local=True,
    told=True,
    options=(
        Field("name", "Name of the link in the template.", required=True, sample="mgmt"),
        Field(
            "vim_network_name",
            "Network at the VIM to use, by name; a dictionary gives one for each VIM account (by id).",
            api="vim-network-name",
            type="raw",
        ),
        Field("vim_network_id", "The same, by the VIM's id of the network.", api="vim-network-id", type="raw"),
        IP_PROFILE,
    ),
)
