# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that every module for Open Source MANO has.

Written by tests/generate/generate.py from the declarations.
"""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation fragment edge.infra.osm."""

    DOCUMENTATION = r"""
options:
  osm_url:
    description:
      - URL of OSM's northbound interface, without the path C(/osm).
      - If not given, the environment variable E(OSM_URL) is used.
    type: str
    required: true
  osm_username:
    description:
      - User.
      - If not given, the environment variable E(OSM_USER) is used.
    type: str
    required: true
  osm_password:
    description:
      - Password of that user.
      - If not given, the environment variable E(OSM_PASSWORD) is used.
    type: str
    required: true
  osm_project:
    description:
      - Name or id of the project to work in.
      - If not given, the environment variable E(OSM_PROJECT) is used.
    type: str
    default: admin
  osm_ca_cert:
    description:
      - File with the certificate authority that signed OSM's certificate; the system's are
        used otherwise.
      - If not given, the environment variable E(OSM_CA_CERT) is used.
    type: path
  osm_validate_certs:
    description:
      - Whether to verify OSM's certificate.
    type: bool
    default: true
  osm_timeout:
    description:
      - Seconds to wait for one answer.
    type: int
    default: 60
  osm_token_cache:
    description:
      - Whether to keep the token in a file that only this user can read, so that a play signs
        in once.
      - The folder is C($EDGE_INFRA_CACHE), else C(edge.infra) in the user's cache folder.
    type: bool
    default: true
requirements:
  - PyYAML
  - requests
attributes:
  action_group:
    description: Belongs to an action group, so that C(module_defaults) can carry the connection
      once.
    support: full
    membership:
      - edge.infra.osm
"""
