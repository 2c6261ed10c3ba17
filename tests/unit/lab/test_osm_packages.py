# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""VNF and NS packages of the simulated NBI."""

from __future__ import annotations

import base64
import copy
import hashlib
import io
import os
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from osm_client import FAST, KNF, NSD, VIM, Nbi, pack, package

LAB = FAST
VNF = "vnfpkgm/v1/vnf_packages"
NS = "nsd/v1/ns_descriptors"
SHARED = Path(os.environ.get("EDGE_SHARED", Path(__file__).parents[4] / "shared")) / "data"


def onboard(nbi: Nbi, descriptor: dict[str, Any], query: str = "", **files: str) -> str:
    path = (NS if "vnfd-id" in descriptor else VNF) + "_content" + query
    reply = nbi.upload(path, package(descriptor, **files))
    assert reply.status_code == 201, reply.text
    return str(reply.json()["id"])


def refused(nbi: Nbi, descriptor: dict[str, Any], query: str = "", **files: str) -> tuple[int, str]:
    path = (NS if "vnfd-id" in descriptor else VNF) + "_content" + query
    reply = nbi.upload(path, package(descriptor, **files))
    assert nbi.get(VNF + "?id=" + descriptor["id"]) == [], "a failure leaves nothing"
    return reply.status_code, reply.json()["detail"]


