{{/* Environment, mounts and volumes of a service's pod, with {root, name, service}. */}}

{{- define "tepat.env" -}}
{{- range .service.databases }}
# The binary takes this address from nowhere but its environment or its settings file.
- name: TEPAT_STORES__{{ upper . }}
  valueFrom:
    secretKeyRef:
      name: {{ $.root.Values.database.existingSecret }}
      key: {{ . }}
{{- end }}
{{- with .service.env }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "tepat.mounts" -}}
- name: settings
  mountPath: /etc/tepat/settings
  readOnly: true
{{- if .service.keys }}
- name: keys
  mountPath: /etc/tepat/keys
  readOnly: true
{{- end }}
{{- if and .service.databases .root.Values.database.caSecret }}
- name: database-ca
  mountPath: /etc/tepat/database
  readOnly: true
{{- end }}
{{- if and .service.redis .root.Values.redis.existingSecret }}
- name: redis
  mountPath: /etc/tepat/redis
  readOnly: true
{{- end }}
{{- if .service.tls.existingSecret }}
- name: tls
  mountPath: /etc/tepat/tls
  readOnly: true
{{- end }}
{{- if .service.packages.enabled }}
- name: packages
  mountPath: /var/lib/tepat/packages
{{- end }}
{{- with .service.volumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "tepat.volumes" -}}
- name: settings
  configMap:
    name: {{ include "tepat.fullname" .root }}-{{ .name }}
{{- if .service.keys }}
- name: keys
  secret:
    secretName: {{ .root.Values.keys.existingSecret }}
    defaultMode: 0440
    items:
      {{- range .service.keys }}
      - key: {{ . }}
        path: {{ . }}
      {{- end }}
{{- end }}
{{- if and .service.databases .root.Values.database.caSecret }}
{{ include "tepat.databaseCa" .root }}
{{- end }}
{{- if and .service.redis .root.Values.redis.existingSecret }}
- name: redis
  secret:
    secretName: {{ .root.Values.redis.existingSecret }}
    defaultMode: 0440
{{- end }}
{{- with .service.tls.existingSecret }}
- name: tls
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{- if .service.packages.enabled }}
- name: packages
  {{- if eq .service.packages.kind "emptyDir" }}
  emptyDir: {}
  {{- else }}
  persistentVolumeClaim:
    claimName: {{ .service.packages.existingClaim | default (printf "%s-%s-packages" (include "tepat.fullname" .root) .name) }}
  {{- end }}
{{- end }}
{{- with .service.volumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "tepat.databaseCa" -}}
- name: database-ca
  secret:
    secretName: {{ .Values.database.caSecret }}
    defaultMode: 0440
    items:
      - key: ca.crt
        path: ca.crt
{{- end }}

{{/* Where pods may run. */}}
{{- define "tepat.spread" -}}
{{- $service := .service -}}
{{- if $service.topologySpreadConstraints }}
{{- toYaml $service.topologySpreadConstraints }}
{{- else }}
{{- $keys := list "kubernetes.io/hostname" }}
{{- if $service.spread.zones }}{{ $keys = append $keys "topology.kubernetes.io/zone" }}{{ end }}
{{- range $keys }}
- maxSkew: 1
  topologyKey: {{ . }}
  whenUnsatisfiable: {{ $service.spread.whenUnsatisfiable }}
  labelSelector:
    matchLabels:
      {{- include "tepat.selector" (dict "root" $.root "part" $.name) | nindent 6 }}
  matchLabelKeys: [pod-template-hash]
{{- end }}
{{- end }}
{{- end }}
