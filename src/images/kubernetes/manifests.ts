import { type Component, imageOf } from "./release.ts";

/** What the manifests of a machine's control plane are made of. */
export interface Plane {
  readonly node: string;
  readonly address: string;
  /** Without "v". */
  readonly version: string;
  readonly podSubnet: string;
  readonly serviceSubnet: string;
}

const PKI = "/etc/kubernetes/pki";

interface Mount {
  readonly name: string;
  readonly path: string;
  readonly type: "DirectoryOrCreate" | "FileOrCreate";
  readonly readOnly: boolean;
}
const folder = (name: string, path: string, readOnly = true): Mount => ({ name, path, type: "DirectoryOrCreate", readOnly });
const CERTS: readonly Mount[] = [
  folder("ca-certs", "/etc/ssl/certs"),
  folder("etc-ca-certificates", "/etc/ca-certificates"),
  folder("k8s-certs", PKI),
  folder("usr-local-share-ca-certificates", "/usr/local/share/ca-certificates"),
  folder("usr-share-ca-certificates", "/usr/share/ca-certificates"),
];
const config = (path: string): Mount => ({ name: "kubeconfig", path, type: "FileOrCreate", readOnly: true });

interface Row {
  readonly annotation?: (plane: Plane) => string;
  readonly flags: (plane: Plane) => readonly string[];
  readonly port: number;
  readonly host: (plane: Plane) => string;
  readonly scheme: "HTTP" | "HTTPS";
  readonly live: string;
  readonly ready?: string;
  readonly startup: string;
  readonly requests: string;
  readonly mounts: readonly Mount[];
}
const LOCAL = (): string => "127.0.0.1";

/** kubeadm: phases/controlplane/manifests.go, phases/etcd/local.go. */
const ROWS: Readonly<Record<Component, Row>> = {
  etcd: {
    annotation: ({ address }) => `kubeadm.kubernetes.io/etcd.advertise-client-urls: https://${address}:2379`,
    flags: ({ node, address }) => [
      `--advertise-client-urls=https://${address}:2379`,
      "--cert-file=/etc/kubernetes/pki/etcd/server.crt",
      "--client-cert-auth=true",
      "--data-dir=/var/lib/etcd",
      "--feature-gates=InitialCorruptCheck=true",
      `--initial-advertise-peer-urls=https://${address}:2380`,
      `--initial-cluster=${node}=https://${address}:2380`,
      "--key-file=/etc/kubernetes/pki/etcd/server.key",
      `--listen-client-urls=https://127.0.0.1:2379,https://${address}:2379`,
      "--listen-metrics-urls=http://127.0.0.1:2381",
      `--listen-peer-urls=https://${address}:2380`,
      `--name=${node}`,
      "--peer-cert-file=/etc/kubernetes/pki/etcd/peer.crt",
      "--peer-client-cert-auth=true",
      "--peer-key-file=/etc/kubernetes/pki/etcd/peer.key",
      "--peer-trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt",
      "--snapshot-count=10000",
      "--trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt",
      "--watch-progress-notify-interval=5s",
    ],
    port: 2381,
    host: LOCAL,
    scheme: "HTTP",
    live: "/livez",
    ready: "/readyz",
    startup: "/readyz",
    requests: "cpu: 100m\n        memory: 100Mi",
    mounts: [folder("etcd-data", "/var/lib/etcd", false), folder("etcd-certs", `${PKI}/etcd`, false)],
  },
  "kube-apiserver": {
    annotation: ({ address }) => `kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint: ${address}:6443`,
    flags: ({ address, serviceSubnet }) => [
      `--advertise-address=${address}`,
      "--allow-privileged=true",
      "--authorization-mode=Node,RBAC",
      `--client-ca-file=${PKI}/ca.crt`,
      "--enable-admission-plugins=NodeRestriction",
      "--enable-bootstrap-token-auth=true",
      `--etcd-cafile=${PKI}/etcd/ca.crt`,
      `--etcd-certfile=${PKI}/apiserver-etcd-client.crt`,
      `--etcd-keyfile=${PKI}/apiserver-etcd-client.key`,
      "--etcd-servers=https://127.0.0.1:2379",
      `--kubelet-client-certificate=${PKI}/apiserver-kubelet-client.crt`,
      `--kubelet-client-key=${PKI}/apiserver-kubelet-client.key`,
      "--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname",
      `--proxy-client-cert-file=${PKI}/front-proxy-client.crt`,
      `--proxy-client-key-file=${PKI}/front-proxy-client.key`,
      "--requestheader-allowed-names=front-proxy-client",
      `--requestheader-client-ca-file=${PKI}/front-proxy-ca.crt`,
      "--requestheader-extra-headers-prefix=X-Remote-Extra-",
      "--requestheader-group-headers=X-Remote-Group",
      "--requestheader-username-headers=X-Remote-User",
      "--secure-port=6443",
      "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
      `--service-account-key-file=${PKI}/sa.pub`,
      `--service-account-signing-key-file=${PKI}/sa.key`,
      `--service-cluster-ip-range=${serviceSubnet}`,
      `--tls-cert-file=${PKI}/apiserver.crt`,
      `--tls-private-key-file=${PKI}/apiserver.key`,
    ],
    port: 6443,
    host: ({ address }) => address,
    scheme: "HTTPS",
    live: "/livez",
    ready: "/readyz",
    startup: "/livez",
    requests: "cpu: 250m",
    mounts: CERTS,
  },
  "kube-controller-manager": {
    flags: ({ podSubnet, serviceSubnet }) => [
      "--allocate-node-cidrs=true",
      "--authentication-kubeconfig=/etc/kubernetes/controller-manager.conf",
      "--authorization-kubeconfig=/etc/kubernetes/controller-manager.conf",
      "--bind-address=127.0.0.1",
      `--client-ca-file=${PKI}/ca.crt`,
      `--cluster-cidr=${podSubnet}`,
      "--cluster-name=kubernetes",
      `--cluster-signing-cert-file=${PKI}/ca.crt`,
      `--cluster-signing-key-file=${PKI}/ca.key`,
      "--controllers=*,bootstrapsigner,tokencleaner",
      "--kubeconfig=/etc/kubernetes/controller-manager.conf",
      "--leader-elect=true",
      `--requestheader-client-ca-file=${PKI}/front-proxy-ca.crt`,
      `--root-ca-file=${PKI}/ca.crt`,
      `--service-account-private-key-file=${PKI}/sa.key`,
      `--service-cluster-ip-range=${serviceSubnet}`,
      "--use-service-account-credentials=true",
    ],
    port: 10257,
    host: LOCAL,
    scheme: "HTTPS",
    live: "/healthz",
    startup: "/healthz",
    requests: "cpu: 200m",
    mounts: [
      CERTS[0] as Mount,
      CERTS[1] as Mount,
      folder("flexvolume-dir", "/usr/libexec/kubernetes/kubelet-plugins/volume/exec", false),
      CERTS[2] as Mount,
      config("/etc/kubernetes/controller-manager.conf"),
      CERTS[3] as Mount,
      CERTS[4] as Mount,
    ],
  },
  "kube-scheduler": {
    flags: () => [
      "--authentication-kubeconfig=/etc/kubernetes/scheduler.conf",
      "--authorization-kubeconfig=/etc/kubernetes/scheduler.conf",
      "--bind-address=127.0.0.1",
      "--kubeconfig=/etc/kubernetes/scheduler.conf",
      "--leader-elect=true",
    ],
    port: 10259,
    host: LOCAL,
    scheme: "HTTPS",
    live: "/livez",
    ready: "/readyz",
    startup: "/livez",
    requests: "cpu: 100m",
    mounts: [config("/etc/kubernetes/scheduler.conf")],
  },
};

