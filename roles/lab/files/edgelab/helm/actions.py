# Copyright (c) 2026 The edge.infra authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The edge.infra authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Install and upgrade, in the order in which Helm does it."""

from __future__ import annotations

from typing import Any

from . import charts, manifests, schema, text
from .back import Back
from .base import check_name, die
from .charts import Chart
from .cluster import Cluster
from .errors import ApiError, HelmError, NotFoundError
from .storage import PENDING, Release, now

BUSY = "another operation (install/upgrade/rollback) is in progress"


class Actions(Back):
    """Everything that changes releases."""

    def _rendered(
        self, chart: Chart, given: charts.Values, name: str, revision: int
    ) -> tuple[charts.Values, manifests.Rendered]:
        charts.enabled(chart, charts.overlaid(chart.values, given))
        values = charts.computed(chart, given)
        if self.wishes.check_schema:
            schema.check(chart, values)
        release = {
            "Name": name,
            "Namespace": self.namespace,
            "Service": "Helm",
            "Revision": revision,
            "IsInstall": revision == 1,
            "IsUpgrade": revision > 1,
        }
        version = self.client.reach()
        major, minor, *_rest = ([*version.lstrip("v").split("."), "0", "0"])[:3]
        about = {"Version": version, "GitVersion": version, "Major": major, "Minor": minor}
        capabilities = {"KubeVersion": about, "APIVersions": self.client.versions()}
        return values, manifests.render(chart, values, release, capabilities)

    # -- install -----------------------------------------------------------------------------------------------
    def install(self, name: str, chart: Chart, given: charts.Values) -> Release:
        """``helm install``."""
        self.client.reach()
        self._available(name)
        if self.wishes.crds and not self.wishes.dry:
            self._define(chart)
        _values, rendered = self._rendered(chart, given, name, 1)
        moment = now()
        release: Release = {
            "name": name,
            "info": {
                "first_deployed": moment,
                "last_deployed": moment,
                "deleted": "",
                "description": "Initial install underway",
                "status": "pending-install",
                **({"notes": rendered.notes} if rendered.notes else {}),
            },
            "chart": chart.stored(),
            "config": given,
            "manifest": rendered.manifest,
            "hooks": rendered.hooks,
            "version": 1,
            "namespace": self.namespace,
            "labels": self.wishes.labels or {},
        }
        cluster = self.cluster(name)
        what = "unable to build kubernetes objects from release manifest"
        objects = cluster.owned(cluster.built(manifests.objects(rendered.manifest, what), what))
        there = cluster.strangers(objects, self.wishes.take, "Unable to continue with install")
        if self.wishes.dry:
            release["info"]["description"] = "Dry run complete"
            return release
        if self.wishes.create_namespace:
            self._make_namespace()
        if self.wishes.replace:
            self._replaces(release)
        self.storage.create(release)
        die(name, "pending")
        try:
            self._perform_install(release, cluster, there, objects)
        except HelmError as error:
            raise self._failed_install(release, error) from None
        release["info"].update(status="deployed", description=self.wishes.description or "Install complete")
        self.storage.update(release)
        return release

    def _available(self, name: str) -> None:
        check_name(name)
        try:
            last = self.storage.last(name)
        except NotFoundError:
            return
        if not (self.wishes.replace and last["info"]["status"] in ("uninstalled", "failed")) and not self.wishes.dry:
            raise HelmError("cannot re-use a name that is still in use")

    def _define(self, chart: Chart) -> None:
        made = []
        for content in chart.definitions():
            for definition in manifests.objects(content.decode(), "failed to install CRD"):
                path = str(self.client.path(definition, "", named=False))
                try:
                    self.client.call("POST", path, definition)
                    made.append(definition)
                except ApiError as error:
                    if error.status != 409:
                        name = definition["metadata"]["name"]
                        raise HelmError(f"failed to install CRD {name}: {error}") from None
        if made:
            Cluster(self.client, "", "").wait(made, 60)
            self.client.forget_kinds()

    def _make_namespace(self) -> None:
        meta = {"name": self.namespace, "labels": {"name": self.namespace}}
        try:
            self.client.call("POST", "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": meta})
        except ApiError as error:
            if error.status != 409:
                raise

    def _replaces(self, release: Release) -> None:
        try:
            last = self.storage.last(release["name"])
        except NotFoundError:
            return
        release["version"] = last["version"] + 1
        if last["info"]["status"] != "failed":
            last["info"].update(status="superseded", description="superseded by new release")
            self.storage.update(last)

    def _perform_install(self, release: Release, cluster: Cluster, there: list[Any], objects: list[Any]) -> None:
        if self.wishes.hooks:
            self.hooks(release, cluster, "pre-install", "failed pre-install: ")
        if there:
            cluster.update(there, objects, self.wishes.force)
        else:
            cluster.create(objects)
        die(release["name"], "made")
        if self.wishes.wait:
            cluster.wait(objects, self.wishes.seconds, self.wishes.jobs)
        if self.wishes.hooks:
            self.hooks(release, cluster, "post-install", "failed post-install: ")

    def _failed_install(self, release: Release, error: HelmError) -> HelmError:
        name = release["name"]
        release["info"].update(status="failed", description=f'Release "{name}" failed: {error}')
        if not self.wishes.atomic:
            self.storage.update(release)
            return error
        try:
            self.uninstall(name)
        except HelmError as other:
            return HelmError(
                f"an error occurred while uninstalling the release. original install error: {error}: {other}"
            )
        return HelmError(f"release {name} failed, and has been uninstalled due to atomic being set: {error}")

    # -- upgrade -----------------------------------------------------------------------------------------------
    def upgrade(self, name: str, chart: Chart, given: charts.Values) -> Release:
        """``helm upgrade`` of a release that is there."""
        self.client.reach()
        check_name(name, "release name is invalid: ")
        current, release = self._prepared(name, chart, given)
        cluster = self.cluster(name)
        what = "unable to build kubernetes objects from current release manifest"
        before = manifests.objects(current["manifest"], what)
        what = what.replace("current", "new")
        objects = cluster.owned(cluster.built(manifests.objects(release["manifest"], what), what))
        known = {cluster.client.path(o, self.namespace) for o in before}
        fresh = [o for o in objects if cluster.path(o) not in known]
        before = before + cluster.strangers(fresh, self.wishes.take, "Unable to continue with update")
        if self.wishes.dry:
            release["info"]["description"] = self.wishes.description or "Dry run complete"
            return release
        self.storage.create(release, self.wishes.most)
        die(name, "pending")
        made: list[Any] = []
        try:
            if self.wishes.hooks:
                self.hooks(release, cluster, "pre-upgrade", "pre-upgrade hooks failed: ")
            made = cluster.update(before, objects, self.wishes.force)
            die(name, "made")
            if self.wishes.wait:
                cluster.wait(objects, self.wishes.seconds, self.wishes.jobs)
            if self.wishes.hooks:
                self.hooks(release, cluster, "post-upgrade", "post-upgrade hooks failed: ")
        except HelmError as error:
            raise self._failed_upgrade(release, cluster, made, error) from None
        current["info"]["status"] = "superseded"
        self.storage.update(current)
        release["info"].update(status="deployed", description=self.wishes.description or "Upgrade complete")
        self.storage.update(release)
        return release

    def _prepared(self, name: str, chart: Chart, given: charts.Values) -> tuple[Release, Release]:
        try:
            last = self.storage.last(name)
        except NotFoundError:
            raise HelmError(f'"{name}" has no deployed releases') from None
        if last["info"]["status"] in PENDING:
            raise HelmError(BUSY)
        current = last
        if last["info"]["status"] != "deployed":
            deployed = self.storage.deployed(name)
            if deployed:
                current = deployed[0]
            elif last["info"]["status"] not in ("failed", "superseded"):
                raise HelmError(f'"{name}" has no deployed releases')
        given = self._reused(chart, current, given)
        revision = last["version"] + 1
        _values, rendered = self._rendered(chart, given, name, revision)
        release: Release = {
            "name": name,
            "info": {
                "first_deployed": current["info"].get("first_deployed", ""),
                "last_deployed": now(),
                "deleted": "",
                "description": "Preparing upgrade",
                "status": "pending-upgrade",
                **({"notes": rendered.notes} if rendered.notes else {}),
            },
            "chart": chart.stored(),
            "config": given,
            "manifest": rendered.manifest,
            "hooks": rendered.hooks,
            "version": revision,
            "namespace": current["namespace"],
            "labels": {**(last.get("labels") or {}), **(self.wishes.labels or {})},
        }
        return current, release

    def _reused(self, chart: Chart, current: Release, given: charts.Values) -> charts.Values:
        """Which of the values before stay, by the three flags and Helm's rule where none is given."""
        config = text.numbers(current.get("config") or {})
        if self.wishes.reset:
            return given
        if self.wishes.reuse:
            chart.values = charts.overlaid(text.numbers(current["chart"].get("values") or {}), config)
            return charts.overlaid(config, given) if given else config
        if self.wishes.reset_then_reuse:
            return charts.overlaid(config, given) if given else config
        return given or config

    def _failed_upgrade(self, release: Release, cluster: Cluster, made: list[Any], error: HelmError) -> HelmError:
        name = release["name"]
        release["info"].update(status="failed", description=f'Upgrade "{name}" failed: {error}')
        self.storage.update(release)
        if self.wishes.cleanup:
            cluster.delete(made)
        if not self.wishes.atomic:
            return error
        good = [r for r in self.storage.history(name) if r["info"]["status"] in ("superseded", "deployed")]
        if not good:
            return HelmError(
                "unable to find a previously successful release when attempting to rollback. original upgrade error: "
                f"{error}"
            )
        self.wishes.wait = True
        try:
            self.rollback(name, good[-1]["version"])
        except HelmError as other:
            return HelmError(
                f"an error occurred while rolling back the release. original upgrade error: {error}: {other}"
            )
        return HelmError(f"release {name} failed, and has been rolled back due to atomic being set: {error}")
