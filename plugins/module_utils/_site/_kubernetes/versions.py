# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which Kubernetes is wanted, and which version of its configuration kubeadm takes then."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..faults import Reader

#: minor releases of Kubernetes 1 that the plan knows
LEAST, MOST = 20, 36
FORM = re.compile(r"v?1\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
#: from which minor release on the configuration has a version; kubeadm reads one older version beside its own
API_VERSIONS = ((31, "v1beta4"), (22, "v1beta3"), (0, "v1beta2"))


@dataclass(frozen=True)
class Version:
    """A release of Kubernetes."""

    text: str
    minor: int

    @property
    def api(self) -> str:
        """The version of kubeadm's configuration, such as ``v1beta4``."""
        return next(name for least, name in API_VERSIONS if self.minor >= least)

    @property
    def lists(self) -> bool:
        """Whether extra arguments are lists of name and value, which may repeat a name."""
        return self.api == "v1beta4"

    @property
    def patches_kubelet(self) -> bool:
        """Whether kubeadm can patch the kubelet's configuration of one node."""
        return self.minor >= 25


#: what the other variables are checked with, where the version is not known
STAND_IN = Version(f"1.{MOST}.0", MOST)
KEY = "edge_kubernetes_version"


def read_version(site: Reader) -> Version | None:
    """The variable ``edge_kubernetes_version``; None, and a fault, where it is none that can be installed."""
    text = site.text(KEY, required="Give the release with all three numbers, such as 1.34.2.")
    if text is None:
        return None
    found = FORM.fullmatch(text)
    if found is None:
        two = re.fullmatch(r"v?1\.\d+", text)
        why = "names no patch release: packages and images have three numbers." if two else "is no release."
        site.fault(KEY, why, "Write all three numbers, in quotes: '1.34.2'.")
        return None
    minor = int(found[1])
    if not LEAST <= minor <= MOST:
        site.fault(KEY, f"is out of the range from 1.{LEAST} to 1.{MOST}.", "Choose a release within it.")
        return None
    return Version(text.removeprefix("v"), minor)
