# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schemas of the GitOps side of the NBI: clusters and their profiles."""

from __future__ import annotations

from .schemas import BOOL, COUNT0, ID, NAME, NOTE, OBJECT, TEXT, Schema, document

_SUBNETS: Schema = {
    "type": "array",
    "items": {"type": "string", "pattern": "^subnet-[a-f0-9]+$"},
    "uniqueItems": True,
}
_WHICH: Schema = {"type": "array", "items": document({"id": ID})}

CREATE = document(
    {
        "name": NAME,
        "vim_account": TEXT,
        "k8s_version": TEXT,
        "node_size": TEXT,
        "node_count": COUNT0,
        "description": NOTE,
        "region_name": TEXT,
        "resource_group": TEXT,
        "bootstrap": BOOL,
        "private_subnet": _SUBNETS,
        "public_subnet": _SUBNETS,
        "iam_role": {"type": "string", "pattern": "^arn:aws:iam::\\d{12}:role\\/[A-Za-z0-9]+$"},
        "config": OBJECT,
    },
    "vim_account name k8s_version",
)
REGISTER = document(
    {
        "schema_version": {"type": "string", "enum": ["1.0"]},
        "schema_type": {"type": "string"},
        "name": NAME,
        "description": NOTE,
        "credentials": OBJECT,
        "vim_account": TEXT,
        "bootstrap": BOOL,
        "openshift": BOOL,
    },
    "name credentials vim_account",
)
EDIT = document({"name": NAME, "description": TEXT})
#: of scale and upgrade: further keys are taken
UPDATE = document({"k8s_version": TEXT, "node_size": TEXT, "node_count": COUNT0}, closed=False)
ATTACH = document({"add_profile": _WHICH, "remove_profile": _WHICH})
PROFILE = document({"name": NAME, "description": TEXT})
