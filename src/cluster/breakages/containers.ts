import type { Container } from "../../api/index.ts";
import type { Breakage } from "./types.ts";

/** A container that would run for ever. */
export const app = (more: Partial<Container> = {}): Container => ({
  name: "app",
  image: "busybox:1.36",
  command: ["sleep", "3600"],
  ...more,
});
/** What a container that runs a script is. */
export const runs = (script: string, more: Partial<Container> = {}): Container => app({ command: ["sh", "-c", script], ...more });

const never = "recording node/containers-that-never-start";
export const scheduled = "Normal Scheduled: Successfully assigned <ns>/it to node-1";
const pulled =
  'Normal Pulled spec.containers{app}: Container image "busybox:1.36" already present on machine and can be accessed by the pod';
export const ran = [
  scheduled,
  pulled,
  "Normal Created spec.containers{app}: Container created",
  "Normal Started spec.containers{app}: Container started",
];

const failed = (what: string): string => `Warning Failed spec.containers{app}: ${what}`;
const noTag =
  'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/busybox:9.99": failed to resolve reference "docker.io/library/busybox:9.99": docker.io/library/busybox:9.99: not found';
const noCommand =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "slep": executable file not found in $PATH: unknown';

/** Containers that do not start, or do not stay. */
export const containers: readonly Breakage[] = [
  {
    name: "its image has no such tag",
    source: `${never}; when it is tried again: k8s pkg/kubelet/images/image_manager.go EnsureImageExists`,
    pod: { containers: [app({ image: "busybox:9.99" })] },
    seconds: 60,
    turns: [
      ["ContainerCreating", 0, 1],
      ["ErrImagePull", 0, 3],
      ["ImagePullBackOff", 10, 20],
      ["ErrImagePull", 20, 35],
      ["ImagePullBackOff", 30, 50],
      ["ErrImagePull", 40, 60],
    ],
    phase: "Pending",
    conditions: "PodReadyToStartContainers Initialized !Ready(ContainersNotReady) !ContainersReady(ContainersNotReady) PodScheduled",
    containers: [`app: waiting ErrImagePull: ${noTag}`],
    events: [
      scheduled,
      'Normal Pulling spec.containers{app}: Pulling image "busybox:9.99"',
      failed(`Failed to pull image "busybox:9.99": ${noTag}`),
      failed("Error: ErrImagePull"),
      'Normal BackOff spec.containers{app}: Back-off pulling image "busybox:9.99"',
      failed("Error: ImagePullBackOff"),
    ],
    repair: { script: "kubectl set image pod/it app=busybox:1.36", status: "Running", within: 60 },
  },
  {
    name: "its command is not in the image",
    source: never,
    pod: { restartPolicy: "Never", containers: [app({ command: ["slep", "3600"] })] },
    seconds: 10,
    turns: [
      ["ContainerCreating", 0, 1],
      ["StartError", 0, 3],
    ],
    phase: "Failed",
    containers: [`app: ended StartError 128: ${noCommand}`],
    events: [scheduled, pulled, "Normal Created spec.containers{app}: Container created", failed(`Error: ${noCommand}`)],
    repair: { script: "kubectl delete pod it --now && kubectl run it --image=busybox:1.36 -- sleep 3600", status: "Running", within: 10 },
  },
  {
    name: "its program ends with an error, again and again",
    source: "recording node/crash-loop-back-off; 10 s, doubled each time: k8s pkg/kubelet/kuberuntime/kuberuntime_manager.go doBackOff",
    pod: { containers: [runs("echo no config; exit 3")] },
    seconds: 26,
    turns: [
      ["ContainerCreating", 0, 1],
      ["Running", 0, 2],
      ["Error", 0, 3],
      ["Running", 0, 4],
      ["Error", 0, 5],
      ["CrashLoopBackOff", 10, 20],
      ["Running", 10, 25],
      ["Error", 10, 26],
    ],
    phase: "Running",
    conditions: "PodReadyToStartContainers Initialized !Ready(ContainersNotReady) !ContainersReady(ContainersNotReady) PodScheduled",
    containers: ["app: ended Error 3; before: ended Error 3; restarts 2"],
    events: [...ran, "Warning BackOff spec.containers{app}: Back-off restarting failed container app in pod it_<ns>(<uid>)"],
  },
];
