{{- /*
Copyright (c) 2026 The edge.infra authors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-FileCopyrightText: 2026 The edge.infra authors
SPDX-License-Identifier: GPL-3.0-or-later
*/}}

{{- /* The labels by which OpenStack-Helm's workloads and pods are found. */}}
{{- define "helm-toolkit.labels" -}}
release_group: {{ .envAll.Values.release_group | default .envAll.Release.Name }}
application: {{ .envAll.Chart.Name }}
component: {{ .component }}
{{- end }}

{{- /* The init container that waits for jobs, services and pods on the same node: kubernetes-entrypoint. */}}
{{- define "helm-toolkit.entrypoint" -}}
{{- $space := .envAll.Release.Namespace }}
{{- $endpoints := .envAll.Values.endpoints }}
{{- $wanted := index .envAll.Values.dependencies.static .dependency | default (dict) }}
- name: init
  image: {{ .envAll.Values.images.tags.dep_check }}
  imagePullPolicy: {{ .envAll.Values.images.pull_policy }}
  command:
    - kubernetes-entrypoint
  env:
    - name: NAMESPACE
      value: {{ $space }}
    - name: DEPENDENCY_JOBS
      value: "{{ range $n, $job := $wanted.jobs }}{{ if $n }},{{ end }}{{ $space }}:{{ $job }}{{ end }}"
    - name: DEPENDENCY_SERVICE
      value: "{{ range $n, $one := $wanted.services }}{{ if $n }},{{ end }}{{ $space }}:{{ include "helm-toolkit.host" (dict "endpoints" $endpoints "one" $one) }}{{ end }}"
    - name: DEPENDENCY_POD_JSON
      value: {{ if $wanted.pod }}{{ toJson $wanted.pod | quote }}{{ else }}""{{ end }}
{{- end }}

{{- /* The name of the Service that is an endpoint inside the cluster. */}}
{{- define "helm-toolkit.host" -}}
{{- $hosts := (index .endpoints .one.service).hosts }}
{{- index $hosts .one.endpoint | default $hosts.default }}
{{- end }}

{{- /* A Deployment, StatefulSet or DaemonSet on the nodes whose label the values ask for. */}}
{{- define "helm-toolkit.workload" }}
---
apiVersion: apps/v1
kind: {{ .kind }}
metadata:
  name: {{ .name }}
  labels:
    {{- include "helm-toolkit.labels" . | nindent 4 }}
spec:
{{- if ne .kind "DaemonSet" }}
  replicas: {{ .replicas }}
{{- end }}
{{- if eq .kind "StatefulSet" }}
  serviceName: {{ .name }}
{{- end }}
  selector:
    matchLabels:
      {{- include "helm-toolkit.labels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "helm-toolkit.labels" . | nindent 8 }}
      annotations:
        configmap-etc-hash: {{ toJson .envAll.Values.conf | sha256sum | quote }}
    spec:
      nodeSelector:
        {{ .node.node_selector_key }}: {{ .node.node_selector_value | quote }}
      initContainers:
        {{- include "helm-toolkit.entrypoint" . | nindent 8 }}
      containers:
        - name: {{ .component }}
          image: {{ .image }}
          imagePullPolicy: {{ .envAll.Values.images.pull_policy }}
{{- end }}

{{- /* A job; after the other objects where the values want it as a hook. */}}
{{- define "helm-toolkit.job" }}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .name }}
  labels:
    {{- include "helm-toolkit.labels" . | nindent 4 }}
{{- if .envAll.Values.helm3_hook }}
  annotations:
    helm.sh/hook: post-install,post-upgrade
    helm.sh/hook-weight: {{ .weight | quote }}
{{- end }}
spec:
  backoffLimit: 6
  template:
    metadata:
      labels:
        {{- include "helm-toolkit.labels" . | nindent 8 }}
    spec:
      restartPolicy: OnFailure
      nodeSelector:
        {{ .envAll.Values.labels.job.node_selector_key }}: {{ .envAll.Values.labels.job.node_selector_value | quote }}
      initContainers:
        {{- include "helm-toolkit.entrypoint" . | nindent 8 }}
      containers:
        - name: {{ .name }}
          image: {{ .image }}
          imagePullPolicy: {{ .envAll.Values.images.pull_policy }}
{{- end }}

{{- define "helm-toolkit.service" }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}
spec:
  selector:
    {{- include "helm-toolkit.labels" . | nindent 4 }}
  ports:
    - name: main
      port: {{ .port }}
{{- end }}

{{- /* What "helm test" runs. */}}
{{- define "helm-toolkit.test" }}
---
apiVersion: v1
kind: Pod
metadata:
  name: {{ .envAll.Release.Name }}-test
  labels:
    {{- include "helm-toolkit.labels" (dict "envAll" .envAll "component" "test") | nindent 4 }}
  annotations:
    helm.sh/hook: test-success
spec:
  restartPolicy: Never
  nodeSelector:
    {{ .envAll.Values.labels.test.node_selector_key }}: {{ .envAll.Values.labels.test.node_selector_value | quote }}
  initContainers:
    {{- include "helm-toolkit.entrypoint" . | nindent 4 }}
  containers:
    - name: test
      image: {{ .image }}
{{- end }}

{{- /* Configuration and passwords, as the programs would read them. */}}
{{- define "helm-toolkit.etc" }}
---
apiVersion: v1
kind: Secret
metadata:
  name: {{ .envAll.Chart.Name }}-etc
type: Opaque
data:
  conf.yaml: {{ toYaml .envAll.Values.conf | b64enc }}
  endpoints.yaml: {{ toYaml .envAll.Values.endpoints | b64enc }}
{{- end }}