/** A static pod's manifest as kubeadm v1.36 writes it (kubeadm: util/staticpod ComponentPod). */
export function manifestText(component: Component, plane: Plane): string {
  const { annotation, flags, port, host, scheme, live, ready, startup, requests, mounts } = ROWS[component];
  const probe = (name: string, path: string, lines: readonly string[]): string =>
    `    ${name}:
${lines.slice(0, 1).join("")}
      httpGet:
        host: ${host(plane)}
        path: ${path}
        port: probe-port
        scheme: ${scheme}
${lines.slice(1).join("\n")}
      timeoutSeconds: 15
`;
  const slow = ["      initialDelaySeconds: 10", "      periodSeconds: 10"];
  return `apiVersion: v1
kind: Pod
metadata:
${annotation ? `  annotations:\n    ${annotation(plane)}\n` : ""}  labels:
    component: ${component}
    tier: control-plane
  name: ${component}
  namespace: kube-system
spec:
  containers:
  - command:
    - ${component}
${flags(plane)
  .map((flag) => `    - ${flag}\n`)
  .join("")}    image: ${imageOf(component, plane.version)}
    imagePullPolicy: IfNotPresent
${probe("livenessProbe", live, ["      failureThreshold: 8", ...slow])}    name: ${component}
    ports:
    - containerPort: ${port}
      name: probe-port
      protocol: TCP
${ready === undefined ? "" : probe("readinessProbe", ready, ["      failureThreshold: 3", "      periodSeconds: 1"])}    resources:
      requests:
        ${requests}
${probe("startupProbe", startup, ["      failureThreshold: 24", ...slow])}    volumeMounts:
${mounts
  .map(({ name, path, readOnly }) => `    - mountPath: ${path}\n      name: ${name}\n${readOnly ? "      readOnly: true\n" : ""}`)
  .join("")}  hostNetwork: true
  priority: 2000001000
  priorityClassName: system-node-critical
  securityContext:
    seccompProfile:
      type: RuntimeDefault
  volumes:
${mounts.map(({ name, path, type }) => `  - hostPath:\n      path: ${path}\n      type: ${type}\n    name: ${name}\n`).join("")}status: {}
`;
}
