# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that every module for L2S-M has.

Written by tests/generate/generate.py from the declarations.
"""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment edge.infra.l2sm."""

    DOCUMENTATION = r"""
options:
  kubeconfig:
    description:
      - Path of the cluster's kubeconfig.
      - If neither this nor the variable is given, E(KUBECONFIG), else C(~/.kube/config).
      - If not given, the environment variable E(K8S_AUTH_KUBECONFIG) is used.
    type: path
  context:
    description:
      - Context of the kubeconfig; its current one unless given.
      - If not given, the environment variable E(K8S_AUTH_CONTEXT) is used.
    type: str
  validate_certs:
    description:
      - Whether to verify the server's certificate; as the kubeconfig says unless given.
      - If not given, the environment variable E(K8S_AUTH_VERIFY_SSL) is used.
    type: bool
  timeout:
    description:
      - Seconds to wait for one answer.
    type: int
    default: 30
  sdn_url:
    description:
      - URL of the SDN controller, such as C(http://192.0.2.7:8181), if it can be reached from
        where the module runs.
      - Networks then count as available only while it knows them; their status in Kubernetes
        is written once and stays.
    type: str
  sdn_username:
    description:
      - User of the SDN controller.
    type: str
    default: karaf
  sdn_password:
    description:
      - Password of that user.
    type: str
    default: karaf
  ignore_provider:
    description:
      - Whether a network between clusters, or its edge device, is removed although its provider
        cannot be asked; the ports that the device has there stay, then.
      - 'Otherwise that is refused: a device that is made on the same node again could not be
        plugged in.'
    type: bool
    default: false
  check_without_api:
    description:
      - In check mode, plan for an empty cluster when the kubeconfig does not exist yet, the
        API does not answer, or the operator is not installed, because earlier tasks of the
        same run would make them; and let the operator go although it has objects, because earlier
        tasks would remove them.
      - Ignored in a real run.
    type: bool
    default: false
  check_after_restart:
    description:
      - In check mode, plan as if the SDN controller had forgotten its networks, because earlier
        tasks of the same run would restart its node. With O(sdn_url) only.
      - Ignored in a real run.
    type: bool
    default: false
requirements:
  - PyYAML
  - kubernetes
  - requests
attributes:
  action_group:
    description: Belongs to an action group, so that C(module_defaults) can carry the connection
      once.
    support: full
    membership:
      - edge.infra.l2sm
"""
