# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""L2S-M: its SDN controller (a service of its own) and the behaviour of its operator inside the lab's cluster.

Installing the operator's manifest makes both alive: the SDN controller answers when its pod is ready and forgets
everything when that pod is replaced; the operator reconciles while its manager's pod is ready. The operator's
weaknesses are kept on purpose (what it never writes, never retries, never frees): a client that only works with a
better operator would fail on the real one.

Configuration: ``l2sm: {installed: true, switches_namespace: default}`` installs the lab's manifest from within, with
the manager's ``SWITCHES_NAMESPACE`` set (unset otherwise, as published). Durations: ``switch_start``. Faults of the
kind ``fail_operation``: ``network <name>`` (stays Unavailable until the L2Network is deleted), ``overlay <name>``,
``edge <name>`` (the first try fails), ``provider <network>`` (it does not answer, and is not asked again: F5),
``attach <namespace>/<pod>`` (the SDN controller refuses the port, and is not asked again: F4).

Routes of the lab: ``/l2sm/l2sm-deployment.yaml``, POST ``/lab/l2sm/restart``.
"""

from __future__ import annotations

from .provider import Provider
from .sdn import SdnController

__all__ = ["Provider", "SdnController"]
