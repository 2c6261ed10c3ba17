# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenStack-Helm to its end: charts on the lab's cluster whose Keystone is the one of a real OpenStack, and OSM's lab.

What the charts would start is what tests/openstack has started: the same address, region and password. So the playbook
goes from an empty cluster to an account at OSM, and all that it looks at, makes and tries there is real.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from .helm_cloud import ORDER, PLAYBOOK, Cloud
from .openstack_bed import MIB, Bed

TENANT_PASSWORD = "Canary-tenant-4712"
NAME = "edge-lyon"
#: the others are installed in test_path_openstack_helm
CHARTS = ORDER[: ORDER.index("keystone") + 1]


@pytest.fixture
def cloud(bed: Bed, tmp_path: Path) -> Iterator[Cloud]:
    """A cluster and OSM, and an inventory in which both lead to the real OpenStack; it is left as it was."""
    keystone = bed.access["auth_url"]
    made = Cloud(tmp_path, services=["kubernetes", "osm"], osm={"reachable": [keystone.removesuffix("/v3")]})
    known = made.about["credentials"]["osm"]
    (made.inventory / "files").mkdir()
    (made.inventory / "files/disk.img").write_bytes(os.urandom(MIB))
    where = urlsplit(keystone)
    identity = "openstack_helm_values.keystone.endpoints.identity"
    made.variables |= {
        # the address of the services is said once, to the charts
        "edge_openstack_auth_url": f"{{{{ {identity}.scheme.default }}}}://"
        f"{{{{ {identity}.host_fqdn_override.default }}}}:{where.port}/v3",
        "edge_openstack_region": f"{{{{ {identity}.auth.admin.region_name }}}}",
        "openstack_helm_components": {name: {"enabled": False} for name in ORDER if name not in CHARTS},
        "openstack_helm_passwords": {"identity.admin": bed.access["password"]},
        "edge_openstack_ca_cert": bed.access["ca_cert"],
        "edge_openstack_hypervisors": ["edge-compute"],
        "edge_openstack_tenant": {
            "project": NAME,
            "user": NAME,
            "password": TENANT_PASSWORD,
            "quota": {"instances": 7},
        },
        "edge_openstack_flavors": [{"name": NAME, "vcpus": 1, "ram": 64, "disk": 1}],
        "edge_openstack_images": [{"name": NAME, "file": "files/disk.img", "disk_format": "raw"}],
        "edge_openstack_networks": [{"name": NAME, "subnets": [{"name": NAME, "cidr": "10.98.0.0/24"}]}],
        "edge_openstack_smoke": {"network": NAME},
        "edge_osm_url": made.about["urls"]["osm"],
        "edge_osm_username": known["username"],
        "edge_osm_password": known["password"],
        "edge_osm_ca_cert": made.about["ca_cert"],
    }
    auth = {"admin": {"region_name": bed.access["region_name"]}}
    override = {"host_fqdn_override": {"default": where.hostname}, "scheme": {"default": where.scheme}, "auth": auth}
    made.declare({"keystone": {"endpoints": {"identity": override}}})
    yield made
    made.stop_lab()
    for service, path, kind in (
        ("network", "/v2.0/networks", "networks"),
        ("image", "/v2/images", "images"),
        ("compute", "/flavors", "flavors"),
        ("identity", "/users", "users"),
        ("identity", "/projects", "projects"),
    ):
        for row in bed.call("GET", service, path)[kind]:
            if row["name"] == NAME:
                bed.call("DELETE", service, f"{path}/{row['id']}")


def test_from_charts_to_an_account_at_osm(bed: Bed, cloud: Cloud) -> None:
    """Checked, installed, looked at, registered, tried by one command; the next one and ``verify`` change nothing."""
    bed.forget()
    cloud.forget()
    predicted = cloud.done(PLAYBOOK, check=True, on_lab=False)
    assert cloud.writes() == bed.writes() == [], "a check wrote"
    run = cloud.done(PLAYBOOK, on_lab=False)
    assert run.changes == predicted.changes, (run.changes - predicted.changes, predicted.changes - run.changes)
    assert cloud.newest() == dict.fromkeys(CHARTS, (1, "deployed"))

    [vim] = cloud._ask("GET", "state")["osm"]["vim_accounts"]
    assert (vim["name"], vim["_admin"]["operationalState"]) == ("lyon-openstack", "ENABLED"), vim
    assert vim["vim_url"] == bed.access["auth_url"] and vim["vim_user"] == vim["vim_tenant_name"] == NAME, vim
    assert vim["config"]["region_name"] == bed.access["region_name"]
    tried = [write for write in bed.writes() if write.startswith("POST compute ") and "/servers" in write]
    assert len(tried) == 1, bed.writes()
    [image] = bed.call("GET", "image", f"/v2/images?name={NAME}")["images"]
    assert image["status"] == "active" and image["size"] == MIB
    clouds = cloud.folder / "work/clouds.yaml"
    named = yaml.safe_load(clouds.read_text(encoding="utf-8"))["clouds"]
    assert clouds.stat().st_mode & 0o777 == 0o600 and set(named) == {"lyon-openstack", "lyon-openstack-admin"}

    bed.forget()
    wrote = cloud.writes()
    again = cloud.done(PLAYBOOK, on_lab=False)
    assert not again.changes and cloud.writes() == wrote and bed.writes() == [], again.changes
    verified = cloud.done(PLAYBOOK, "openstack_helm_verb=verify", on_lab=False)
    assert not verified.changes and cloud.writes() == wrote
    # a machine came and went, as the user that OSM signs in as
    assert {write.split("/")[2] for write in bed.writes()} == {"servers", "ports"}, bed.writes()
    cloud.keeps_its_secrets(bed.access["password"], TENANT_PASSWORD, cloud.variables["edge_osm_password"])
