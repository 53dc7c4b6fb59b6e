import type { Volume } from "../../api/index.ts";
import { app, ran, runs, scheduled } from "./containers.ts";
import type { Breakage } from "./types.ts";

const sources = "k8s pkg/volume/configmap/configmap.go and secret/secret.go SetUpAt";
const waits: Breakage["turns"] = [["ContainerCreating", 0, 1]];
const pending = {
  phase: "Pending",
  containers: ["app: waiting ContainerCreating"],
  conditions: "!PodReadyToStartContainers Initialized !Ready(ContainersNotReady) !ContainersReady(ContainersNotReady) PodScheduled",
} as const;
const mounting = (volume: Volume, mountPath = "/data") => ({
  containers: [app({ volumeMounts: [{ name: volume.name, mountPath }] })],
  volumes: [volume],
});
const failedMount = (what: string): readonly string[] => [
  scheduled,
  `Warning FailedMount: MountVolume.SetUp failed for volume "v" : ${what}`,
];
const configMap = (data: Record<string, string>) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data });

/** Volumes that cannot be mounted, or not as meant. */
export const volumes: readonly Breakage[] = [
  {
    name: "its volume's ConfigMap does not exist",
    source: sources,
    pod: mounting({ name: "v", configMap: { name: "settings" } }),
    seconds: 20,
    turns: waits,
    ...pending,
    events: failedMount('configmap "settings" not found'),
    repair: { script: "kubectl create configmap settings --from-literal=a=1", status: "Running", within: 130 },
  },
  {
    name: "its volume's Secret does not exist",
    source: sources,
    pod: mounting({ name: "v", secret: { secretName: "vault" } }),
    seconds: 20,
    turns: waits,
    ...pending,
    events: failedMount('secret "vault" not found'),
    repair: { script: "kubectl create secret generic vault --from-literal=a=1", status: "Running", within: 130 },
  },
  {
    name: "its volume asks for a key that the ConfigMap lacks",
    source: "k8s pkg/volume/configmap/configmap.go MakePayload",
    with: [configMap({ a: "1" })],
    pod: mounting({ name: "v", configMap: { name: "settings", items: [{ key: "b", path: "b" }] } }),
    seconds: 20,
    turns: waits,
    ...pending,
    events: failedMount("references non-existent config key: b"),
    repair: { script: `kubectl patch configmap settings -p '{"data":{"b":"2"}}'`, status: "Running", within: 130 },
  },
  {
    name: "its volume asks for a key that the Secret lacks",
    source: "k8s pkg/volume/secret/secret.go MakePayload",
    with: [{ apiVersion: "v1", kind: "Secret", metadata: { name: "vault" }, stringData: { a: "1" } } as never],
    pod: mounting({ name: "v", secret: { secretName: "vault", items: [{ key: "b", path: "b" }] } }),
    seconds: 20,
    turns: waits,
    ...pending,
    events: failedMount("references non-existent secret key: b"),
  },
  {
    name: "its optional ConfigMap does not exist, which breaks nothing",
    source: sources,
    pod: mounting({ name: "v", configMap: { name: "settings", optional: true } }),
    seconds: 5,
    turns: [...waits, ["Running", 0, 3]],
    phase: "Running",
    events: ran,
  },
  {
    name: "a directory of its node is to be there and is not",
    source: "k8s pkg/volume/hostpath/host_path.go checkType",
    pod: mounting({ name: "v", hostPath: { path: "/no/such/folder", type: "Directory" } }),
    seconds: 20,
    turns: waits,
    ...pending,
    events: failedMount("hostPath type check failed: /no/such/folder is not a directory"),
  },
  {
    name: "a file of its node is to be there and is not",
    source: "k8s pkg/volume/hostpath/host_path.go checkType",
    pod: mounting({ name: "v", hostPath: { path: "/no/such/file", type: "File" } }),
    seconds: 20,
    turns: waits,
    ...pending,
    events: failedMount("hostPath type check failed: /no/such/file is not a file"),
  },
  {
    name: "a socket of its node is to be there and is not",
    source: "k8s pkg/volume/hostpath/host_path.go checkType",
    pod: mounting({ name: "v", hostPath: { path: "/no/such.sock", type: "Socket" } }),
    seconds: 20,
    turns: waits,
    ...pending,
    events: failedMount("hostPath type check failed: /no/such.sock is not a socket file"),
  },
  {
    name: "its claim does not exist",
    source: "k8s pkg/scheduler/framework/plugins/volumebinding/volume_binding.go PreFilter",
    pod: mounting({ name: "v", persistentVolumeClaim: { claimName: "data" } }),
    seconds: 20,
    turns: [],
    phase: "Pending",
    containers: [],
    conditions: "!PodScheduled(Unschedulable)",
    events: ['Warning FailedScheduling: 0/1 nodes are available: persistentvolumeclaim "data" not found. not found'],
  },
  {
    name: "its claim waits for a volume, and there is no storage class",
    source: "k8s pkg/scheduler/framework/plugins/volumebinding/volume_binding.go PreFilter",
    with: [
      {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: "data" },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
      } as never,
    ],
    pod: mounting({ name: "v", persistentVolumeClaim: { claimName: "data" } }),
    seconds: 20,
    turns: [],
    phase: "Pending",
    events: ["Warning FailedScheduling: 0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found"],
    repair: {
      script:
        "kubectl create -f - <<'E'\n{apiVersion: v1, kind: PersistentVolume, metadata: {name: disk}, spec: {accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}, hostPath: {path: /tmp/disk}}}\nE",
      status: "Running",
      within: 60,
    },
  },
  {
    name: "it writes where its mount is read-only",
    source: "Linux: write(2) EROFS, in busybox's words",
    with: [configMap({ a: "1" })],
    pod: {
      restartPolicy: "Never",
      containers: [
        runs("echo 2 > /data/a", { volumeMounts: [{ name: "v", mountPath: "/data" }], terminationMessagePolicy: "FallbackToLogsOnError" }),
      ],
      volumes: [{ name: "v", configMap: { name: "settings" } }],
    },
    seconds: 5,
    turns: [...waits, ["Running", 0, 2], ["Error", 0, 3]],
    phase: "Failed",
    containers: ["app: ended Error 1: sh: can't create /data/a: Read-only file system"],
    events: ran,
  },
  {
    name: "its subPath leads out of the volume",
    source: "k8s pkg/apis/core/validation (refused), pkg/kubelet/kubelet_pods.go makeMounts for subPathExpr",
    pod: {
      containers: [
        app({ env: [{ name: "WHERE", value: "../up" }], volumeMounts: [{ name: "v", mountPath: "/data", subPathExpr: "$(WHERE)" }] }),
      ],
      volumes: [{ name: "v", emptyDir: {} }],
    },
    seconds: 5,
    turns: [...waits, ["CreateContainerConfigError", 0, 3]],
    phase: "Pending",
    containers: ["app: waiting CreateContainerConfigError: unable to provision SubPath `../up`: must not contain '..'"],
  },
  {
    name: "its subPathExpr names a variable that it does not have",
    source: "k8s pkg/kubelet/kubelet_pods.go makeMounts, third_party/forked/golang/expansion",
    pod: {
      containers: [app({ volumeMounts: [{ name: "v", mountPath: "/data", subPathExpr: "$(WHERE)" }] })],
      volumes: [{ name: "v", emptyDir: {} }],
    },
    seconds: 5,
    turns: [...waits, ["CreateContainerConfigError", 0, 3]],
    phase: "Pending",
    containers: ["app: waiting CreateContainerConfigError: missing value for WHERE"],
  },
  {
    name: "its CSI driver is not on the node",
    source: "k8s pkg/volume/csi/csi_client.go newCsiDriverClient",
    pod: mounting({ name: "v", csi: { driver: "disks.example.com" } }),
    seconds: 20,
    turns: waits,
    ...pending,
    events: failedMount(
      "kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: driver name disks.example.com not found in the list of registered CSI drivers",
    ),
  },
  {
    name: "its NFS server does not exist",
    source: "nfs-utils' mount.nfs; k8s mount-utils mount_linux.go doMount",
    pod: mounting({ name: "v", nfs: { server: "nas.example.com", path: "/share" } }),
    seconds: 20,
    turns: waits,
    ...pending,
  },
  {
    name: "its image volume does not exist",
    source: "k8s pkg/kubelet/images/image_manager.go EnsureImageExists",
    pod: mounting({ name: "v", image: { reference: "busybox:9.99" } }),
    seconds: 20,
    turns: [...waits, ["ErrImagePull", 0, 5], ["ImagePullBackOff", 5, 20]],
    phase: "Pending",
  },
  {
    name: "what it mounts hides its program",
    source: "Linux: mount(8) over a folder; runc's words",
    pod: { restartPolicy: "Never", ...mounting({ name: "v", emptyDir: {} }, "/bin") },
    seconds: 5,
    turns: [...waits, ["StartError", 0, 3]],
    phase: "Failed",
    containers: [
      'app: ended StartError 128: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "sleep": executable file not found in $PATH: unknown',
    ],
  },
  {
    name: "it mounts a folder where its image has a file",
    source: "k8s pkg/kubelet/kubelet_pods.go makeMounts makes what a subPath lacks; runc libcontainer/rootfs_linux.go",
    with: [configMap({ "my.conf": "a" })],
    pod: {
      restartPolicy: "Never",
      containers: [app({ image: "nginx:1.27", volumeMounts: [{ name: "v", mountPath: "/etc/nginx/nginx.conf", subPath: "nginx.conf" }] })],
      volumes: [{ name: "v", configMap: { name: "settings" } }],
    },
    seconds: 5,
    turns: [...waits, ["StartError", 0, 3]],
    phase: "Failed",
    containers: [
      'app: ended StartError 128: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error mounting "/var/lib/kubelet/pods/<uid>/volume-subpaths/v/app/0" to rootfs at "/etc/nginx/nginx.conf": mount src=/var/lib/kubelet/pods/<uid>/volume-subpaths/v/app/0, dst=/etc/nginx/nginx.conf, dstFd=/proc/thread-self/fd/11, flags=MS_BIND|MS_REC: not a directory: unknown',
    ],
  },
];
