# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The site on paper: deployment models, address plan, hardware minimums, names; pure functions on data.

Nothing here talks to anything, reads a file or raises for a user's mistake: every mistake becomes a ``Fault`` that
names the variable which caused it, says what is wrong with it and what to do, so that all of them are reported at
once.
"""
