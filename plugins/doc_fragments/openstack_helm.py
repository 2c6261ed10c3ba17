# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the modules that look at the cluster in which OpenStack-Helm's charts are installed."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment edge.infra.openstack_helm."""

    DOCUMENTATION = r"""
options:
  kubeconfig:
    description: Kubeconfig of the cluster, on the controller.
    type: str
    required: true
  context:
    description: Context of it; the current one otherwise.
    type: str
  timeout:
    description: Seconds that one request may take.
    type: int
    default: 30
requirements:
  - kubernetes
"""