def changed(descriptor: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {**copy.deepcopy(descriptor), **fields}


# -- upload ----------------------------------------------------------------------------------------------------------


def test_one_step(nbi: Nbi) -> None:
    reply = nbi.upload(f"{VNF}_content?_admin.userDefinedData.digest=abc", package(KNF))
    item = reply.json()["id"]
    assert (reply.status_code, reply.json()) == (201, {"id": item})
    assert reply.headers["Location"] == f"/osm/{VNF}_content/{item}"
    found = nbi.get(f"{VNF}/{item}")
    states = [found[k] for k in ("onboardingState", "operationalState", "usageState")]
    assert states == ["ONBOARDED", "ENABLED", "NOT_IN_USE"]
    assert found["_links"]["packageContent"]["href"] == f"/vnfpkgm/v1/vnf_packages/{item}/package_content"
    assert (found["id"], found["kdu"][0]["name"], found["_admin"]["revision"]) == ("web_knf", "web", 1)
    assert found["_admin"]["userDefinedData"] == {"digest": "abc"}
    assert nbi.get(f"{VNF}?_admin.userDefinedData.digest=abc")[0]["_id"] == item
    assert nbi.get(f"{VNF}?onboardingState=ONBOARDED") == [], "shown, not stored"
    assert found["_admin"]["storage"] == {
        "fs": "mongo",
        "path": "/app/storage/",
        "folder": f"{item}:1",
        "pkg-dir": "pkg",
        "descriptor": "pkg/descriptor.yaml",
        "zipfile": "package.tar.gz",
    }


def test_two_steps(nbi: Nbi) -> None:
    reply = nbi.call("POST", VNF, {"userDefinedData": {"a": 1}})
    item = reply.json()["_id"]
    assert (reply.status_code, reply.json()) == (201, {"_id": item, "id": item})
    empty = nbi.get(f"{VNF}/{item}")
    assert (empty["onboardingState"], empty["operationalState"], empty["_admin"]["revision"]) == (
        "CREATED",
        "DISABLED",
        0,
    )
    put = nbi.upload(f"{VNF}/{item}/package_content?_admin.userDefinedData.digest=d", package(KNF), "PUT")
    assert put.status_code == 204
    full = nbi.get(f"{VNF}/{item}")
    assert (full["onboardingState"], full["_admin"]["revision"]) == ("ONBOARDED", 1)
    assert full["_admin"]["userDefinedData"] == {"a": 1, "digest": "d"}


@pytest.mark.parametrize("kind", ["text/plain", "application/yaml", "application/json"])
def test_a_bare_descriptor_is_a_package(nbi: Nbi, kind: str) -> None:
    document = {"vnfd": KNF}
    if kind == "application/json":
        reply = nbi.call("POST", f"{VNF}_content", document)
    else:
        reply = nbi.upload(f"{VNF}_content", yaml.safe_dump(document).encode(), Content_Type=kind)
    assert reply.status_code == 201, reply.text
    assert "pkg-dir" not in nbi.get(f"{VNF}/{reply.json()['id']}")["_admin"]["storage"]


def test_zip_and_multipart(nbi: Nbi) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("descriptor.yaml", yaml.safe_dump({"vnfd": KNF}))
    assert nbi.upload(f"{VNF}_content", buffer.getvalue(), Content_Type="application/zip").status_code == 201
    part = {"package": ("p.tar.gz", package(changed(KNF, id="other")), "application/gzip")}
    reply = nbi.http.post(f"{nbi.base}{VNF}_content", files=part, timeout=10)
    assert reply.status_code == 201, reply.text
    assert {p["id"] for p in nbi.get(VNF)} == {"web_knf", "other"}


def test_checksums_of_the_request_are_verified(nbi: Nbi) -> None:
    data, path = package(KNF), f"{VNF}_content"
    assert nbi.upload(path, data, Content_File_MD5="0" * 32).json()["detail"] == "Error, MD5 mismatch"
    wrong = nbi.upload(path, data, Digest="sha-384=" + base64.b64encode(b"x").decode())
    assert (wrong.status_code, wrong.json()["detail"]) == (409, "Error, SHA384 mismatch")
    assert nbi.upload(path, data, Digest="md5=x").json()["detail"] == "Unsupported digest algorithm: md5"
    assert nbi.get(VNF) == []
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
    digest = "sha-384=" + base64.b64encode(hashlib.sha384(data).digest()).decode()
    assert nbi.upload(path, data, Content_File_MD5=md5, Digest=digest).status_code == 201


def test_upload_in_parts_does_not_work(nbi: Nbi) -> None:
    data = package(KNF)
    first = nbi.upload(f"{VNF}_content", data[:10], Content_Range=f"bytes 0-9/{len(data)}")
    assert (first.status_code, first.headers["Transaction-Id"]) == (201, first.json()["id"])
    rest = {"Content_Range": f"bytes 10-{len(data) - 1}/{len(data)}", "Transaction_Id": first.json()["id"]}
    second = nbi.upload(f"{VNF}_content", data[10:], **rest)
    assert (second.status_code, second.json()["detail"]) == (404, "invalid Transaction-Id header")
    assert [p["onboardingState"] for p in nbi.get(VNF)] == ["CREATED"]
    assert nbi.upload(f"{VNF}_content", data, Content_Range="bytes 0-4/9").status_code == 416
    assert nbi.upload(f"{VNF}_content", data, Content_Range="pages 0-4/9").status_code == 416


_TEXT = yaml.safe_dump({"vnfd": KNF})
_TAR = "for package descriptor tar.gz"


@pytest.mark.parametrize(
    ("files", "detail"),
    [
        ({"top.yaml": _TEXT}, f"All files must be inside a dir {_TAR}"),
        ({"/abs/d.yaml": _TEXT}, f"Absolute path or '..' are not allowed {_TAR}"),
        ({"p/d.yaml": _TEXT, "p/../../x": ""}, f"Absolute path or '..' are not allowed {_TAR}"),
        ({"p/d.yaml": _TEXT, "p/e.json": "{}"}, "Found more than one descriptor file at package descriptor tar.gz"),
        ({"p/README": "x"}, "Not found any descriptor file at package descriptor tar.gz"),
    ],
)
def test_the_rules_of_an_archive(nbi: Nbi, files: dict[str, bytes | str], detail: str) -> None:
    reply = nbi.upload(f"{VNF}_content", pack(files))
    assert (reply.status_code, reply.json()["detail"]) == (400, detail)


def test_what_is_no_archive_or_no_yaml(nbi: Nbi) -> None:
    reply = nbi.upload(f"{VNF}_content", b"no archive")
    assert (reply.status_code, reply.json()["detail"].startswith("invalid file content")) == (400, True)
    reply = nbi.upload(f"{VNF}_content", pack({"p/d.yaml": "{["}))
    assert (reply.status_code, reply.json()["detail"].startswith("Invalid yaml format")) == (400, True)


# -- what a descriptor may be ----------------------------------------------------------------------------------------


def test_an_unknown_key_is_refused_unless_forced(nbi: Nbi) -> None:
    assert refused(nbi, changed(KNF, bogus="x")) == (
        422,
        "Error in pyangbind validation: JSON object contained a key that did not exist (bogus)",
    )
    onboard(nbi, changed(KNF, bogus="x"), "?FORCE=True")


def test_duplicates_and_missing_references(nbi: Nbi) -> None:
    missing = nbi.upload(f"{NS}_content", package(NSD))
    assert (missing.status_code, missing.json()["detail"]) == (
        409,
        "Descriptor error at 'vnfd-id'='web_knf' references a non existing vnfd",
    )
    onboard(nbi, KNF)
    again = nbi.upload(f"{VNF}_content", package(KNF))
    assert (again.status_code, again.json()["detail"]) == (
        409,
        "vnfd with id 'web_knf' already exists for this project",
    )
    bad = changed(NSD)
    link = bad["df"][0]["vnf-profile"][0]["virtual-link-connectivity"][0]
    link["constituent-cpd-id"][0]["constituent-cpd-id"] = "nowhere"
    reply = nbi.upload(f"{NS}_content", package(bad))
    assert (reply.status_code, "references a non existing ext-cpd:id" in reply.json()["detail"]) == (422, True)
    onboard(nbi, NSD)
    again = nbi.upload(f"{NS}_content", package(NSD))
    assert (again.status_code, again.json()["detail"]) == (409, "nsd with id 'web_ns' already exists for this project")
    [nsd] = nbi.get(NS)
    assert [nsd[k] for k in ("nsdOnboardingState", "nsdOperationalState", "nsdUsageState")] == [
        "ONBOARDED",
        "ENABLED",
        "NOT_IN_USE",
    ]


def test_files_that_a_descriptor_names_must_be_there(nbi: Nbi) -> None:
    vdu = {"id": "vm", "name": "vm", "cloud-init-file": "init.txt", "virtual-storage-desc": []}
    vnfd = changed(KNF, vdu=[vdu])
    assert refused(nbi, vnfd) == (
        400,
        "Cloud-init defined in vnf[id=web_knf]:vdu[id=vm] but not present in package",
    )
    day1 = {"id": "web_knf", "execution-environment-list": [{"id": "ee", "juju": {"charm": "c"}}]}
    operations = {"operate-vnf-op-config": {"day1-2": [day1]}}
    vnfd["df"][0]["lcm-operations-configuration"] = operations
    files = {"cloud_init/init.txt": "#cloud-config"}
    assert refused(nbi, vnfd, **files) == (400, "Charm defined in vnf[id=web_knf] but not present in package")
    onboard(nbi, vnfd, **files, **{"charms/c/metadata": "x"})


@pytest.mark.shared
def test_the_same_verdict_as_the_real_nbi_on_every_descriptor_of_the_field(nbi: Nbi) -> None:
    table = SHARED / "osm-packages" / "NBI-VERDICTS.md"
    if not table.exists():
        pytest.skip(f"the field's descriptors are not at {SHARED}")
    rows = [[c.strip().strip("`") for c in line.split("|")] for line in table.read_text().splitlines()]
    verdicts = [(row[1], int(row[2]), row[3]) for row in rows if len(row) > 4 and row[2].isdigit()]
    seen, different = 0, []
    for name, status, detail in verdicts:
        path = SHARED / name
        if not path.exists() or "_nst" in path.name:
            continue  # slice templates are not simulated
        if path.suffix == ".gz":
            data, is_ns = path.read_bytes(), "_ns." in path.name
        else:
            folder = path.parent
            extra = {f"{folder.name}/{p.relative_to(folder)}": p.read_bytes() for p in folder.glob("cloud_init/*")}
            data = pack({f"{folder.name}/{path.name}": path.read_bytes(), **extra})
            is_ns = any("nsd" in key for key in yaml.safe_load(path.read_text()))
        reply = nbi.upload(f"{NS if is_ns else VNF}_content", data)
        seen += 1
        if (reply.status_code, reply.json().get("detail", "ok")) != (status, detail):
            different.append((name, reply.text))
    assert seen > 20
    assert different == []


# -- again, and downloads --------------------------------------------------------------------------------------------


def test_a_second_upload_merges_and_counts(nbi: Nbi) -> None:
    item = onboard(nbi, changed(KNF, description="old", provider="me"))
    path = f"{VNF}/{item}/package_content"
    assert nbi.upload(path, package(changed(KNF, description="new")), "PUT").status_code == 204
    found = nbi.get(f"{VNF}/{item}")
    assert (found["description"], found["provider"], found["_admin"]["revision"]) == ("new", "me", 2)
    assert nbi.upload(path, package(changed(KNF, description="new")), "PUT").status_code == 204
    assert nbi.get(f"{VNF}/{item}")["_admin"]["revision"] == 3, "even if the bytes are equal"
    assert nbi.upload(path, package(changed(KNF, provider=None)), "PUT").status_code == 204
    assert "provider" not in nbi.get(f"{VNF}/{item}")


def test_put_of_the_content_edits_the_document_only(nbi: Nbi) -> None:
    item = onboard(nbi, KNF)
    path = f"{VNF}_content/{item}"
    assert nbi.call("PUT", path, {"vnfd": {"description": "edited"}}).status_code == 204
    found = nbi.get(path)
    assert (found["description"], found["_admin"]["revision"]) == ("edited", 1)
    text = nbi.call("GET", f"{VNF}/{item}/vnfd", headers={"Accept": "text/plain"}).text
    assert "edited" not in text
    reply = nbi.upload(path, package(KNF), "PUT")
    assert (reply.status_code, reply.json()["detail"]) == (400, "'RequestBody' object has no attribute 'get'")


def test_patch(nbi: Nbi) -> None:
    item = onboard(nbi, changed(KNF, description="x"), "?_admin.userDefinedData.digest=a")
    path = f"{VNF}/{item}"
    assert nbi.refused("PATCH", path)[0] == 400
    assert nbi.call("PATCH", path, {"userDefinedData": {"digest": None, "b": 1}}).status_code == 204
    assert nbi.get(path)["_admin"]["userDefinedData"] == {"b": 1}
    assert nbi.call("PATCH", path, {"operationalState": "DISABLED"}).status_code == 204
    assert nbi.refused("PATCH", path, {"operationalState": "DISABLED"}) == (409, "operationalState already DISABLED")
    assert nbi.refused("PATCH", path, {"operationalState": "OFF"})[0] == 400
    assert nbi.refused("PATCH", path, {"bogus": "x"})[0] == 422
    edit = {"kdu": {"$name: web": {"helm-chart": "stable/y"}, "$+": {"name": "q", "helm-chart": "stable/q"}}}
    assert nbi.call("PATCH", path, edit).status_code == 204
    assert [(k["name"], k["helm-chart"]) for k in nbi.get(path)["kdu"]] == [("web", "stable/y"), ("q", "stable/q")]
    assert nbi.call("PATCH", path, {"kdu": {"$[0]": None}}).status_code == 204
    assert [k["name"] for k in nbi.get(path)["kdu"]] == ["q"]
    ns = onboard(nbi, NSD)
    assert nbi.call("PATCH", f"{NS}/{ns}", {"nsdOperationalState": "DISABLED"}).status_code == 204
    assert nbi.get(f"{NS}/{ns}")["nsdOperationalState"] == "DISABLED"


def test_downloads(nbi: Nbi) -> None:
    data = package(KNF, **{"README": "read me", "files/a.txt": "a"})
    item = nbi.upload(f"{VNF}_content", data).json()["id"]

    def get(what: str, accept: str) -> Any:
        return nbi.call("GET", f"{VNF}/{item}/{what}", headers={"Accept": accept})

    text = get("vnfd", "text/plain")
    assert (text.status_code, yaml.safe_load(text.text)) == (200, {"vnfd": KNF})
    assert text.headers["Content-Type"].startswith("text/plain")
    for accept, kind in (("application/zip", "zip"), ("application/gzip", "gzip"), ("*/*", "zip")):
        content = get("package_content", accept)
        assert (content.content, content.headers["Content-Type"]) == (data, f"application/{kind}")
    assert get("package_content", "application/json").status_code == 406
    assert get("package_content", "text/plain").status_code == 406
    assert yaml.safe_load(get("artifacts", "*/*").text) == ["README", "descriptor.yaml", "files"]
    assert yaml.safe_load(get("artifacts/files", "*/*").text) == ["a.txt"]
    assert get("artifacts/files/a.txt", "*/*").content == b"a"
    assert get("artifacts/files/b.txt", "*/*").status_code == 404
    empty = nbi.add(VNF, {})
    reply = nbi.call("GET", f"{VNF}/{empty}/vnfd", headers={"Accept": "*/*"})
    assert (reply.status_code, yaml.safe_load(reply.text)["detail"].endswith("onboardingState is CREATED")) == (
        409,
        True,
    )


def test_what_is_referred_to_is_not_deleted(nbi: Nbi) -> None:
    vnf, ns = onboard(nbi, KNF), onboard(nbi, NSD)
    assert nbi.refused("DELETE", f"{VNF}/{vnf}") == (
        409,
        "There is at least one NS package referencing this descriptor",
    )
    vim = nbi.add("admin/v1/vims", VIM)
    nbi.add("nslcm/v1/ns_instances", {"nsName": "n", "nsdId": ns, "vimAccountId": vim})
    assert nbi.get(f"{VNF}/{vnf}")["usageState"] == "IN_USE"
    assert nbi.get(f"{NS}/{ns}")["nsdUsageState"] == "IN_USE"
    assert nbi.refused("DELETE", f"{NS}/{ns}") == (409, "There is at least one NS instance using this descriptor")
    assert nbi.refused("DELETE", f"{VNF}/{vnf}") == (409, "There is at least one VNF instance using this descriptor")
    path = f"{VNF}/{vnf}/package_content"
    reply = nbi.upload(path, package(changed(KNF, version="2.0")), "PUT")
    assert (reply.status_code, reply.json()["detail"]) == (
        422,
        "Error in validating new descriptor: ['version'] cannot be modified, "
        "there are disallowed changes in the vnf descriptor.",
    )
    newer = changed(KNF, **{"version": "2.0", "software-version": "2.0"})
    assert nbi.upload(path, package(newer), "PUT").status_code == 204
    assert nbi.call("DELETE", f"{VNF}/{vnf}?FORCE").status_code == 204


def test_an_archive_is_kept_as_it_came(nbi: Nbi) -> None:
    item = onboard(nbi, KNF)
    content = nbi.call("GET", f"{VNF}/{item}/package_content", headers={"Accept": "application/zip"}).content
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        assert archive.getnames() == ["pkg/descriptor.yaml"]
