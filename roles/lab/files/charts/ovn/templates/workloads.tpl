{{- /*
Copyright (c) 2026 The edge.infra authors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-FileCopyrightText: 2026 The edge.infra authors
SPDX-License-Identifier: GPL-3.0-or-later
*/}}
{{- if .Values.manifests.statefulset_ovn_ovsdb_nb }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "StatefulSet" "name" "ovn-ovsdb-nb" "component" "ovn-ovsdb-nb"
    "node" .Values.labels.ovn_ovsdb_nb "replicas" .Values.pod.replicas.ovn_ovsdb_nb "image" .Values.images.tags.ovn_ovsdb_nb "dependency" "ovn_ovsdb_nb") }}
{{- end }}
{{- if .Values.manifests.statefulset_ovn_ovsdb_sb }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "StatefulSet" "name" "ovn-ovsdb-sb" "component" "ovn-ovsdb-sb"
    "node" .Values.labels.ovn_ovsdb_sb "replicas" .Values.pod.replicas.ovn_ovsdb_sb "image" .Values.images.tags.ovn_ovsdb_sb "dependency" "ovn_ovsdb_sb") }}
{{- end }}
{{- if .Values.manifests.deployment_ovn_northd }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "Deployment" "name" "ovn-northd" "component" "ovn-northd"
    "node" .Values.labels.ovn_northd "replicas" .Values.pod.replicas.ovn_northd "image" .Values.images.tags.ovn_northd "dependency" "ovn_northd") }}
{{- end }}
{{- if .Values.manifests.daemonset_ovn_controller }}
{{- include "helm-toolkit.workload" (dict "envAll" . "kind" "DaemonSet" "name" "ovn-controller" "component" "ovn-controller"
    "node" .Values.labels.ovn_controller "image" .Values.images.tags.ovn_controller "dependency" "ovn_controller") }}
{{- end }}
{{- if .Values.manifests.service }}
{{- include "helm-toolkit.service" (dict "envAll" . "name" "ovn-ovsdb-nb" "component" "ovn-ovsdb-nb" "port" "6641") }}
{{- include "helm-toolkit.service" (dict "envAll" . "name" "ovn-ovsdb-sb" "component" "ovn-ovsdb-sb" "port" "6642") }}
{{- end }}
{{- if .Values.manifests.secret_etc }}
{{- include "helm-toolkit.etc" (dict "envAll" .) }}
{{- end }}
