#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_subcloud_deploy_files
short_description: Upload the files of the deployment manager to a StarlingX System Controller
version_added: "0.1.0"
description:
  - Uploads the files with which a subcloud gets its deployment manager and configuration, or removes those of a
    release.
  - dcmanager tells only the names of the files that it has; give a changed file another name.
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
seealso:
  - module: edge.infra.stx_subcloud
  - module: edge.infra.stx_subcloud_deploy_files_info
notes:
  - Uses the API of StarlingX's distributed cloud (dcmanager) on a System Controller.
# BEGIN generated options
options:
  release:
    description:
      - Release that the files are for; the active one where none is given.
    type: str
  deploy_playbook:
    description:
      - Playbook that installs the deployment manager.
    type: path
  deploy_chart:
    description:
      - Helm chart of the deployment manager.
    type: path
  deploy_overrides:
    description:
      - Helm overrides of the deployment manager.
    type: path
  prestage_images:
    description:
      - List of images that are brought to a subcloud in advance.
    type: path
  state:
    description:
      - Whether the object should exist.
    type: str
    choices:
      - present
      - absent
    default: present
  wait:
    description:
      - Whether to wait until the object is ready, or gone.
      - The states meanwhile are shown where the standard output callback is P(edge.infra.stages#callback).
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait at most; the default depends on the kind of object.
    type: int
  wait_interval:
    description:
      - Longest pause between two looks, in seconds; the first looks come sooner.
    type: float
    default: 5.0
# END generated options
"""

EXAMPLES = r"""
- name: Have the files of the active release
  edge.infra.stx_subcloud_deploy_files:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-sc.pem
    deploy_playbook: files/deployment-manager.yml
    deploy_chart: files/deployment-manager.tgz
    deploy_overrides: files/deployment-manager-overrides.yml
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
subcloud_deploy_files:
  description: The deploy files; empty when it does not exist (any more).
  type: dict
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

from ansible_collections.edge.infra.plugins.module_utils._engine.module import run
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.api import DISTCLOUD
from ansible_collections.edge.infra.plugins.module_utils._starlingx._distcloud.deploy_files import DEPLOY_FILES


def main() -> None:
    """Put the declaration to work."""
    run(DISTCLOUD, DEPLOY_FILES)


if __name__ == "__main__":
    main()
