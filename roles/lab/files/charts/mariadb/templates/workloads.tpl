{{- /*
Copyright (c) 2026 The edge.infra authors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-FileCopyrightText: 2026 The edge.infra authors
SPDX-License-Identifier: GPL-3.0-or-later
*/}}
{{- if .Values.manifests.statefulset }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "StatefulSet" "name" "mariadb-server" "component" "server"
    "node" .Values.labels.server "replicas" .Values.pod.replicas.server "image" .Values.images.tags.mariadb "dependency" "server") }}
{{- end }}
{{- if .Values.manifests.deployment_controller }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "Deployment" "name" "mariadb-controller" "component" "controller"
    "node" .Values.labels.controller "replicas" .Values.pod.replicas.controller "image" .Values.images.tags.mariadb_controller "dependency" "controller") }}
{{- end }}
{{- if .Values.manifests.service }}
{{- include "helm-toolkit.service" (dict "envAll" . "name" "mariadb" "component" "server" "port" "3306") }}
{{- end }}
{{- if .Values.manifests.pod_test }}
{{- include "helm-toolkit.test" (dict "envAll" . "image" .Values.images.tags.test "dependency" "tests") }}
{{- end }}
{{- if .Values.manifests.secret_etc }}
{{- include "helm-toolkit.etc" (dict "envAll" .) }}
{{- end }}
