# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Simulated APIs of an edge site: Keystone, sysinv, OSM, Kubernetes with L2S-M, and BMCs, in one process on loopback.

This package shares no code with the collection's plugins on purpose: a simulator that agrees with
the client because both import the same mistake proves nothing.
"""
