{{- /*
Copyright (c) 2026 The edge.infra authors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-FileCopyrightText: 2026 The edge.infra authors
SPDX-License-Identifier: GPL-3.0-or-later
*/}}
{{- if .Values.manifests.job_namespace_client_key_generator }}
{{- include "helm-toolkit.job" (dict "envAll" . "name" "ceph-adapter-rook-namespace-client-key" "component" "namespace-client-key-generator" "weight" "-5"
    "image" .Values.images.tags.ceph_adapter_rook_namespace_client_key_generator "dependency" "namespace_client_key_generator") }}
{{- end }}
{{- if .Values.manifests.secret_etc }}
{{- include "helm-toolkit.etc" (dict "envAll" .) }}
{{- end }}
