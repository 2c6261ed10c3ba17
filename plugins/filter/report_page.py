# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``edge.infra.report_page``."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: report_page
short_description: A report as one page, in the style of the plan's and the drift's
version_added: "0.1.0"
description:
  - Puts the head, the style and the rest of a page around what a template has made. The page loads nothing and runs
    nothing.
author:
  - The edge.infra authors (@edge-infra)
options:
  _input:
    description:
      - Body of the page, as HTML, in which all that comes from elsewhere is escaped.
      - The style has classes C(badge) (with C(good), C(note) or C(bad)), C(soft) and C(scroll), and colours for light
        and dark as variables, such as C(--ink), C(--soft), C(--line) and C(--panel).
    type: str
    required: true
  title:
    description: Title of the page.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Write a page
  ansible.builtin.copy:
    content: "{{ lookup('ansible.builtin.template', 'report.html.j2') | edge.infra.report_page('A report') }}"
    dest: report.html
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The whole page.
  type: str
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.edge.infra.plugins.module_utils._site.report import Html, page


def report_page(body: str, title: str) -> str:
    """The page with this body."""
    return page(title, Html(body.strip()))


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name to function."""
        return {"report_page": report_page}
