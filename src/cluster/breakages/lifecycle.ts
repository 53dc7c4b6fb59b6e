import { app, runs } from "./containers.ts";
import type { Breakage } from "./types.ts";

const admission = "k8s pkg/kubelet/lifecycle/predicate.go Admit, pkg/kubelet/kubelet.go rejectPod";
const manager = "k8s pkg/kubelet/kuberuntime/kuberuntime_manager.go computePodActions";
const ends = "k8s pkg/kubelet/status/status_manager.go TerminatePod";
const scheduled = "Normal Scheduled: Successfully assigned <ns>/it to node-1";
const about = (kind: "containers" | "initContainers", name: string) => ({
  pulled: `Normal Pulled spec.${kind}{${name}}: Container image "busybox:1.36" already present on machine and can be accessed by the pod`,
  created: `Normal Created spec.${kind}{${name}}: Container created`,
  started: `Normal Started spec.${kind}{${name}}: Container started`,
});
const { pulled, created, started } = about("containers", "app");
const killing = (name = "app"): string => `Normal Killing spec.containers{${name}}: Stopping container ${name}`;
const turnedAway = (reason: string, message: string): Partial<Breakage> & Pick<Breakage, "turns" | "seconds"> => ({
  seconds: 5,
  turns: [[reason, 0, 2]],
  phase: `Failed ${reason}: Pod was rejected: ${message}`,
  containers: [],
  conditions: "",
  events: [`Warning ${reason}: ${message}`],
});

