// The files that scripts/live.mjs begins with, for both kubectls.

const POD = "{containers: [{name: c, image: 'nginx:1.27', ports: [{containerPort: 80}], resources: {requests: {cpu: 10m, memory: 16Mi}}}]}";
export const FILES = {
  "all.yaml": `apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web, tier: front}}
spec: {replicas: 2, selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: ${POD}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec: {serviceName: db, selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: ${POD}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec: {selector: {matchLabels: {app: agent}}, template: {metadata: {labels: {app: agent}}, spec: ${POD}}}
---
apiVersion: v1
kind: Service
metadata: {name: web, labels: {app: web}}
spec: {selector: {app: web}, ports: [{name: http, port: 80}, {name: https, port: 443, targetPort: 8443}]}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, annotations: {note: "a: b"}}
data: {MODE: prod, "file.txt": "one\\ntwo\\n", empty: ""}
---
apiVersion: v1
kind: Secret
metadata: {name: hush}
stringData: {user: ann, password: "p w"}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: runner}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [pods, "pods/log"], verbs: [get, list]}, {apiGroups: [apps], resources: [deployments], resourceNames: [web], verbs: ["*"]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: runner, namespace: default}, {kind: User, name: ann, apiGroup: rbac.authorization.k8s.io}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: tick}
spec: {schedule: "0 4 * * *", suspend: true, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: [date]}]}}}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {ingressClassName: nginx, tls: [{hosts: [a.example], secretName: hush}], rules: [{host: a.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{namespaceSelector: {matchLabels: {a: b}}}], ports: [{port: 80}]}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 4, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /tmp/disk}, storageClassName: slow, persistentVolumeReclaimPolicy: Retain}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], storageClassName: none-such, resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: LimitRange
metadata: {name: limits, namespace: shop}
spec: {limits: [{type: Container, max: {cpu: "2"}, default: {cpu: 500m}}]}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota, namespace: shop}
spec: {hard: {pods: "10", requests.cpu: "4"}}
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: high}
value: 1000
description: high
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: shops.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: shops, singular: shop, kind: Shop, shortNames: [sh]}
  versions:
  - name: v1
    served: true
    storage: true
    additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}]
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, description: What is wanted., properties: {size: {type: integer, description: How large.}}}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: solo, labels: {app: solo, tier: front}, annotations: {kubectl.kubernetes.io/default-container: main}}
spec:
  terminationGracePeriodSeconds: 1
  initContainers: [{name: first, image: busybox, command: [echo, hi]}]
  containers:
  - {name: main, image: 'nginx:1.27', env: [{name: A, value: b}, {name: NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}], envFrom: [{configMapRef: {name: settings, optional: true}}], readinessProbe: {httpGet: {path: /, port: 80}}, volumeMounts: [{name: v, mountPath: /v}, {name: c, mountPath: /c, readOnly: true}]}
  - {name: side, image: busybox, command: [sleep, "100000"], resources: {limits: {cpu: 100m, memory: 32Mi}}}
  volumes: [{name: v, emptyDir: {}}, {name: c, configMap: {name: settings}}]
---
apiVersion: v1
kind: Pod
metadata: {name: broken}
spec: {containers: [{name: c, image: 'registry.example/none:1'}]}
---
apiVersion: v1
kind: ReplicationController
metadata: {name: old}
spec: {replicas: 0, selector: {app: old}, template: {metadata: {labels: {app: old}}, spec: ${POD}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: [echo, done]}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: outside}
spec: {type: ExternalName, externalName: a.example}
---
apiVersion: v1
kind: Service
metadata: {name: port, labels: {tier: front}}
spec: {type: NodePort, selector: {app: solo}, ports: [{port: 80, nodePort: 30123}], externalIPs: [10.9.9.9], sessionAffinity: ClientIP}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx}
spec: {controller: k8s.io/ingress-nginx}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: slow, annotations: {storageclass.kubernetes.io/is-default-class: "false"}}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: {name: csi.example}
spec: {attachRequired: false}
---
apiVersion: storage.k8s.io/v1
kind: VolumeAttributesClass
metadata: {name: fast}
driverName: csi.example
parameters: {iops: "100"}
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: sandboxed}
handler: runsc
---
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: {name: mine}
spec: {holderIdentity: me, leaseDurationSeconds: 15}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: mine}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {a: b}}]}
rules: []
---
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: ann}
spec: {request: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWE1INENBUUF3SERFTU1Bb0dBMVVFQXd3RFlXNXVNUXd3Q2dZRFZRUUtEQU5rWlhZd1dUQVRCZ2NxaGtqTwpQUUlCQmdncWhrak9QUU1CQndOQ0FBUlYxNnViVW5xcCtEeHFXdjVoM2JhQjNkalo0bVhrZmtCVnpYalorL3lGCkNFK2FiUnM1MU1zc2F6RmhEVFBEeXA3dDFvdnpFa1NNNit5Umw4S1d4WXJqb0FBd0NnWUlLb1pJemowRUF3SUQKU1FBd1JnSWhBSzRaVDFaeWdWRjV4aTUreERySndJOWpBc2Vsd29OdUpmQnMwUzJmTWMxTEFpRUFyR2thSGc5agpJUkNMS1hHNWZNc0txZUpxc3hUemxoSlhwZzEreXJVM3h0ST0KLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==, signerName: kubernetes.io/kube-apiserver-client, usages: [client auth], expirationSeconds: 86400}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: calm}
spec: {failurePolicy: Ignore, matchConstraints: {resourceRules: [{apiGroups: [example.com], apiVersions: [v1], operations: [DELETE], resources: [shops]}]}, validations: [{expression: "true", message: fine}]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: calm}
spec: {policyName: calm, validationActions: [Warn]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: idle}
webhooks: []
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: idle}
webhooks: []
---
apiVersion: v1
kind: PodTemplate
metadata: {name: shape}
template: {metadata: {labels: {app: shape}}, spec: ${POD}}
---
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: gpu}
spec: {selectors: [{cel: {expression: "device.driver == 'gpu.example'"}}]}
---
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: {name: claim}
spec: {devices: {requests: [{name: r, exactly: {deviceClassName: gpu}}]}}
---
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: {name: claims}
spec: {spec: {devices: {requests: [{name: r, exactly: {deviceClassName: gpu}}]}}}
`,
  "shop.yaml": "apiVersion: example.com/v1\nkind: Shop\nmetadata: {name: corner}\nspec: {size: 3}\n",
  "change.yaml": `apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {MODE: test}
`,
  "kustomization.yaml": "namePrefix: k-\nresources: [change.yaml]\nconfigMapGenerator: [{name: made, literals: [a=b]}]\n",
  "broken.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b\n",
  "wrong.yaml":
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: wrong, nope: 1}\ndate: {a: b}\n---\napiVersion: apps/v2\nkind: Deployment\nmetadata: {name: w}\n",
  "wrong.json": '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "j", }}\n',
  "two.json":
    '{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "j1"}}, {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "j2"}, "stringData": {"a": "b"}}]}\n',
  "vars.env": "# a comment\nA=b\nC=d e\n\nE=\n",
  "cols.txt": "NAME  KIND  LABELS\n.metadata.name .kind .metadata.labels\n",
  "path.txt": "{range .items[*]}{.metadata.name}{end}",
  "tmpl.txt": "{{range .items}}{{.metadata.name}}{{end}}",
  "other.yaml": `apiVersion: v1
kind: Config
clusters:
- name: a
  cluster: {server: "https://a.example:6443", certificate-authority-data: YWJj}
- name: b
  cluster: {server: "https://b.example", insecure-skip-tls-verify: true}
contexts:
- name: two
  context: {cluster: b, user: u, namespace: shop}
- name: one
  context: {cluster: a, user: u}
current-context: one
preferences: {}
users:
- name: u
  user: {token: secret}
- name: w
  user: {client-certificate-data: YWJj, client-key-data: YWJj}
`,
};
