# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The images that a release's kubeadm asks for.

Source: ``cmd/kubeadm/app/constants/constants.go`` and ``images/images.go`` of each release branch. Images of Kubernetes
itself have the release's own tag. The others change within a minor release, so that a table can only say what its
last known patch releases have: where a kubeadm can be asked, ``kubeadm config images list`` is the truth.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Tags(NamedTuple):
    """What of others comes with a minor release."""

    etcd: str
    coredns: str
    pause: str


TAGS = {
    20: Tags("3.4.13-0", "1.7.0", "3.2"),
    21: Tags("3.4.13-0", "v1.8.0", "3.4.1"),
    22: Tags("3.5.0-0", "v1.8.4", "3.5"),
    23: Tags("3.5.6-0", "v1.8.6", "3.6"),
    24: Tags("3.5.6-0", "v1.8.6", "3.7"),
    25: Tags("3.5.6-0", "v1.9.3", "3.8"),
    26: Tags("3.5.10-0", "v1.9.3", "3.9"),
    27: Tags("3.5.12-0", "v1.10.1", "3.9"),
    28: Tags("3.5.15-0", "v1.10.1", "3.9"),
    29: Tags("3.5.16-0", "v1.11.1", "3.9"),
    30: Tags("3.5.15-0", "v1.11.3", "3.9"),
    31: Tags("3.5.24-0", "v1.11.3", "3.10"),
    32: Tags("3.5.24-0", "v1.11.3", "3.10"),
    33: Tags("3.5.24-0", "v1.12.0", "3.10"),
    34: Tags("3.6.5-0", "v1.12.1", "3.10.1"),
    35: Tags("3.6.6-0", "v1.13.1", "3.10.1"),
    36: Tags("3.6.8-0", "v1.14.2", "3.10.2"),
}
#: Kubernetes' own images of a control plane; kube-proxy runs on every node
#: the last minor releases whose first patch releases have the old registry, by the patch release that has the new one
MOVED = {22: 17, 23: 15, 24: 9}
CONTROL = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
#: from this minor release on images are in the registry of today
REGISTRY_SINCE = 25
#: from this one on CoreDNS has a folder of its own in the repository
FOLDER_SINCE = 21


def minor_of(version: str) -> int:
    """34 of ``1.34.2``."""
    return int(version.split(".")[1])


def tags(version: str) -> Tags:
    """Those of a release; of the nearest one where the table does not know it."""
    minor = minor_of(version)
    return TAGS[min(max(minor, min(TAGS)), max(TAGS))]


def repository(version: str, given: str = "") -> str:
    """Where the images are: what the site says, else the default of the release."""
    if given:
        return given
    minor, patch = minor_of(version), int(re.match(r"\d*", version.split(".")[2])[0] or 0)  # type: ignore[index]
    return "registry.k8s.io" if minor >= REGISTRY_SINCE or patch >= MOVED.get(minor, patch + 1) else "k8s.gcr.io"


def component_images(version: str, given: str = "", etcd: bool = True) -> dict[str, str]:
    """Full name of an image by component; ``etcd`` where kubeadm runs it."""
    place, others = repository(version, given), tags(version)
    found = {name: f"{place}/{name}:v{version}" for name in (*CONTROL, "kube-proxy")}
    # a folder of its own in the default registry alone
    folder = "/coredns" if minor_of(version) >= FOLDER_SINCE and place == repository(version) else ""
    found["coredns"] = f"{place}{folder}/coredns:{others.coredns}"
    found["pause"] = f"{place}/pause:{others.pause}"
    if etcd:
        found["etcd"] = f"{place}/etcd:{others.etcd}"
    return found
