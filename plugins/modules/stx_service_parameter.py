#!/usr/bin/python
# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: stx_service_parameter
short_description: Manage service parameters of StarlingX
version_added: "0.1.0"
description:
  - Sets or removes a parameter of one of the platform's services, such as the proxy of Docker.
  - The service uses the change once it is applied, which a task does after its change unless O(apply=false).
  - Some changes also want hosts to be locked and unlocked.
    Those are C(Config out-of-date) then, see M(edge.infra.stx_host_info).
author:
  - The edge.infra authors (@edge-infra)
extends_documentation_fragment:
  - edge.infra.attributes
  - edge.infra.starlingx
notes:
  - Uses the StarlingX configuration API (sysinv), C(service_parameter).
# BEGIN generated options
options:
  service:
    description:
      - The service.
    type: str
    required: true
  section:
    description:
      - The section of the service's parameters.
    type: str
    required: true
  name:
    description:
      - Name of the parameter.
    type: str
    required: true
  value:
    description:
      - Its value; a number or a truth value is written as text.
    type: str
  secret_value:
    description:
      - 'Its value where that is a secret: it is compared, and shown nowhere.'
      - Excludes O(value). For C(ldap_default_authtok) and the C(secret) of C(drbd) it is the
        only way.
    type: str
  personality:
    description:
      - With O(resource), the hosts that a parameter is for which StarlingX does not know itself.
    type: str
    choices:
      - controller
      - worker
      - storage
      - edgeworker
  resource:
    description:
      - Name in Puppet's data of a parameter that StarlingX does not know itself.
    type: str
  apply:
    description:
      - Whether the service uses the change at once.
      - With V(false) it is used with the next change of the service that is applied.
    type: bool
    default: true
  state:
    description:
      - Whether the object should exist.
    type: str
    choices:
      - present
      - absent
    default: present
  update_secret:
    description:
      - When to send secrets to an object that exists.
      - The API does not give secrets back in a form that could be compared, so with V(always)
        the task reports C(changed) each time.
    type: str
    choices:
      - on_create
      - always
    default: on_create
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
- name: Have a proxy for Docker
  edge.infra.stx_service_parameter:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    service: docker
    section: proxy
    name: http_proxy
    value: http://10.20.30.9:3128

- name: Set a password
  edge.infra.stx_service_parameter:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    service: identity
    section: ldap-domain1
    name: ldap_default_authtok
    secret_value: "{{ vault_ldap_password }}"

- name: Take images of docker.io from a mirror
  edge.infra.stx_service_parameter:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    service: docker
    section: docker-registry
    name: url
    value: registry.example.com:5000/docker.io

- name: Have no proxy any more
  edge.infra.stx_service_parameter:
    auth_url: https://10.20.30.2:5000/v3
    auth_password: "{{ vault_admin_password }}"
    ca_cert: /etc/ssl/certs/madrid-1.pem
    service: docker
    section: proxy
    name: http_proxy
    state: absent
"""

RETURN = r"""
# BEGIN generated return
action:
  description: 'What was done, or would be: V(none), V(create), V(update), V(replace) or V(delete).'
  type: str
  returned: success
service_parameter:
  description: The service parameter; empty when it does not exist (any more).
  type: dict
  returned: success
  contains:
    id:
      description: The API's id.
      type: str
      returned: when it exists
    service:
      description:
        - The service.
      type: str
      returned: when set
      sample: docker
    section:
      description:
        - The section of the service's parameters.
      type: str
      returned: when set
      sample: proxy
    name:
      description:
        - Name of the parameter.
      type: str
      returned: when set
      sample: http_proxy
    value:
      description:
        - Its value; a number or a truth value is written as text.
      type: str
      returned: when set
      sample: http://10.20.30.9:3128
    personality:
      description:
        - With O(resource), the hosts that a parameter is for which StarlingX does not know
          itself.
      type: str
      returned: when set
      sample: worker
    resource:
      description:
        - Name in Puppet's data of a parameter that StarlingX does not know itself.
      type: str
      returned: when set
      sample: platform::compute::grub::params::keys
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
from ansible_collections.edge.infra.plugins.module_utils._starlingx.api import STARLINGX
from ansible_collections.edge.infra.plugins.module_utils._starlingx.service_parameters import SERVICE_PARAMETER


def main() -> None:
    """Put the declaration to work."""
    run(STARLINGX, SERVICE_PARAMETER)


if __name__ == "__main__":
    main()
