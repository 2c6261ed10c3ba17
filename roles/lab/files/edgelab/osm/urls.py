# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The URLs the NBI knows, their verbs and the permission each needs. A wrong URL is 405 and comes before any login."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from .errors import Refusal

#: main topics the NBI has; those of KSUs, OKA packages and alarms exist here only as far as the table goes
MAIN_TOPICS = frozenset(
    [
        "admin",
        "vnfpkgm",
        "nsd",
        "nslcm",
        "pdu",
        "nst",
        "nsilcm",
        "nspm",
        "vnflcm",
        "k8scluster",
        "ksu",
        "appinstance",
        "oka",
        "nsfm",
    ]
)

_ACCOUNTS = "users projects roles vims vim_accounts wim_accounts sdns=sdn_controllers k8sclusters vca osmrepos"


def _account_lines() -> list[str]:
    lines = []
    for word in _ACCOUNTS.split():
        topic, _unused, permission = word.partition("=")
        lines.append(f"admin/{topic} GET,POST {permission or topic}:")
        lines.append(f"admin/{topic}/<ID> GET,DELETE,PATCH {permission or topic}:id:")
    return lines


def _package_lines(main: str, content: str, plain: str, kind: str, word: str, part: str) -> list[str]:
    base = f"{main}/{plain}/<ID>"
    return [
        f"{main}/{content} GET,POST {kind}:content:",
        f"{main}/{content}/<ID> GET,PUT,DELETE {kind}:id:",
        f"{main}/{plain} GET,POST {kind}:",
        f"{base} GET,DELETE,PATCH {kind}:id:",
        f"{base}/{part} GET,PUT {kind}:id:content:",
        f"{base}/{word} GET {kind}:id:{word}:",
        f"{base}/artifacts GET {kind}:id:{word}_artifact:",
        f"{base}/artifacts/* GET {kind}:id:{word}_artifact:",
        f"{main}/subscriptions !GET,POST -",
        f"{main}/subscriptions/<ID> !GET,DELETE -",
    ]


_TABLE = [
    "admin/tokens GET,POST,DELETE tokens:",
    "admin/tokens/<ID> GET,DELETE tokens:id:",
    *_account_lines(),
    "admin/k8srepos GET,POST k8srepos:",
    "admin/k8srepos/<ID> GET,DELETE k8srepos:id:",
    "admin/domains GET domains:",
    *_package_lines("vnfpkgm", "vnf_packages_content", "vnf_packages", "vnfds", "vnfd", "package_content"),
    "vnfpkgm/vnf_packages/<ID>/package_content/upload_from_uri !POST -",
    "vnfpkgm/vnf_packages/<ID>/action POST vnfds:id:action:",
    "vnfpkgm/vnfpkg_op_occs GET vnfds:vnfpkgops:",
    "vnfpkgm/vnfpkg_op_occs/<ID> GET vnfds:vnfpkgops:id:",
    *_package_lines("nsd", "ns_descriptors_content", "ns_descriptors", "nsds", "nsd", "nsd_content"),
    "nsd/pnf_descriptors !GET,POST -",
    "nsd/pnf_descriptors/<ID> !GET,DELETE,PATCH -",
    "nsd/pnf_descriptors/<ID>/pnfd_content !GET,PUT -",
    "nslcm/ns_instances_terminate POST ns_instances:",
    "nslcm/ns_instances_content GET,POST ns_instances:content:",
    "nslcm/ns_instances_content/<ID> GET,DELETE ns_instances:id:",
    "nslcm/ns_instances GET,POST ns_instances:",
    "nslcm/ns_instances/<ID> GET,DELETE ns_instances:id:",
    *(
        f"nslcm/ns_instances/<ID>/{verb} POST ns_instances:id:{verb}:"
        for verb in ["heal", "scale", "terminate", "instantiate", "migrate", "action", "update"]
    ),
    "nslcm/ns_lcm_op_occs GET ns_instances:opps:",
    "nslcm/ns_lcm_op_occs/<ID> GET ns_instances:opps:id:",
    "nslcm/ns_lcm_op_occs/<ID>/cancel POST ns_instances:opps:cancel:",
    "nslcm/vnfrs GET vnf_instances:",
    "nslcm/vnfrs/<ID> GET vnf_instances:id:",
    "nslcm/vnf_instances GET vnf_instances:",
    "nslcm/vnf_instances/<ID> GET vnf_instances:id:",
    "nst/netslice_templates_content GET,POST slice_templates:",
    "nst/netslice_templates_content/<ID> GET,PUT,DELETE slice_templates:id:",
    "nst/netslice_templates GET,POST slice_templates:",
    "nst/netslice_templates/<ID> GET,DELETE,!PATCH slice_templates:id:",
    "nst/netslice_templates/<ID>/nst_content GET,PUT slice_templates:id:content:",
    "nst/netslice_templates/<ID>/nst GET slice_templates:id:content:",
    "nst/netslice_templates/<ID>/artifacts GET slice_templates:id:content:",
    "nst/netslice_templates/<ID>/artifacts/* GET slice_templates:id:content:",
    "nst/subscriptions !GET,POST -",
    "nst/subscriptions/<ID> !GET,DELETE -",
    "nsilcm/netslice_instances GET,POST slice_instances:",
    "nsilcm/netslice_instances/<ID> GET,DELETE slice_instances:id:",
    *(
        f"nsilcm/netslice_instances/<ID>/{verb} POST slice_instances:id:{verb}:"
        for verb in ("terminate", "instantiate", "action")
    ),
    "nsilcm/netslice_instances_content GET,POST slice_instances:",
    "nsilcm/netslice_instances_content/<ID> GET,DELETE slice_instances:id:",
    "nsilcm/nsi_lcm_op_occs GET slice_instances:opps:",
    "nsilcm/nsi_lcm_op_occs/<ID> GET slice_instances:opps:id:",
    "nslcm/subscriptions GET,POST ns_subscriptions:",
    "nslcm/subscriptions/<ID> GET,DELETE ns_subscriptions:id:",
    # of the GitOps side, clusters and profiles
    "k8scluster/clusters GET,POST k8scluster:",
    "k8scluster/clusters/<ID> GET,PATCH,DELETE k8scluster:id:",
    "k8scluster/clusters/<ID>/app_profiles GET,PATCH k8scluster:id:app_profiles:",
    *(
        f"k8scluster/clusters/<ID>/{kind}_profiles GET,PATCH k8scluster:id:infra_profiles:"
        for kind in ("infra_controller", "infra_config", "resource")
    ),
    "k8scluster/clusters/<ID>/deregister DELETE k8scluster:id:deregister:",
    "k8scluster/clusters/<ID>/get_creds GET k8scluster:id:get_creds:",
    "k8scluster/clusters/<ID>/get_creds_file/<ID> GET k8scluster:id:get_creds_file:id",
    *(f"k8scluster/clusters/<ID>/{verb} POST k8scluster:id:{verb}:" for verb in ("update", "scale", "upgrade")),
    "k8scluster/clusters/<ID>/nodegroup !GET,POST -",
    "k8scluster/clusters/<ID>/ksus !GET -",
    "k8scluster/clusters/register POST k8scluster:register:",
    *(
        line
        for kind in ("app", "infra_controller", "infra_config", "resource")
        for line in (
            f"k8scluster/{kind}_profiles GET,POST k8scluster:{kind}_profiles:",
            f"k8scluster/{kind}_profiles/<ID> GET,PATCH,DELETE k8scluster:{kind}_profiles:id:",
        )
    ),
    "ksu/ksus !GET,POST -",
    "oka/oka_packages !GET,POST -",
    "appinstance/appinstances !GET,POST -",
    "pdu/pdu_descriptors GET,POST pduds:",
    "pdu/pdu_descriptors/<ID> GET,DELETE,PATCH,PUT pduds:id:",
    "nsd/ns_config_template GET,POST ns_config_template:content:",
    "nsd/ns_config_template/<ID> GET,DELETE ns_config_template:id:",
    "nsd/ns_config_template/<ID>/template_content GET,PUT ns_config_template:id:content:",
]


