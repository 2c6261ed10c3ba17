#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: l2sm_operator
short_description: Install or remove the operator of L2S-M
version_added: "0.1.0"
description:
  - Applies the operator's install manifest with the settings that a careful installer makes, and waits until
    all of it works.
  - That is, both Deployments are rolled out, the Certificate is ready, and the webhook has its CA bundle.
  - Each object is compared with the live one first; only those that differ are sent, by server-side apply.
  - The removal is refused while there are networks, overlays or edge devices, which only the operator can undo.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.l2sm
seealso:
  - name: L2S-M
    description: The operator, its documentation and examples.
    link: https://github.com/Networks-it-uc3m/L2S-M
# BEGIN generated options
options:
  manifest:
    description:
      - Path or URL of the operator's install manifest (C(l2sm-deployment.yaml)).
    type: str
    required: true
  manifest_checksum:
    description:
      - Digest that the manifest must have, such as C(sha256:...).
    type: str
  overlay_namespace:
    description:
      - Namespace of the overlay, told to the operator as C(SWITCHES_NAMESPACE).
      - Without it the operator never gives attachments back, and nodes run out of them after
        about ten pods.
    type: str
    default: default
  images:
    description:
      - Images to use instead of the manifest's, by the manifest's name without a tag; a mirror,
        or a digest.
      - Images of the switches are set in the overlay's O(edge.infra.l2sm_overlay#module:switch_template).
    type: dict
  network_policy:
    description:
      - Whether a NetworkPolicy lets only the operator (8181) and pods of O(overlay_namespace)
        (6633) reach the SDN controller.
      - The controller's password is known to everybody, and its interfaces are not encrypted.
    type: bool
    default: true
  allowed_cidrs:
    description:
      - Further addresses that may reach the SDN controller, such as those of other clusters'
        edge devices.
    type: list
    elements: str
  precheck:
    description:
      - Whether to look at the cluster's prerequisites, as M(edge.infra.l2sm_precheck) does,
        before it writes.
      - Not done when nothing differs.
    type: bool
    default: true
  allow_downgrade:
    description:
      - Whether an earlier version of the operator may take the place of a later one; nobody
        tries that upstream.
    type: bool
    default: false
  state:
    description:
      - Whether the operator should be installed.
    type: str
    choices:
      - present
      - absent
    default: present
  wait:
    description:
      - Whether to wait until the object is ready, or gone.
      - The states meanwhile are shown where the standard output callback is P(edge.infra.stages#callback).
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait at most; the default depends on the kind of object.
    type: int
  wait_interval:
    description:
      - Longest pause between two looks, in seconds; the first looks come sooner.
    type: float
    default: 5.0
# END generated options
"""

EXAMPLES = r"""
- name: Install the operator
  edge.infra.l2sm_operator:
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
    manifest: https://raw.githubusercontent.com/Networks-it-uc3m/L2S-M/51dd9847e998bb4bcbc30c96fd6c879c4ab4ddc0/deployments/l2sm-deployment.yaml
    overlay_namespace: default

- name: Install it from a mirror, with pinned images
  edge.infra.l2sm_operator:
    kubeconfig: /var/lib/edge/madrid-1/kubeconfig
    manifest: files/l2sm-deployment.yaml
    manifest_checksum: sha256:15d8e17e63142e0c1c63784694c59e87e13ef9fcbcff497111f6c02b4a03d3a7
    images:
      alexdecb/l2sm-controller: registry.example.com/l2sm/l2sm-controller:2.5.3
      alexdecb/l2sm-controller-manager: registry.example.com/l2sm/l2sm-controller-manager:2.8.7
"""

RETURN = r"""
# BEGIN generated return
results:
  description: What became of each object, in the order of the document.
  type: list
  elements: dict
  returned: always, unless the document itself was refused
  contains:
    kind:
      description: Kind of the object.
      type: str
    name:
      description: Its name.
      type: str
    action:
      description: V(none), V(create), V(update), V(replace) or V(delete).
      type: str
    status:
      description: V(unchanged), V(done), V(failed) or V(skipped).
      type: str
    changed:
      description: Whether something was written.
      type: bool
    object:
      description: The object, as its own module returns it.
      type: dict
    error:
      description: Why it failed or was skipped.
      type: dict
assume:
  description: Names of the objects created, or that would be, by kind; for C(assume) of later
    tasks.
  type: dict
  returned: success
  sample:
    vim_account:
      - madrid-1
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
  contains:
    kind:
      description: Kind of error, such as V(api), V(login) or V(timeout).
      type: str
    message:
      description: What happened, with the API's own words.
      type: str
    remedy:
      description: What to do about it.
      type: str
    status:
      description: HTTP status, where there was an answer.
      type: int
# END generated return
"""

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run_bulk
from ansible_collections.edge.infra.plugins.module_utils._l2sm.api import L2SM, OPERATOR


def main() -> None:
    """Put the declaration to work."""
    run_bulk(L2SM, OPERATOR)


if __name__ == "__main__":
    main()
