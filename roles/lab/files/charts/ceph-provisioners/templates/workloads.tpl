{{- /*
Copyright (c) 2026 The edge.infra authors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-FileCopyrightText: 2026 The edge.infra authors
SPDX-License-Identifier: GPL-3.0-or-later
*/}}
{{- if .Values.manifests.deployment_provisioner }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "Deployment" "name" "ceph-rbd-csi-provisioner" "component" "provisioner"
    "node" .Values.labels.provisioner "replicas" .Values.pod.replicas.rbd_provisioner "image" .Values.images.tags.ceph_rbd_provisioner "dependency" "provisioner") }}
{{- end }}
{{- if .Values.manifests.pod_test }}
{{- include "helm-toolkit.test" (dict "envAll" . "image" .Values.images.tags.test "dependency" "tests") }}
{{- end }}
{{- if .Values.manifests.secret_etc }}
{{- include "helm-toolkit.etc" (dict "envAll" .) }}
{{- end }}
