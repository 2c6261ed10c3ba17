# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Kubernetes API server with the controllers that matter here: what StarlingX runs on a controller.

The API is our own small code on aiohttp. The package ``kmock`` (0.8) was read first: it serves objects as plain JSON
that it merges, and has no notion of schemas, defaults, selectors, versions of a list, paging, dry runs,
server-side apply, field validation, authentication or TLS; its watch starts with everything there is. All of that
would have to be put in front of it, so it would only have held the dictionaries. What libraries do well is theirs:
the official client's models give the schemas of the built-in kinds, ``jsonpatch`` applies JSON patches.

Bodies are read as JSON or YAML; protocol buffers, which ``kubectl create`` and other typed Go clients prefer for
built-in kinds, are refused with 415. Rules in CEL (``x-kubernetes-validations``) are stored and not evaluated.

Configuration: ``kubernetes: {up: true, nodes: [name, ...]}`` opens the API with the lab, the first node being the
control plane; ``kubernetes: {kubeadm: true}`` opens an empty one for hosts elsewhere (see ``kubeadm.py``); otherwise
the API opens with the event ``available`` and is away after ``unlocking``. Durations: ``pod_start``.
Faults of the kind ``fail_operation``: ``rollout <deployment, daemon set or pod>``.

Interfaces for the lab's other services: ``KubernetesApi.registry`` (objects, with the server's rules),
``.controllers`` (a work queue fed by changes), ``.kubelet.gates``, ``.admission.backends`` (webhook servers) and
``.admin_kubeconfig()``.
"""

from __future__ import annotations

from .service import KubernetesApi

__all__ = ["KubernetesApi"]
