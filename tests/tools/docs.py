# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lint the collection's documentation and build it: the guides and the module reference, as HTML in build/docs/html."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import environment
import worktree

DOCS = environment.BUILD / "docs"
#: labels of Ansible's own documentation that generated pages refer to, with their pages there
LABELS = {
    "action_plugins": "plugins/action.html",
    "ansible_collections.ansible.builtin": "collections/ansible/builtin/index.html",
    "ansible_collections.kubernetes.core.helm_module": "collections/kubernetes/core/helm_module.html",
    "ansible_collections.openstack.cloud.network_module": "collections/openstack/cloud/network_module.html",
    "ansible_collections.openstack.cloud.quota_module": "collections/openstack/cloud/quota_module.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "callback_plugins": "plugins/callback.html",
    "common_return_values": "reference_appendices/common_return_values.html",
    "filter_plugins": "plugins/filter.html",
    "inventory_plugins": "plugins/inventory.html",
    "lookup_plugins": "plugins/lookup.html",
    "module_defaults": "playbook_guide/playbooks_module_defaults.html",
    "module_defaults_groups": "playbook_guide/playbooks_module_defaults.html",
}


def call(*command: str, **folder: object) -> None:
    """Run a command in a folder; end the program when it fails."""
    print(f"$ {' '.join(command)}", flush=True)
    status = subprocess.run(command, stdin=subprocess.DEVNULL, check=False, **folder).returncode  # type: ignore[call-overload]
    if status:
        raise SystemExit(f"{command[0]} ended with {status}")


def write_inventory(path: Path) -> None:
    """What Sphinx would else download to resolve references into Ansible's documentation."""
    head = "# Sphinx inventory version 2\n# Project: Ansible\n# Version: latest\n"
    head += "# The remainder of this file is compressed using zlib.\n"
    rows = "".join(f"{label} std:label -1 {page} {label.replace('_', ' ')}\n" for label, page in LABELS.items())
    path.write_bytes(head.encode() + zlib.compress(rows.encode()))


def main() -> int:
    """Lint, generate, build."""
    tree = worktree.copy("docs")
    place = {"cwd": tree / worktree.NAME, "env": environment.base(tree)}
    # without rstcheck: Sphinx reads the same pages below, and warnings are errors
    call("antsibull-docs", "lint-collection-docs", "--plugin-docs", "--skip-rstcheck", ".", **place)
    shutil.rmtree(DOCS, ignore_errors=True)
    source = DOCS / "source"
    source.mkdir(parents=True)
    settings = worktree.ROOT / "docs" / "docsite" / "conf.py"
    shutil.copy2(settings, source / "conf.py")
    # antsibull-docs copies guides, but not their pictures
    shutil.copytree(settings.parent / "rst" / "images", source / "docsite" / "images")
    write_inventory(source / "ansible.inv")
    call(
        "antsibull-docs",
        "collection",
        "--use-current",
        "--squash-hierarchy",
        "--fail-on-error",
        "--dest-dir",
        str(source),
        "edge.infra",
        **place,
    )
    call(
        "sphinx-build",
        "-W",
        "--keep-going",
        "-q",
        "-b",
        "html",
        "-d",
        str(DOCS / "doctrees"),
        str(source),
        str(DOCS / "html"),
        **place,
    )
    print(f"The documentation is in {(DOCS / 'html' / 'index.html').relative_to(worktree.ROOT)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
