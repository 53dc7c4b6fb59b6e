import { FRAME } from "../../machinery/index.ts";
import type { MachineRuntime } from "../../runtime/index.ts";
import { RuntimeError } from "../../runtime/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { carry, type Conversation } from "./session.ts";

/** What crictl and ctr ask for; the names are the CRI's (k8s: cri-api runtime/v1). */
interface Call {
  readonly method: string;
  readonly id?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly tty?: boolean;
  readonly stdin?: boolean;
  readonly timeout?: number;
  readonly from?: number;
}

/** The runtime's side of the CRI, as far as crictl uses it. */
export async function serveCri(c: Conversation, runtime: MachineRuntime, now: () => number): Promise<void> {
  const call = c.request as Call;
  try {
    if (call.method === "Exec") {
      const session = await runtime.exec(containerId(runtime, call.id ?? ""), call.command ?? [], {
        tty: call.tty ?? false,
        stdin: call.stdin ?? false,
      });
      await carry(c, session);
    } else await c.send(FRAME.answer, JSON.stringify(await answer(runtime, call, now)));
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    const code = error.reason === "NotFound" ? "NotFound" : "Unknown";
    await c.send(FRAME.refusal, `rpc error: code = ${code} desc = ${error.message}`);
  }
}

/** By any beginning that only one has. */
function byPrefix<T extends { readonly id: string }>(all: readonly T[], id: string, what: string): T {
  const found = all.filter((x) => x.id.startsWith(id));
  if (found.length === 1 && id !== "") return found[0] as T;
  throw new RuntimeError(
    "NotFound",
    what === "container"
      ? `an error occurred when try to find container "${id}": not found`
      : `an error occurred when try to find sandbox: not found`,
  );
}
const containerId = (runtime: MachineRuntime, id: string): string => byPrefix(runtime.containers(), id, "container").id;
const sandboxId = (runtime: MachineRuntime, id: string): string => byPrefix(runtime.sandboxes(), id, "sandbox").id;

/** By a name, or by any beginning of its number. */
const imageBy = (runtime: MachineRuntime, text: string) => {
  const named = runtime.imageStatus(text);
  const bare = text.replace(/^sha256:/, "");
  return runtime.images().find((i) => i.imageRef === named?.imageRef || (bare.length > 2 && i.id.replace(/^sha256:/, "").startsWith(bare)));
};

/** The image's number on the machine; its reference when the image is gone. */
const imageId = (runtime: MachineRuntime, imageRef: string): string =>
  runtime.images().find((i) => i.imageRef === imageRef)?.id ?? imageRef;

async function answer(runtime: MachineRuntime, call: Call, now: () => number): Promise<unknown> {
  const { id = "", image = "" } = call;
  switch (call.method) {
    case "ListContainers":
      return { now: now(), containers: runtime.containers().map((x) => ({ ...x, imageId: imageId(runtime, x.imageRef) })) };
    case "ListPodSandbox":
      return { now: now(), sandboxes: runtime.sandboxes() };
    case "ListImages":
      return { images: runtime.images() };
    case "ContainerStatus": {
      const found = byPrefix(runtime.containers(), id, "container");
      const moment = (at: number | undefined): string | undefined => (at === undefined ? undefined : rfc3339(at));
      return { ...found, createdAt: rfc3339(found.createdAt), startedAt: moment(found.startedAt), finishedAt: moment(found.finishedAt) };
    }
    case "PodSandboxStatus": {
      const found = byPrefix(runtime.sandboxes(), id, "sandbox");
      return { ...found, createdAt: rfc3339(found.createdAt) };
    }
    case "ImageStatus": {
      const found = imageBy(runtime, image);
      return found ? { ...runtime.imageStatus(found.names[0] ?? found.imageRef), id: found.id } : null;
    }
    case "ContainerStats":
      return {
        now: now(),
        stats: runtime
          .containers()
          .filter((x) => x.state === "running" && x.id.startsWith(id))
          .map((x) => ({ id: x.id, name: x.name, ...runtime.stats(x.id), disk: runtime.diskStats(x.id)?.rootfs })),
      };
    case "Logs": {
      const log = runtime.logs(containerId(runtime, id));
      return {
        lines: log.lines(Math.max(call.from ?? 0, log.first)).map(({ at, stream, text }) => ({ at, stream, text })),
        ended: log.ended,
        first: log.first,
      };
    }
    case "PullImage":
      return runtime.pullImage(image);
    case "RemoveImage": {
      const found = imageBy(runtime, image);
      if (!found) throw new RuntimeError("NotFound", `no such image ${image}`);
      for (const name of found.names.length > 0 ? found.names : [found.imageRef]) runtime.removeImage(name);
      return { names: found.names.length > 0 ? found.names : [found.imageRef] };
    }
    case "StopContainer":
      await runtime.stopContainer(containerId(runtime, id), (call.timeout ?? 0) * 1000);
      return {};
    case "RemoveContainer": {
      const found = byPrefix(runtime.containers(), id, "container");
      if (found.state === "running") throw new RuntimeError("Unknown", `container "${found.id}" is running, please stop it first`);
      await runtime.removeContainer(found.id);
      return {};
    }
    case "StopPodSandbox":
      await runtime.stopPodSandbox(sandboxId(runtime, id));
      return {};
    case "RemovePodSandbox":
      await runtime.removePodSandbox(sandboxId(runtime, id));
      return {};
    default:
      throw new RuntimeError("Unknown", `unknown method ${call.method} for service runtime.v1.RuntimeService`);
  }
}
