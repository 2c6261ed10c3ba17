# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-ins for kubeadm, kubelet and kubectl on test hosts: strict, and with the words of the real programs.

They keep the files that the real programs keep, and their cluster is one of the lab's Kubernetes API, which every
control-plane host's API server stand-in hands requests to as a front proxy. Where the lab is, a file of the host
says, ``/etc/edge-standin.yaml``; see :mod:`standin.host`.
"""
