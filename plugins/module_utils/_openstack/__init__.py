# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an OpenStack is asked that openstack.cloud has no module for: catalog, hypervisors, agents, a machine on trial.

Signs in with keystoneauth1, on which openstacksdk stands, so that no version of openstacksdk is too new for it.
"""
