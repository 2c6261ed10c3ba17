{{- /*
Copyright (c) 2026 The edge.infra authors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-FileCopyrightText: 2026 The edge.infra authors
SPDX-License-Identifier: GPL-3.0-or-later
*/}}
{{- if .Values.manifests.deployment }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "Deployment" "name" "horizon" "component" "server"
    "node" .Values.labels.dashboard "replicas" .Values.pod.replicas.server "image" .Values.images.tags.horizon "dependency" "server") }}
{{- end }}
{{- if .Values.manifests.job_db_init }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "horizon-db-init" "component" "db-init" "weight" "-5"
    "image" .Values.images.tags.db_init "dependency" "db_init") }}
{{- end }}
{{- if .Values.manifests.job_db_sync }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "horizon-db-sync" "component" "db-sync" "weight" "-4"
    "image" .Values.images.tags.horizon_db_sync "dependency" "db_sync") }}
{{- end }}
{{- if .Values.manifests.service }}
{{- include "helm-toolkit.service" (dict "envAll" . "name" "horizon-int" "component" "server" "port" "80") }}
{{- end }}
{{- if .Values.manifests.pod_helm_test }}
{{- include "helm-toolkit.test" (dict "envAll" . "image" .Values.images.tags.test "dependency" "tests") }}
{{- end }}
{{- if .Values.manifests.secret_etc }}
{{- include "helm-toolkit.etc" (dict "envAll" .) }}
{{- end }}