/** What a kubelet turns away, ends, or restarts by itself. */
export const lifecycle: readonly Breakage[] = [
  {
    name: "it was put on a node that lacks the label it wants",
    source: admission,
    pod: { nodeName: "node-1", nodeSelector: { disk: "ssd" }, containers: [app()] },
    ...turnedAway("NodeAffinity", "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"),
  },
  {
    name: "it was put on a node that has not enough CPU",
    source: admission,
    pod: { nodeName: "node-1", containers: [app({ resources: { requests: { cpu: "64" } } })] },
    ...turnedAway("OutOfcpu", "Node didn't have enough resource: cpu, requested: 64000, used: 0, capacity: 2000"),
  },
  {
    name: "it was put on a node of another operating system",
    source: admission,
    labels: { "kubernetes.io/os": "windows" },
    pod: { nodeName: "node-1", containers: [app()] },
    ...turnedAway("PodOSSelectorNodeLabelDoesNotMatch", "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label"),
  },
  {
    name: "it wants a kernel setting that the node does not allow",
    source: "recording node/users-and-privileges",
    pod: { securityContext: { sysctls: [{ name: "net.core.somaxconn", value: "1024" }] }, containers: [app()] },
    ...turnedAway("SysctlForbidden", 'forbidden sysctl: "net.core.somaxconn" not allowlisted'),
    events: [scheduled, 'Warning SysctlForbidden: forbidden sysctl: "net.core.somaxconn" not allowlisted'],
  },
  {
    name: "its time is up",
    source: "k8s pkg/kubelet/active_deadline.go; recording node/jobs-indexed-and-policies",
    pod: { activeDeadlineSeconds: 10, terminationGracePeriodSeconds: 1, containers: [app()] },
    seconds: 20,
    turns: [
      ["ContainerCreating", 0, 1],
      ["Running", 0, 2],
      ["Error", 10, 15],
    ],
    phase: "Failed DeadlineExceeded: Pod was active on the node longer than the specified deadline",
    containers: ["app: ended Error 137"],
    events: [
      scheduled,
      pulled,
      created,
      started,
      "Normal DeadlineExceeded: Pod was active on the node longer than the specified deadline",
      killing(),
    ],
  },
  {
    name: "its time is up before its image has come",
    source: ends,
    pod: { activeDeadlineSeconds: 5, containers: [app({ image: "busybox:9.99" })] },
    seconds: 15,
    turns: [
      ["ContainerCreating", 0, 1],
      ["ErrImagePull", 0, 3],
      ["ImagePullBackOff", 4, 8],
      ["ContainerStatusUnknown", 4, 8],
    ],
    phase: "Failed DeadlineExceeded: Pod was active on the node longer than the specified deadline",
    containers: ["app: ended ContainerStatusUnknown 137: The container could not be located when the pod was terminated"],
    conditions: "!PodReadyToStartContainers Initialized !Ready(PodFailed) !ContainersReady(PodFailed) PodScheduled",
  },
  {
    name: "its hook after the start fails",
    source: "recording node/post-start-and-pre-stop; k8s pkg/kubelet/lifecycle/handlers.go Run",
    pod: {
      terminationGracePeriodSeconds: 1,
      containers: [app({ lifecycle: { postStart: { exec: { command: ["sh", "-c", "echo no >&2; exit 4"] } } } })],
    },
    seconds: 4,
    turns: [
      ["ContainerCreating", 0, 1],
      ["PostStartHookError", 1, 5],
    ],
    containers: [
      'app: waiting PostStartHookError: Exec lifecycle hook ([sh -c echo no >&2; exit 4]) for Container "app" in Pod "it_<ns>(<uid>)" failed - error: command \'sh -c echo no >&2; exit 4\' exited with 4: no\n, message: "no\\n"; before: ended Error 137; restarts 1',
    ],
    events: [
      scheduled,
      pulled,
      created,
      started,
      "Warning FailedPostStartHook spec.containers{app}: PostStartHook failed",
      "Normal Killing spec.containers{app}: FailedPostStartHook",
      "Warning BackOff spec.containers{app}: Back-off restarting failed container app in pod it_<ns>(<uid>)",
    ],
  },
  {
    name: "its hook before the stop fails",
    source: "recording node/post-start-and-pre-stop; k8s pkg/kubelet/kuberuntime/kuberuntime_container.go executePreStopHook",
    pod: {
      terminationGracePeriodSeconds: 2,
      containers: [app({ lifecycle: { preStop: { exec: { command: ["false"] } } } })],
    },
    script: "sleep 3; kubectl delete pod it",
    seconds: 12,
    turns: [
      ["ContainerCreating", 0, 1],
      ["Running", 0, 2],
      ["Terminating", 3, 5],
      ["Error", 4, 9],
      ["(gone)", 4, 9],
    ],
    events: [scheduled, pulled, created, started, killing(), "Warning FailedPreStopHook spec.containers{app}: PreStopHook failed"],
  },
  {
    name: "it is told to stop with a signal that it does not heed",
    source: "k8s api/core/v1 Lifecycle.stopSignal; pkg/kubelet/kuberuntime/kuberuntime_container.go killContainer",
    pod: {
      os: { name: "linux" },
      terminationGracePeriodSeconds: 3,
      containers: [
        runs("trap 'echo usr1' USR1; trap 'exit 0' TERM; while true; do sleep 1; done", { lifecycle: { stopSignal: "SIGUSR1" } }),
      ],
    },
    script: "sleep 2; kubectl delete pod it --wait=false",
    seconds: 14,
    turns: [
      ["ContainerCreating", 0, 1],
      ["Running", 0, 2],
      ["Terminating", 2, 9],
      ["Error", 5, 13],
      ["(gone)", 5, 13],
    ],
  },
  {
    name: "a first step of it fails again and again",
    source: `recording node/init-containers-in-order; ${manager}`,
    pod: { initContainers: [runs("exit 1", { name: "setup" })], containers: [app()] },
    seconds: 25,
    turns: [
      ["Init:0/1", 0, 1],
      ["Init:Error", 0, 3],
      ["Init:0/1", 0, 4],
      ["Init:Error", 0, 5],
      ["Init:CrashLoopBackOff", 10, 20],
      ["Init:0/1", 10, 25],
      ["Init:Error", 10, 25],
    ],
    phase: "Pending",
    conditions:
      "PodReadyToStartContainers !Initialized(ContainersNotInitialized) !Ready(ContainersNotReady) !ContainersReady(ContainersNotReady) PodScheduled",
  },
  {
    name: "a first step of it fails, and nothing is tried again",
    source: `recording node/init-containers-in-order; ${manager}`,
    pod: { restartPolicy: "Never", initContainers: [runs("exit 7", { name: "setup" })], containers: [app()] },
    seconds: 10,
    turns: [
      ["Init:0/1", 0, 1],
      ["Init:Error", 0, 4],
    ],
    phase: "Failed",
    containers: ["setup: ended Error 7", "app: waiting PodInitializing"],
  },
  {
    name: "it does not do what it must before it counts as ready",
    source: "recording node/readiness-and-startup-probes",
    pod: { containers: [app({ readinessProbe: { exec: { command: ["cat", "/tmp/open"] }, periodSeconds: 2 } })] },
    seconds: 8,
    turns: [
      ["ContainerCreating", 0, 1],
      ["Running", 0, 2],
    ],
    phase: "Running",
    conditions: "PodReadyToStartContainers Initialized !Ready(ContainersNotReady) !ContainersReady(ContainersNotReady) PodScheduled",
    events: [
      scheduled,
      pulled,
      created,
      started,
      "Warning Unhealthy spec.containers{app}: Readiness probe failed: cat: can't open '/tmp/open': No such file or directory",
    ],
    repair: { script: "kubectl exec it -- touch /tmp/open && kubectl wait --for=condition=Ready pod/it", status: "Running", within: 5 },
  },
  {
    name: "it is probed by gRPC and nothing listens",
    source: "k8s pkg/probe/grpc/grpc.go Probe",
    pod: {
      terminationGracePeriodSeconds: 1,
      containers: [app({ livenessProbe: { grpc: { port: 5000 }, periodSeconds: 2, failureThreshold: 2 } })],
    },
    seconds: 10,
    turns: [
      ["ContainerCreating", 0, 1],
      ["Running", 0, 2],
    ],
    events: [
      scheduled,
      pulled,
      created,
      started,
      'Warning Unhealthy spec.containers{app}: Liveness probe failed: timeout: failed to connect service "<ip>:5000" within 1s: context deadline exceeded',
      "Normal Killing spec.containers{app}: Container app failed liveness probe, will be restarted",
    ],
  },
  {
    name: "it says by gRPC that it does not serve",
    source: "k8s pkg/probe/grpc/grpc.go Probe; conformance: Pod liveness probe, using grpc call, failure",
    pod: {
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: "app",
          image: "registry.k8s.io/e2e-test-images/agnhost:2.63.0",
          command: ["/agnhost", "grpc-health-checking", "--delay-unhealthy-sec", "6"],
          livenessProbe: { grpc: { port: 5000 }, initialDelaySeconds: 1, periodSeconds: 3, failureThreshold: 1 },
        },
      ],
    },
    seconds: 9,
    turns: [
      ["ContainerCreating", 0, 1],
      ["Running", 0, 4],
    ],
    containers: ["app: running; before: ended Error 2; restarts 1"],
  },
  {
    name: "its class of runtime is on no node",
    source: "containerd internal/cri/server/sandbox_run.go RunPodSandbox",
    with: [{ apiVersion: "node.k8s.io/v1", kind: "RuntimeClass", metadata: { name: "microvm" }, handler: "kata" } as never],
    pod: { runtimeClassName: "microvm", containers: [app()] },
    seconds: 8,
    turns: [["ContainerCreating", 0, 1]],
    phase: "Pending",
    containers: ["app: waiting ContainerCreating"],
    conditions: "!PodReadyToStartContainers Initialized !Ready(ContainersNotReady) !ContainersReady(ContainersNotReady) PodScheduled",
    events: [
      scheduled,
      'Warning FailedCreatePodSandBox: Failed to create pod sandbox: rpc error: code = Unknown desc = unable to get OCI runtime for sandbox "<id>": no runtime for "kata" is configured',
    ],
  },
  {
    name: "its full name is too long for the kernel",
    source: "k8s pkg/kubelet/util/util.go GetNodenameForKernel",
    pod: { hostname: "h".repeat(40), subdomain: "s".repeat(20), setHostnameAsFQDN: true, containers: [app()] },
    seconds: 5,
    turns: [["ContainerCreating", 0, 1]],
    containers: ["app: waiting ContainerCreating"],
  },
  {
    name: "it names more resolvers than a file of them holds",
    source: "k8s pkg/kubelet/network/dns/dns.go formDNSNameserversFitsLimits",
    pod: {
      dnsPolicy: "ClusterFirst",
      dnsConfig: { nameservers: ["192.0.2.1", "192.0.2.2", "192.0.2.3"] },
      containers: [app()],
    },
    seconds: 5,
    turns: [
      ["ContainerCreating", 0, 1],
      ["Running", 0, 2],
    ],
    events: [
      scheduled,
      "Warning DNSConfigForming: Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: <ip> 192.0.2.1 192.0.2.2",
      pulled,
      created,
      started,
    ],
  },
  {
    name: "a variable of it comes from a ConfigMap that does not exist",
    source: "recording node/environment-sources",
    pod: { containers: [app({ envFrom: [{ configMapRef: { name: "settings" } }] })] },
    seconds: 20,
    turns: [
      ["ContainerCreating", 0, 1],
      ["CreateContainerConfigError", 0, 3],
    ],
    phase: "Pending",
    containers: ['app: waiting CreateContainerConfigError: configmap "settings" not found'],
    events: [scheduled, pulled, 'Warning Failed spec.containers{app}: Error: configmap "settings" not found'],
    repair: { script: "kubectl create configmap settings --from-literal=A=1", status: "Running", within: 20 },
  },
  {
    name: "a variable of it comes from a file that no first step wrote",
    source: "k8s pkg/kubelet/kubelet_pods.go makeEnvironmentVariables, EnvFiles",
    pod: {
      initContainers: [runs("echo \"A='1'\" > /env/file", { name: "setup", volumeMounts: [{ name: "env", mountPath: "/env" }] })],
      containers: [app({ env: [{ name: "B", valueFrom: { fileKeyRef: { volumeName: "env", path: "file", key: "B" } } }] })],
      volumes: [{ name: "env", emptyDir: {} }],
    },
    seconds: 20,
    turns: [
      ["Init:0/1", 0, 1],
      ["PodInitializing", 0, 3],
      ["CreateContainerConfigError", 10, 20],
    ],
    containers: [
      "setup: ended Completed 0",
      'app: waiting CreateContainerConfigError: environment variable key "B" not found in file "file"',
    ],
  },
  {
    name: "it would run as root where it must not",
    source: "recording node/users-and-privileges",
    pod: { containers: [app({ securityContext: { runAsNonRoot: true } })] },
    seconds: 5,
    turns: [
      ["ContainerCreating", 0, 1],
      ["CreateContainerConfigError", 0, 3],
    ],
    containers: [
      'app: waiting CreateContainerConfigError: container has runAsNonRoot and image will run as root (pod: "it_<ns>(<uid>)", container: app)',
    ],
  },
  {
    name: "one of its containers may end and the other may not",
    source: "k8s pkg/apis/core/types.go ContainerRestartRule; pkg/kubelet/container/helpers.go ContainerShouldRestart",
    pod: {
      restartPolicy: "Never",
      containers: [
        runs("sleep 2; exit 42", {
          restartPolicy: "Never",
          restartPolicyRules: [{ action: "Restart", exitCodes: { operator: "In", values: [42] } }],
        }),
        app({ name: "other" }),
      ],
    },
    seconds: 8,
    turns: [
      ["ContainerCreating", 0, 1],
      ["Running", 0, 2],
      ["Error", 2, 4],
      ["Running", 2, 6],
      ["Error", 4, 8],
    ],
    phase: "Running",
  },
  {
    name: "what it said at its end is kept, the last of it",
    source: "recording node/exit-codes-and-messages; k8s pkg/kubelet/kuberuntime/kuberuntime_container.go getTerminationMessage",
    pod: {
      restartPolicy: "Never",
      containers: [runs("echo the log; echo first > /dev/termination-log; exit 5", { terminationMessagePolicy: "FallbackToLogsOnError" })],
    },
    seconds: 5,
    turns: [
      ["ContainerCreating", 0, 1],
      ["Running", 0, 2],
      ["Error", 0, 3],
    ],
    phase: "Failed",
    containers: ["app: ended Error 5: first"],
  },
];
