# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of Sphinx for the collection's documentation; `make docs` builds it."""

from __future__ import annotations

project = "edge.infra"
author = "The edge.infra authors"
copyright = "2026 The edge.infra authors"  # a setting of Sphinx
title = "edge.infra"
html_short_title = "edge.infra"

extensions = ["sphinx_antsibull_ext", "sphinx.ext.intersphinx"]
# the build writes the inventory, so nothing is downloaded
intersphinx_mapping = {"ansible": ("https://docs.ansible.com/projects/ansible/latest/", "ansible.inv")}
pygments_style = "ansible"
highlight_language = "YAML+Jinja"

html_theme = "sphinx_ansible_theme"
html_show_sphinx = False
html_use_opensearch = ""
display_version = False
html_use_smartypants = True
html_use_modindex = False
html_use_index = False
html_copy_source = False

default_role = "any"
nitpicky = False
