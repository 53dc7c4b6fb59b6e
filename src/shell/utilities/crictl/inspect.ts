import { parseGoTemplate, TemplateError } from "../../../machinery/index.ts";
import type { Tool } from "../tool.ts";
import { call, log, Refused } from "./client.ts";
import type { CriContainer, CriImage, CriSandbox } from "./types.ts";

async function page(t: Tool, value: unknown): Promise<void> {
  const format = t.value("output") ?? "json";
  if (format === "json") return t.out(`${JSON.stringify(value, undefined, 2)}\n`);
  if (format !== "go-template") throw new Refused(`don't support ${JSON.stringify(format)} format`);
  try {
    const { output, error } = parseGoTemplate(t.value("template") ?? "", "tmplExecuteRawJSON").execute(value);
    if (error) throw error;
    await t.out(`${output}\n`);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new Refused(error.message);
  }
}

async function each(t: Tool, what: string, show: (id: string) => Promise<unknown>): Promise<number> {
  if (t.args.length === 0) {
    await log(t, "fatal", "ID cannot be empty");
    return 1;
  }
  for (const id of t.args) {
    try {
      await page(t, await show(id));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      await log(t, "fatal", `${what} "${id}": ${error.message}`);
      return 1;
    }
  }
  return 0;
}

/** crictl inspect. */
export const inspect = (t: Tool): Promise<number> =>
  each(t, "getting the status of the container", async (id) => {
    type Told = Omit<CriContainer, "createdAt" | "startedAt" | "finishedAt"> & {
      createdAt: string;
      startedAt?: string;
      finishedAt?: string;
    };
    const c = await call<Told>(t, "ContainerStatus", { id });
    const epoch = "1970-01-01T00:00:00Z";
    return {
      info: { sandboxID: c.sandbox, pid: c.pid ?? 0, removing: false, snapshotter: "overlayfs", runtimeType: "io.containerd.runc.v2" },
      status: {
        annotations: c.annotations,
        createdAt: c.createdAt,
        exitCode: c.exitCode ?? 0,
        finishedAt: c.finishedAt ?? epoch,
        id: c.id,
        image: { image: c.image },
        imageRef: c.imageRef,
        labels: c.labels,
        message: c.message ?? "",
        metadata: { attempt: c.attempt, name: c.name },
        reason: c.reason ?? "",
        startedAt: c.startedAt ?? epoch,
        state: `CONTAINER_${c.state.toUpperCase()}`,
      },
    };
  });

/** crictl inspectp. */
export const inspectPod = (t: Tool): Promise<number> =>
  each(t, "getting the status of the pod sandbox", async (id) => {
    const s = await call<Omit<CriSandbox, "createdAt"> & { readonly createdAt: string }>(t, "PodSandboxStatus", { id });
    return {
      status: {
        createdAt: s.createdAt,
        id: s.id,
        labels: s.labels,
        metadata: { attempt: s.attempt, name: s.name, namespace: s.namespace, uid: s.uid },
        network: { additionalIps: [], ip: s.ready ? s.ip : "" },
        runtimeHandler: "",
        state: s.ready ? "SANDBOX_READY" : "SANDBOX_NOTREADY",
      },
    };
  });

/** crictl inspecti. */
export const inspectImage = (t: Tool): Promise<number> =>
  each(t, "getting the status of the image", async (image) => {
    const i = await call<(CriImage & { readonly config?: Readonly<Record<string, unknown>> }) | null>(t, "ImageStatus", { image });
    if (!i) throw new Refused(`no such image "${image}" present`);
    return {
      status: { id: i.id, repoTags: i.names, repoDigests: [i.imageRef], size: String(i.size), pinned: false },
      info: { imageSpec: { architecture: "amd64", os: "linux", config: i.config ?? {} } },
    };
  });
