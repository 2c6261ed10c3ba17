# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenStack on a simplex that is in service, as a user installs it: check, run, a broken-off run, check, run, run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from .conftest import run_module
from .path import SAMPLE, lab_sites
from .test_starlingx_applications import package
from .test_starlingx_day2 import System

LAB: dict[str, Any] = {
    "services": ["keystone", "sysinv", "fm", "bmc", "kubernetes", "l2sm", "osm", "openstack"],
    "time_factor": 10000,
    "sites": lab_sites(SAMPLE),
}
LABELS = {
    "sriovdp": "enabled",
    "openstack-control-plane": "enabled",
    "openstack-compute-node": "enabled",
    "openvswitch": "enabled",
}
FILESYSTEMS = {"docker": 60, "instances": 20}
APP = "sysinv/v1/apps"
UPLOAD = "Upload the application"
OVERRIDE, APPLY = "Override values of its charts", "Apply the application"
DOMAIN, REGISTER = "Name the domain of the services", "Register the site with OSM"
AGAIN = "Apply what is overridden now"


def provisioned(system: System) -> None:
    """What edge.infra.provision does to a system that has been bootstrapped, in one call."""
    host = yaml.safe_load((SAMPLE / "host_vars/controller-0.yml").read_text(encoding="utf-8"))
    known = system.lab.credentials["starlingx"]
    wanted: dict[str, Any] = {
        "auth_url": f"{system.lab.urls['keystone']}/v3",
        "auth_username": known["username"],
        "auth_password": known["password"],
        "ca_cert": system.lab.ca_cert,
        "host": "controller-0",
        "data_networks": [{"name": "physnet0", "type": "vlan"}, {"name": "physnet1", "type": "vlan"}],
        "interfaces": host["edge_interfaces"],
        "labels": LABELS,
        "storage_backend": "ceph",
        "osds": host["edge_osds"],
        "filesystems": FILESYSTEMS,
        "administrative": "unlocked",
        "wait_interval": 0.1,
    }
    done = run_module("stx_host_configuration", wanted)
    assert not done.get("failed"), done["msg"]
    system.lab.control.forget()


def tarball(folder: Path) -> Path:
    """The application with two charts of its own."""
    charts = {
        "fluxcd-manifests__kustomization.yaml": "resources: [base, nova, keystone]\nnamespace: openstack\n",
        **{f"fluxcd-manifests__{n}__helmrelease.yaml": f"metadata: {{name: {n}}}\n" for n in ("nova", "keystone")},
    }
    path = folder / "stx-openstack-26.09-1.tgz"
    path.write_bytes(package.tarball("stx-openstack", "26.09-1", **charts))
    return path


def test_openstack(lab: Any, tmp_path: Path) -> None:
    """One system all along, and few runs: each costs seconds."""
    system = System(lab, tmp_path)
    system.begin(configured=False)
    provisioned(system)
    wanted: dict[str, Any] = {
        "edge_openstack_src": str(tarball(tmp_path)),
        "edge_openstack_domain": "openstack.example.com",
        "edge_openstack_overrides": [{"chart": "nova", "values": {"conf": {"nova": {"cpu": 1}}}}],
        "edge_labels": LABELS,
        "edge_filesystems": FILESYSTEMS,
        "edge_packages": [],
        "edge_services": [],
    }
    installed(system, wanted)
    overridden(system, wanted)


def installed(system: System, wanted: dict[str, Any]) -> None:
    """Check mode tells what a run then does."""
    predicted = system.done("stx_openstack", check=True, **wanted)
    assert system.writes() == []
    run = system.done("stx_openstack", **wanted)
    changed = ["Plan the site on paper", UPLOAD, DOMAIN, OVERRIDE, APPLY, REGISTER]
    assert run.tasks() == changed == predicted.tasks(), run.output[-3000:]
    assert system.writes() == [
        f"POST {APP}",
        "POST sysinv/v1/service_parameter",
        "POST sysinv/v1/service_parameter/apply",
        "PATCH sysinv/v1/helm_charts/stx-openstack",
        f"PATCH {APP}/stx-openstack",
        "POST osm/osm/admin/v1/vim_accounts",
    ]
    # OSM itself has signed in there
    assert [r["method"] for r in system.lab.control.recorded("openstack")] == ["POST"]
    [vim] = system.lab.control.state("osm")["vim_accounts"]
    states = (vim["name"], vim["vim_type"], vim["_admin"]["operationalState"])
    assert states == ("madrid-1-openstack", "openstack", "ENABLED")
    assert vim["vim_url"] == f"{system.lab.urls['openstack']}/v3"
    assert vim["config"]["region_name"] == "RegionOne" and "BEGIN CERT" in vim["config"]["ca_cert_content"]


def overridden(system: System, wanted: dict[str, Any]) -> None:
    """A run that was killed between override and application is taken up; the one after it finds nothing to do."""
    known = system.lab.credentials["starlingx"]
    override = {"application": "stx-openstack", "chart": "nova", "namespace": "openstack"}
    link = {"auth_url": f"{system.lab.urls['keystone']}/v3", "ca_cert": system.lab.ca_cert}
    link |= {"auth_username": known["username"], "auth_password": known["password"]}
    killed = run_module("stx_helm_override", {**link, **override, "values": {"conf": {"nova": {"cpu": 2}}}})
    assert killed["changed"] and not killed.get("failed"), killed
    note = system.lab.lab.state_dir / "sites/madrid-1/openstack-pending"
    note.touch()
    system.lab.control.forget()
    more = [{"chart": "nova", "values": {"conf": {"nova": {"cpu": 3}}}}]
    predicted = system.done("stx_openstack", check=True, **{**wanted, "edge_openstack_overrides": more})
    assert predicted.tasks()[-2:] == [OVERRIDE, AGAIN] and system.writes() == [] and note.exists(), predicted.output[
        -3000:
    ]
    other = {**wanted, "edge_openstack_overrides": [{"chart": "nova", "values": {"conf": {"nova": {"cpu": 2}}}}]}
    run = system.done("stx_openstack", "stx_openstack", **other)
    assert run.tasks() == ["Plan the site on paper", AGAIN] and system.writes() == [f"PATCH {APP}/stx-openstack"], (
        run.output[-3000:]
    )
    assert not note.exists()
    wrote = system.writes()
    assert system.done("stx_openstack", check=True, **other).tasks() == [] and system.writes() == wrote
