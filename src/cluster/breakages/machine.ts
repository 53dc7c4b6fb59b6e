import { app, ran, runs } from "./containers.ts";
import type { Breakage } from "./types.ts";

const LIFECYCLE =
  "k8s: node_lifecycle_controller.go monitorNodeHealth, MarkPodsNotReady; taint-eviction-controller (tolerationSeconds 300)";
const OPTIONS = "k8s: cmd/kubelet/app/server.go NewKubeletCommand, run";
const lost = "PodReadyToStartContainers Initialized !Ready ContainersReady PodScheduled";
const DROP_IN = "/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf";

/** Once the pod runs, somebody does this on its machine. */
const onNode = (command: string): string =>
  `kubectl wait --for=condition=Ready pod/it --timeout=30s; ssh node-1 ${JSON.stringify(command)}`;
const unready = "Warning NodeNotReady: Node is not ready";

/** A kubelet that does not start any more, and what has to be put right; its pod runs on and is not vouched for. */
const dead = (name: string, source: string, breaks: string, repairs: string): Breakage => ({
  name,
  source: `${source}; ${LIFECYCLE}`,
  alone: true,
  pod: { containers: [app()] },
  script: onNode(breaks),
  seconds: 90,
  turns: [
    ["ContainerCreating", 0, 1],
    ["Running", 0, 2],
  ],
  phase: "Running",
  containers: ["app: running"],
  conditions: lost,
  events: [...ran, unready],
  repair: {
    script: `ssh node-1 ${JSON.stringify(repairs)}; kubectl wait --for=condition=Ready pod/it --timeout=30s`,
    status: "Running",
    within: 1,
  },
});

/** What is done to the machine that it runs on. */
export const machine: readonly Breakage[] = [
  dead(
    "its machine's kubelet is stopped, and not to be started",
    "systemd: systemctl disable --now",
    "systemctl disable --now kubelet",
    "systemctl enable --now kubelet",
  ),
  {
    name: "its machine's kubelet is killed, and started again by systemd",
    source: "kubelet.service as Kubernetes' packages have it: Restart=always, RestartSec=10",
    alone: true,
    pod: { containers: [app()] },
    script: onNode("kill -9 `pidof kubelet`"),
    seconds: 60,
    turns: [
      ["ContainerCreating", 0, 1],
      ["Running", 0, 2],
    ],
    phase: "Running",
    conditions: "PodReadyToStartContainers Initialized Ready ContainersReady PodScheduled",
    events: ran,
  },
  {
    name: "its machine's containerd is stopped before it ends",
    source: "k8s: kubelet.go syncLoop, updateRuntimeUp; kubelet/runtime.go runtimeErrors",
    alone: true,
    pod: { restartPolicy: "Never", containers: [runs("sleep 30")] },
    script: onNode("systemctl stop containerd"),
    seconds: 80,
    turns: [
      ["ContainerCreating", 0, 1],
      ["Running", 0, 2],
    ],
    phase: "Running",
    containers: ["app: running"],
    conditions: lost,
    repair: { script: "ssh node-1 systemctl start containerd", status: "Completed", within: 10 },
  },
  {
    name: "its machine has lost its network plugin's configuration",
    source: "k8s: kubelet.go SyncPod NetworkNotReadyErrorMsg; containerd: internal/cri/server/status.go",
    alone: true,
    pod: { containers: [app()], schedulingGates: [{ name: "example.com/wait" }] },
    script: `ssh node-1 mv /etc/cni/net.d/10-kindnet.conflist /root/
kubectl patch pod it --type=json -p '[{"op":"remove","path":"/spec/schedulingGates"}]'`,
    seconds: 25,
    turns: [
      ["SchedulingGated", 0, 1],
      ["Pending", 0, 1],
      ["ContainerCreating", 0, 2],
    ],
    phase: "Pending",
    events: [
      "Normal Scheduled: Successfully assigned <ns>/it to node-1",
      "Warning NetworkNotReady: network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized",
    ],
    repair: { script: "ssh node-1 mv /root/10-kindnet.conflist /etc/cni/net.d/", status: "Running", within: 20 },
  },
  dead(
    "its machine's kubelet is given a CA file that is not there",
    `${OPTIONS}; InitializeTLS`,
    "sed -i s/ca.crt/WRONG-CA-FILE.crt/ /var/lib/kubelet/config.yaml; systemctl restart kubelet",
    "sed -i s/WRONG-CA-FILE.crt/ca.crt/ /var/lib/kubelet/config.yaml; systemctl restart kubelet",
  ),
  dead(
    "its machine's kubelet is looked for where it is not",
    "systemd: exec-invoke.c exec_invoke, EXIT_EXEC (203)",
    `sed -i s,/usr/bin/kubelet,/usr/local/bin/kubelet, ${DROP_IN}; systemctl daemon-reload; systemctl restart kubelet`,
    `sed -i s,/usr/local/bin/kubelet,/usr/bin/kubelet, ${DROP_IN}; systemctl daemon-reload; systemctl restart kubelet`,
  ),
  dead(
    "its machine's kubelet is given a flag that it does not know",
    OPTIONS,
    "echo KUBELET_EXTRA_ARGS=--improve-speed > /etc/default/kubelet; systemctl restart kubelet",
    "echo KUBELET_EXTRA_ARGS= > /etc/default/kubelet; systemctl restart kubelet",
  ),
  dead(
    "its machine's kubelet has a configuration that is no YAML",
    `${OPTIONS}; loadConfigFile`,
    "sed -i 's/^clusterDomain:/clusterDomain: a: b/' /var/lib/kubelet/config.yaml; systemctl restart kubelet",
    "sed -i 's/^clusterDomain: a: b/clusterDomain:/' /var/lib/kubelet/config.yaml; systemctl restart kubelet",
  ),
  dead(
    "its machine's kubelet is told of an API server's port where nobody listens",
    "k8s: kubelet_node_status.go tryRegisterWithAPIServer",
    "sed -i s/:6443/:6553/ /etc/kubernetes/kubelet.conf; systemctl restart kubelet",
    "sed -i s/:6553/:6443/ /etc/kubernetes/kubelet.conf; systemctl restart kubelet",
  ),
];
