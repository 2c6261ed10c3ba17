{{- /*
Copyright (c) 2026 The edge.infra authors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-FileCopyrightText: 2026 The edge.infra authors
SPDX-License-Identifier: GPL-3.0-or-later
*/}}
{{- if .Values.manifests.deployment_api }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "Deployment" "name" "barbican-api" "component" "api"
    "node" .Values.labels.api "replicas" .Values.pod.replicas.api "image" .Values.images.tags.barbican_api "dependency" "api") }}
{{- end }}
{{- if .Values.manifests.job_db_init }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "barbican-db-init" "component" "db-init" "weight" "-5"
    "image" .Values.images.tags.db_init "dependency" "db_init") }}
{{- end }}
{{- if .Values.manifests.job_db_sync }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "barbican-db-sync" "component" "db-sync" "weight" "-4"
    "image" .Values.images.tags.barbican_db_sync "dependency" "db_sync") }}
{{- end }}
{{- if .Values.manifests.job_rabbit_init }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "barbican-rabbit-init" "component" "rabbit-init" "weight" "-4"
    "image" .Values.images.tags.rabbit_init "dependency" "rabbit_init") }}
{{- end }}
{{- if .Values.manifests.job_ks_service }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "barbican-ks-service" "component" "ks-service" "weight" "-3"
    "image" .Values.images.tags.ks_service "dependency" "ks_service") }}
{{- end }}
{{- if .Values.manifests.job_ks_user }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "barbican-ks-user" "component" "ks-user" "weight" "-2"
    "image" .Values.images.tags.ks_user "dependency" "ks_user") }}
{{- end }}
{{- if .Values.manifests.job_ks_endpoints }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "barbican-ks-endpoints" "component" "ks-endpoints" "weight" "-1"
    "image" .Values.images.tags.ks_endpoints "dependency" "ks_endpoints") }}
{{- end }}
{{- if .Values.manifests.service }}
{{- include "helm-toolkit.service" (dict "envAll" . "name" "barbican-api" "component" "api" "port" "9311") }}
{{- end }}
{{- if .Values.manifests.pod_test }}
{{- include "helm-toolkit.test" (dict "envAll" . "image" .Values.images.tags.test "dependency" "tests") }}
{{- end }}
{{- if .Values.manifests.secret_etc }}
{{- include "helm-toolkit.etc" (dict "envAll" .) }}
{{- end }}
