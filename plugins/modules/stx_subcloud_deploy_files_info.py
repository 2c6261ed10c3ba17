#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_subcloud_deploy_files_info
short_description: Read the names of the deployment manager's files on a StarlingX System Controller
version_added: "0.1.0"
description:
  - Reads the names of the deployment manager's files of a release, without secrets.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes_info
  - edge.infra.starlingx
notes:
  - Uses the API of StarlingX's distributed cloud (dcmanager) on a System Controller.
# BEGIN generated options
options:
  release:
    description:
      - Release whose files are read; the active one where none is given.
    type: str
# END generated options
"""

EXAMPLES = r"""
- name: Read the names of the deployment manager's files of a release
  edge.infra.stx_subcloud_deploy_files_info:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-sc.pem
  register: found
"""

RETURN = r"""
# BEGIN generated return
subcloud_deploy_files:
  description: Objects of the kind deploy files, without secrets.
  type: list
  elements: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    deploy_playbook:
      description:
        - Playbook that installs the deployment manager.
      type: str
      returned: when set
      sample: deployment-manager.yaml
    deploy_chart:
      description:
        - Helm chart of the deployment manager.
      type: str
      returned: when set
      sample: deployment-manager.tgz
    deploy_overrides:
      description:
        - Helm overrides of the deployment manager.
      type: str
      returned: when set
      sample: overrides.yaml
    prestage_images:
      description:
        - List of images that are brought to a subcloud in advance.
      type: str
      returned: when set
      sample: images.lst
    software_version:
      description:
        - The release.
      type: str
      returned: when set
      sample: '26.09'
error:
  description: What went wrong, for programs.
  type: dict
  returned: on failure
  contains:
    kind:
      description: Kind of error, such as V(api), V(login) or V(timeout).
      type: str
    message:
      description: What happened, with the API's own words.
      type: str
    remedy:
      description: What to do about it.
      type: str
    status:
      description: HTTP status, where there was an answer.
      type: int
# END generated return
"""

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run_info
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.api import DISTCLOUD
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.deploy_files import DEPLOY_FILES


def main() -> None:
    """Put the declaration to work."""
    run_info(DISTCLOUD, DEPLOY_FILES)


if __name__ == "__main__":
    main()
