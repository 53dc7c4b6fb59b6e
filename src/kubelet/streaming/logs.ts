import type { ContainerStatus, PodStatus } from "../../api/index.ts";
import { badRequest, goQuote, type StatusError } from "../../machinery/index.ts";
import type { ContainerRuntime, LogLine } from "../../runtime/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import type { ByteStream, LogRequest, Refusal } from "../types.ts";

/** Which instance's log is meant, as an id, or why there is none yet (k8s: kubelet_pods.go validateContainerLogStatus). */
export function logTarget(
  status: PodStatus | undefined,
  request: Pick<LogRequest, "pod" | "container" | "previous">,
): { readonly id: string } | { readonly refusal: string } {
  const { pod, container, previous } = request;
  const where = `container ${goQuote(container)} in pod ${goQuote(pod)}`;
  const found = find(status, container);
  if (found === undefined) return { refusal: `${where} is not available` };
  const { state, lastState } = found;
  const last = lastState?.terminated?.containerID;
  const idOf = (url: string): { readonly id: string } => ({ id: url.replace("containerd://", "") });
  if (previous) return last === undefined ? { refusal: `previous terminated ${where} not found` } : idOf(last);
  if (state?.running !== undefined && found.containerID !== undefined) return idOf(found.containerID);
  if (state?.terminated !== undefined) {
    const ended = state.terminated.containerID ?? last;
    return ended === undefined ? { refusal: `${where} is terminated` } : idOf(ended);
  }
  if (last !== undefined) return idOf(last);
  if (state?.waiting !== undefined) {
    const { reason } = state.waiting;
    if (reason === "ErrImagePull") return { refusal: `${where} is waiting to start: image can't be pulled` };
    if (reason === "ImagePullBackOff") return { refusal: `${where} is waiting to start: trying and failing to pull image` };
    return { refusal: `${where} is waiting to start: ${reason}` };
  }
  return { refusal: `${where} is waiting to start - no logs yet` };
}

function find(status: PodStatus | undefined, name: string): ContainerStatus | undefined {
  for (const list of [status?.containerStatuses, status?.initContainerStatuses, status?.ephemeralContainerStatuses])
    for (const s of list ?? []) if (s.name === name) return s;
  return undefined;
}

export const refuse = (error: StatusError): Refusal => ({ status: error.code, body: error.status, contentType: "application/json" });

const encoder = new TextEncoder();
/** Most text handed over at once. */
const CHUNK = 32 * 1024;
const MOST = 4096;

/** A container's log as `kubectl logs` asks for it. */
export function readLogs(runtime: ContainerRuntime, id: string, request: LogRequest): ByteStream | Refusal {
  if (runtime.status(id) === undefined)
    return { status: 200, body: `unable to retrieve container logs for containerd://${id}`, contentType: "text/plain" };
  const log = runtime.logs(id);
  let next = firstLine(log, request);
  let left = request.limitBytes ?? Infinity;
  let midLine = false;
  let closed = false;
  let wake: (() => void) | undefined;
  const cancel = (): void => {
    closed = true;
    wake?.();
  };
  request.signal?.addEventListener("abort", cancel, { once: true });

  const render = (line: LogLine): string => {
    const stamp =
      request.timestamps && !midLine ? `${rfc3339(line.at).slice(0, -1)}.${String(line.at % 1000).padStart(3, "0")}000000Z ` : "";
    midLine = !line.text.endsWith("\n");
    return stamp + line.text;
  };
  const take = (): Uint8Array | undefined => {
    const lines = log.lines(next, MOST);
    let text = "";
    let taken = 0;
    for (const line of lines) {
      if (text.length >= CHUNK) break;
      text += render(line);
      taken++;
    }
    if (taken === 0) return undefined;
    next = Math.max(next, log.first) + taken;
    const bytes = encoder.encode(text);
    const cut = bytes.length > left ? bytes.subarray(0, left) : bytes;
    left -= cut.length;
    return cut;
  };
  return {
    cancel,
    async read() {
      for (;;) {
        if (closed || left <= 0) return null;
        const bytes = take();
        if (bytes !== undefined) return bytes;
        if (!request.follow || log.ended) return null;
        await new Promise<void>((resolve) => {
          const more = log.on(() => wake?.());
          const ended = runtime.on(({ container }) => {
            if (container === id) wake?.();
          });
          wake = () => {
            wake = undefined;
            more();
            ended();
            resolve();
          };
        });
      }
    },
  };
}

/** The number of the first line wanted: after `since`, and of those the last `tailLines`. */
function firstLine(log: ReturnType<ContainerRuntime["logs"]>, { since, tailLines }: LogRequest): number {
  const from = since === undefined ? log.first : Math.min(log.since(since), log.next);
  return tailLines === undefined ? from : Math.max(from, log.next - tailLines);
}

export const logRefusal = (message: string): Refusal => refuse(badRequest(message));
