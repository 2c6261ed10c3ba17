# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A strict stand-in for Helm 3.17: releases in Helm's own format, in the Kubernetes API that the kubeconfig names.

What it knows it does as Helm does, down to the words; any other sub-command or flag is refused, as Helm refuses one
that it does not know. The package uses nothing but the standard library and PyYAML, as each call is a process.
"""
