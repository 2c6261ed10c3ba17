{{- /*
Copyright (c) 2026 The edge.infra authors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-FileCopyrightText: 2026 The edge.infra authors
SPDX-License-Identifier: GPL-3.0-or-later
*/}}
{{- if .Values.manifests.deployment_api }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "Deployment" "name" "keystone-api" "component" "api"
    "node" .Values.labels.api "replicas" .Values.pod.replicas.api "image" .Values.images.tags.keystone_api "dependency" "api") }}
{{- end }}
{{- if .Values.manifests.job_db_init }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "keystone-db-init" "component" "db-init" "weight" "-5"
    "image" .Values.images.tags.db_init "dependency" "db_init") }}
{{- end }}
{{- if .Values.manifests.job_fernet_setup }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "keystone-fernet-setup" "component" "fernet-setup" "weight" "-5"
    "image" .Values.images.tags.keystone_fernet_setup "dependency" "fernet_setup") }}
{{- end }}
{{- if .Values.manifests.job_credential_setup }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "keystone-credential-setup" "component" "credential-setup" "weight" "-5"
    "image" .Values.images.tags.keystone_credential_setup "dependency" "credential_setup") }}
{{- end }}
{{- if .Values.manifests.job_db_sync }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "keystone-db-sync" "component" "db-sync" "weight" "-4"
    "image" .Values.images.tags.keystone_db_sync "dependency" "db_sync") }}
{{- end }}
{{- if .Values.manifests.job_bootstrap }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "keystone-bootstrap" "component" "bootstrap" "weight" "5"
    "image" .Values.images.tags.bootstrap "dependency" "bootstrap") }}
{{- end }}
{{- if .Values.manifests.service }}
{{- include "helm-toolkit.service" (dict "envAll" . "name" "keystone-api" "component" "api" "port" "5000") }}
{{- end }}
{{- if .Values.manifests.pod_rally_test }}
{{- include "helm-toolkit.test" (dict "envAll" . "image" .Values.images.tags.test "dependency" "tests") }}
{{- end }}
{{- if .Values.manifests.secret_etc }}
{{- include "helm-toolkit.etc" (dict "envAll" .) }}
{{- end }}