@dataclass
class _Node:
    methods: frozenset[str] | None = None
    later: frozenset[str] = frozenset()
    permission: str = ""


def _read_table() -> dict[tuple[str, ...], _Node]:
    nodes: dict[tuple[str, ...], _Node] = {}
    for line in _TABLE:
        path, verbs, permission = line.split()
        # "GET,!POST,PUT": verbs from the exclamation mark on are declared but not implemented (501)
        now, _unused, later = verbs.partition("!")
        methods = frozenset(now.strip(",").split(",")) - {""}
        node = _Node(methods or None, frozenset(later.split(",")) - {""}, permission)
        steps = tuple(path.split("/"))
        nodes[steps] = node
        for length in range(1, len(steps)):
            nodes.setdefault(steps[:length], _Node())
    return nodes


_NODES = _read_table()


def permission_of(method: str, parts: list[str]) -> str:
    """The permission that ``method`` on ``/osm/<parts>`` needs, e.g. ``vim_accounts:id:get``.

    ``parts`` is ``[main_topic, version, topic, id, item, ...]``. Raises 405 for what the NBI does not know and 501 for
    what it knows but does not implement.
    """
    if len(parts) < 3 or not all(parts[:3]):
        raise _wrong("URL must contain at least 'main_topic/version/topic'")
    if parts[0] not in MAIN_TOPICS:
        raise _wrong(f"URL main_topic '{parts[0]}' not supported")
    if parts[1] != "v1":
        raise _wrong(f"URL version '{parts[1]}' not supported")
    here: tuple[str, ...] = (parts[0],)
    for part in parts[2:]:
        if (*here, part) in _NODES:
            here = (*here, part)
        elif (*here, "<ID>") in _NODES:
            here = (*here, "<ID>")
        elif (*here, "*") in _NODES:
            here = (*here, "*")
            break
        else:
            raise _wrong(f"Unexpected URL item {part}")
    node = _NODES[here]
    if method in node.later:
        raise Refusal(f"Method {method} not supported yet for this URL", HTTPStatus.NOT_IMPLEMENTED)
    if node.methods is None or method not in node.methods:
        raise _wrong(f"Method {method} not supported for this URL")
    return node.permission + method.lower()


def _wrong(detail: str) -> Refusal:
    return Refusal(detail, HTTPStatus.METHOD_NOT_ALLOWED)
