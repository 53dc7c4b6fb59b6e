type Plain = Readonly<Record<string, unknown>>;

const selector = { matchLabels: { app: "a" } };
const container = { name: "main", image: "registry.example.com/app:1" };
const template = { metadata: { labels: { app: "a" } }, spec: { containers: [container] } };
const job = { template: { spec: { containers: [container], restartPolicy: "Never" } } };
const rule = { apiGroups: ["apps"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["deployments"] };
const clientConfig = { url: "https://example.com/hook" };
const webhook = { name: "a.example.com", admissionReviewVersions: ["v1"], sideEffects: "None", clientConfig };
const spec = { type: "object", properties: { a: { type: "string" } } };
const schema = { openAPIV3Schema: { type: "object", properties: { spec }, "x-kubernetes-preserve-unknown-fields": true } };
const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };

/** A request of a key made for this, as PEM in base64. */
const CSR =
  "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlISU1IQUNBUUF3RGpFTU1Bb0dBMVVFQXd3RFlXNXVNRmt3RXdZSEtvWkl6ajBDQVFZSUtvWkl6ajBEQVFjRApRZ0FFdmlpSzdQdGpvRCt1d0Q4R3ViNHBjd2xIbnZIcWtlN21qZlVUVTJDc2ljeTFSUWFraURPMXJMQUN2NVBOCk84WkN1RDljTVpaRmUyVzJaMll1a0VRcHFxQUFNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJUURkNTg4bE5WM2wKQ1BUWlVPYjJweWRZamxDZ1laZUlpWGs4MUNFR2pBY0grQUlnQ2F3dTlDV1hUSEdrT01wSko4ZWx4cCt1TU5QZgo4NlJtbFZxaXdJcUY5VDg9Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=";

