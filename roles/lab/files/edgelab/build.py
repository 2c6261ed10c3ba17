# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which services a lab has."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from .core.control import Control
from .core.lab import Lab
from .core.system import ON_CONTROLLER
from .helm.prepared import ready
from .sysinv.subcloud import subclouds_of

#: module of this package -> class, in the order in which they are told that the lab has started: one for each site ...
SYSTEM = (
    ("keystone", "Keystone"),
    ("sysinv", "Sysinv"),
    ("fm", "FaultManagement"),
    ("usm", "Usm"),
    ("nfv", "Vim"),
    ("dcmanager", "DcManager"),
    ("kubernetes", "KubernetesApi"),
    ("l2sm", "SdnController"),
    ("openstack", "Openstack"),
)
#: what a site of kubeadm, and a cluster that is of no site, has of these
OF_A_CLUSTER = ("kubernetes", "l2sm")
ONLY = {"kubeadm": OF_A_CLUSTER, "cluster": ("kubernetes",)}
#: ... and those of the whole lab
SHARED = (
    ("bmc", "Bmc"),
    ("osm", "Nbi"),
)
NAMES = (*(module for module, _unused in SYSTEM), *(n for n in ON_CONTROLLER if n not in dict(SYSTEM)))


def build(config: dict[str, Any], state_dir: Path) -> Lab:
    """A lab with every service, or with those that ``config.services`` names; ``SitesError`` for names given twice."""
    lab = Lab(config, state_dir)
    wanted = config.get("services") or [module for module, _unused in SYSTEM + SHARED]
    for module, class_name in SHARED:
        if module in wanted:
            lab.add(_class(module, class_name)(lab))
    for site in lab.sites or [{}]:
        system = lab.add_system(site, NAMES)
        for module, class_name in SYSTEM:
            if module not in ONLY.get(site.get("model", ""), wanted):
                continue
            if module in wanted and not (module == "dcmanager" and site.get("system_controller")):
                system.add(_class(module, class_name)(system))
    for name in config.get("l2sm_providers") or []:
        lab.add(_class("l2sm", "Provider")(lab, name))
    if any(site.get("model") == "cluster" for site in lab.sites):
        lab.helm = ready(state_dir)
    _link(lab)
    lab.add(Control(lab))
    return lab


def _link(lab: Lab) -> None:
    """Let the sites that have a System Controller play its subclouds."""
    for system in lab.systems.values():
        dcmanager: Any = system.services.get("dcmanager")
        if dcmanager is not None and "sysinv" in system.services:
            for name, player in subclouds_of(system, dcmanager.audit).items():
                dcmanager.attach(name, player)


def _class(module: str, name: str) -> Any:
    return getattr(importlib.import_module(f"edgelab.{module}"), name)
