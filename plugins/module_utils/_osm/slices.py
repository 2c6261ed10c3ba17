# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network slices: slice instances and their operations.

Source: NBI and LCM of OSM (2026), ``nsilcm/v1``, read in their source. A slice makes one NS instance for each subnet of
its template (a shared one may be another slice's), named ``<slice>.<subnet>``. There:

* ``DELETE netslice_instances_content/<id>`` of what is not instantiated answers 204 and deletes nothing.
* A slice whose template has no links is terminated, but its record says INSTANTIATED for ever and its operation never
  ends; only a forced removal of the record helps, which then leaves nothing behind.
* A subnet without description, or a link without name, is taken in a template and makes each slice of it fail.
* Parameters of an NS's links are kept only where the link is connected to one of the slice's.
* Once one NS of a slice is terminated, OSM refuses to terminate the slice again.
"""

from __future__ import annotations

from .._engine.field import Field
from .._engine.resource import Resource, Wait
from .common import DELETING, NAME_TEXT, NOTE_TEXT, PLAIN_TEXT
from .slice_checks import advise, check
from .slice_operations import SLICE_OPERATION
from .slice_parameters import LINKS, ONCE, SUBNETS
from .slice_records import ends, stays, taken, view
from .slice_requests import SliceSender

SLICE = Resource(
    kind="slice",
    module="osm_slice",
    title="slice",
    path="nsilcm/v1/netslice_instances",
    id_key="_id",
    fields=(
        Field(
            "name",
            ("Name of the slice.", "OSM allows several of one name; then give the id of the one that is meant."),
            required=True,
            identity=True,
            limit=NAME_TEXT,
            sample="edge-slice",
        ),
        Field(
            "template",
            "Id of the slice template (or its id in OSM).",
            api="_admin.nst-id",
            required=True,
            create_only=True,
            reference="slice_template",
            limit=PLAIN_TEXT,
            sample="edge_slice",
        ),
        Field(
            "vim_account",
            "Name or id of the VIM account to run on.",
            api="datacenter",
            required=True,
            create_only=True,
            reference="vim_account",
            limit=PLAIN_TEXT,
            sample="madrid-1",
        ),
        Field("description", ("Text for people.", ONCE), local=True, told=True, limit=NOTE_TEXT),
        Field(
            "instantiated",
            ("Whether the slice should run.", "With V(false) only its record is kept; a running slice is terminated."),
            type="bool",
            default=True,
        ),
        SUBNETS,
        LINKS,
        Field("ssh_keys", ("Public SSH keys to inject.", ONCE), type="list", elements="str", local=True, told=True),
        Field("additional_params", ("Parameters of the slice.", ONCE), type="dict", local=True, told=True),
        Field(
            "secret_params",
            ("Further ones, which are never shown.", ONCE),
            type="dict",
            local=True,
            told=True,
            secret=True,
        ),
        Field("timeout_deploy", "Seconds that OSM itself gives the instantiation.", type="int", local=True, told=True),
        Field(
            "ns_instances",
            "Its NS instances by subnet.",
            type="list",
            elements="dict",
            api="members",
            read_only=True,
            sample=[{"subnet": "web", "ns": "5c1f8f6e-7d1e-4a52-8b8f-0f8b7a2d6c11", "shared": False}],
        ),
    ),
    after=("ns_package", "vnf_package", "cluster", "k8s_cluster", "k8s_repo", "pdu"),
    view=view,
    check=check,
    advise=advise,
    sender=SliceSender(),
    operation=SLICE_OPERATION,
    lingers=stays,
    takes=taken,
    doubles="_admin.created",
    deleting=DELETING,
    ends_first=ends,
    force=(
        "OSM drops its records of the slice and of its NS instances without a word to the infrastructure: what these"
        " have made there goes on, and nobody removes it any more.",
    ),
    gone_timeout=7200,
    ready=Wait(
        path="condition",
        done=frozenset({"running", "NOT_INSTANTIATED"}),
        failed=frozenset({"failed"}),
        reason=("detailed-status",),
        stage=("detailed-status",),
        remedy="edge.infra.osm_slice_operation_info tells how its operations ended, edge.infra.osm_ns_operation_info"
        " those of its NS instances. Mend the cause, remove the slice (state: absent) and make it again (state:"
        " present). Where one of its NS instances is terminated already, OSM refuses that: then force: true removes the"
        " records.",
        timeout=7200,
    ),
)