/** What a kind needs to be accepted besides what its structure requires; by plural, as the kind table has it. */
export const bases: Readonly<Record<string, Plain | ((n: number) => Plain)>> = {
  apiservices: (n) => ({
    metadata: { name: `v${n + 1}.example.com` },
    spec: {
      group: "example.com",
      version: `v${n + 1}`,
      groupPriorityMinimum: 100,
      versionPriority: 10,
      insecureSkipTLSVerify: true,
      service: { name: "a-name", namespace: "default" },
    },
  }),
  certificatesigningrequests: { spec: { request: CSR, signerName: "example.com/signer", usages: ["client auth"] } },
  clusterrolebindings: { roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "a-name" } },
  controllerrevisions: { data: { spec: {} } },
  cronjobs: { spec: { schedule: "0 0 * * *", jobTemplate: { spec: job } } },
  csidrivers: { spec: {} },
  images: { spec: { reference: "registry.example.com/app:1" } },
  customresourcedefinitions: (n) => ({
    metadata: { name: `widgets${n}.example.com` },
    spec: {
      group: "example.com",
      names: { kind: `Widget${n}`, plural: `widgets${n}` },
      scope: "Namespaced",
      versions: [{ name: "v1", served: true, storage: true, schema }],
    },
  }),
  daemonsets: { spec: { selector, template } },
  deployments: { spec: { selector, template } },
  endpointslices: { addressType: "IPv4", endpoints: [{ addresses: ["192.0.2.1"] }] },
  events: { involvedObject: { kind: "Pod", name: "p", namespace: "default" }, eventTime: undefined },
  "events.events.k8s.io": {
    eventTime: "2026-01-01T00:00:00.000001Z",
    action: "Binding",
    reason: "Scheduled",
    type: "Normal",
    regarding: { kind: "Pod", name: "p", namespace: "default" },
    reportingController: "example.com/c",
    reportingInstance: "c-1",
  },
  flowschemas: { spec: { matchingPrecedence: 100, priorityLevelConfiguration: { name: "a-level" } } },
  horizontalpodautoscalers: { spec: { maxReplicas: 5, scaleTargetRef: { kind: "Deployment", name: "a-name" } } },
  ingressclasses: { spec: { controller: "example.com/ingress" } },
  ingresses: { spec: { defaultBackend: { service: { name: "a-name", port: { number: 80 } } } } },
  ipaddresses: (n) => ({
    metadata: { name: `192.0.${n >> 8}.${n & 255}` },
    spec: { parentRef: { resource: "services", name: "a-name", namespace: "default" } },
  }),
  jobs: { spec: job },
  mutatingadmissionpolicies: {
    spec: {
      failurePolicy: "Fail",
      reinvocationPolicy: "Never",
      matchConstraints: { resourceRules: [rule] },
      mutations: [{ patchType: "JSONPatch", jsonPatch: { expression: '[JSONPatch{op: "remove", path: "/a"}]' } }],
    },
  },
  mutatingadmissionpolicybindings: { spec: { policyName: "a-policy" } },
  mutatingwebhookconfigurations: { webhooks: [webhook] },
  persistentvolumeclaims: { spec: claim },
  persistentvolumes: { spec: { accessModes: ["ReadWriteOnce"], capacity: { storage: "1Gi" }, hostPath: { path: "/a" } } },
  pods: {
    spec: {
      containers: [container],
      resourceClaims: [{ name: "a-name", resourceClaimName: "a-claim" }],
      volumes: [{ name: "a-name" }, { name: "a-device", persistentVolumeClaim: { claimName: "a-claim" } }],
    },
  },
  podtemplates: { template },
  prioritylevelconfigurations: {
    spec: { type: "Limited", limited: { nominalConcurrencyShares: 5, limitResponse: { type: "Reject" } } },
  },
  replicasets: { spec: { selector, template } },
  replicationcontrollers: { spec: { selector: { app: "a" }, template } },
  resourceclaims: { spec: { devices: { requests: [{ name: "a-name", exactly: { deviceClassName: "a-class" } }] } } },
  resourceclaimtemplates: { spec: { spec: {} } },
  resourceslices: {
    spec: { driver: "driver.example.com", nodeName: "node-1", pool: { name: "a-pool", generation: 1, resourceSliceCount: 1 } },
  },
  rolebindings: { roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "a-name" } },
  runtimeclasses: { handler: "runc" },
  servicecidrs: { spec: { cidrs: ["10.1.0.0/24"] } },
  services: { spec: { ports: [{ port: 80 }] } },
  statefulsets: { spec: { selector, template } },
  storageclasses: { provisioner: "example.com/disk" },
  validatingadmissionpolicies: {
    spec: { failurePolicy: "Fail", matchConstraints: { resourceRules: [rule] }, validations: [{ expression: "true" }] },
  },
  validatingadmissionpolicybindings: { spec: { policyName: "a-policy", validationActions: ["Deny"] } },
  validatingwebhookconfigurations: { webhooks: [webhook] },
  volumeattachments: { spec: { attacher: "example.com", nodeName: "node-1", source: { persistentVolumeName: "a-volume" } } },
  volumeattributesclasses: { driverName: "driver.example.com", parameters: { a: "b" } },
};

const perDevice = {
  spec: {
    driver: "driver.example.com",
    perDeviceNodeSelection: true,
    pool: { name: "a-pool", generation: 1, resourceSliceCount: 1 },
    devices: [{ name: "a-name" }],
  },
};

/** What the kind is instead, for a field that its base has no room for. */
export const instead: Readonly<Record<string, Plain>> = {
  "CSIDriverSpec.serviceAccountTokenInSecrets": { spec: { tokenRequests: [{ audience: "a" }] } },
  "Device.allNodes": perDevice,
  "Device.nodeName": perDevice,
  "Device.nodeSelector": perDevice,
  "JobSpec.selector": {
    spec: { ...job, manualSelector: true, selector, template: { ...job.template, ...{ metadata: template.metadata } } },
  },
  "ImageSpec.singlePlatform": { spec: { reference: "registry.example.com/app:1", architectures: ["amd64"] } },
  "ServicePort.nodePort": { spec: { type: "NodePort", ports: [{ port: 80 }] } },
  "WindowsSecurityContextOptions.hostProcess": { spec: { containers: [container], hostNetwork: true } },
};
