import { call, Refused } from "./crictl/client.ts";
import { type CriContainer, type CriImage, type CriSandbox, size, tabular } from "./crictl/types.ts";
import type { Tool, Utility } from "./tool.ts";

/** containerd's own client: everything Kubernetes' is in the namespace k8s.io. */
export const ctr: Utility = {
  name: "ctr",
  usage: "[global options] command [command options] [arguments...]",
  about: "containerd's own client: lists of containers, images and tasks",
  flags: {},
  parse: "raw",
  async run(t) {
    const words = [...t.args];
    let namespace = t.proc.env["CONTAINERD_NAMESPACE"] ?? "default";
    while (words[0]?.startsWith("-")) {
      const option = words.shift() as string;
      const [name, inline] = option.split("=", 2) as [string, string | undefined];
      const value = inline ?? words.shift();
      if (name === "-n" || name === "--namespace") namespace = value ?? namespace;
    }
    const [object, verb, ...rest] = words;
    const quiet = rest.includes("-q") || rest.includes("--quiet");
    const ours = namespace === "k8s.io";
    try {
      if (!["ls", "list", undefined].includes(verb)) throw new Refused(`${object} ${verb} is not supported by this simulator`);
      switch (object) {
        case "c":
        case "container":
        case "containers":
          return await containers(t, ours, quiet);
        case "t":
        case "task":
        case "tasks":
          return await tasks(t, ours, quiet);
        case "i":
        case "image":
        case "images":
          return await images(t, ours, quiet);
        case "ns":
        case "namespace":
        case "namespaces":
          await call(t, "ListImages");
          await t.out("NAME   LABELS \nk8s.io        \n");
          return 0;
        default:
          throw new Refused(object === undefined ? "a command is required" : `${object} is not supported by this simulator`);
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      await t.flush();
      await t.proc.stderr.write(`ctr: ${error.message}\n`);
      return 1;
    }
  },
};

async function all(t: Tool): Promise<{ readonly containers: readonly CriContainer[]; readonly sandboxes: readonly CriSandbox[] }> {
  const { containers: list } = await call<{ containers: CriContainer[] }>(t, "ListContainers");
  const { sandboxes } = await call<{ sandboxes: CriSandbox[] }>(t, "ListPodSandbox");
  return { containers: list, sandboxes };
}

async function containers(t: Tool, ours: boolean, quiet: boolean): Promise<number> {
  const found = await all(t);
  const rows = ours
    ? [...found.containers.map((c) => [c.id, c.image]), ...found.sandboxes.map((s) => [s.id, "registry.k8s.io/pause:3.10.1"])]
    : [];
  rows.sort((a, b) => ((a[0] as string) < (b[0] as string) ? -1 : 1));
  if (quiet) for (const [id] of rows) await t.out(`${id}\n`);
  else await t.out(tabular([["CONTAINER", "IMAGE", "RUNTIME", ""], ...rows.map((r) => [...r, "io.containerd.runc.v2", ""])], 4, 4));
  return 0;
}

async function tasks(t: Tool, ours: boolean, quiet: boolean): Promise<number> {
  const found = await all(t);
  const rows = ours
    ? found.containers
        .filter((c) => c.state !== "created" && c.pid !== undefined)
        .map((c) => [c.id, String(c.pid), c.state === "running" ? "RUNNING" : "STOPPED", ""])
    : [];
  if (quiet) for (const [id] of rows) await t.out(`${id}\n`);
  else await t.out(tabular([["TASK", "PID", "STATUS", ""], ...rows], 4, 4));
  return 0;
}

async function images(t: Tool, ours: boolean, quiet: boolean): Promise<number> {
  const { images: list } = await call<{ images: CriImage[] }>(t, "ListImages");
  const rows = (ours ? list : []).flatMap((i) =>
    [...i.names, i.imageRef].map((ref) => [
      ref,
      "application/vnd.oci.image.index.v1+json",
      i.imageRef.split("@")[1] ?? "",
      size(i.size, 4).replace(/([kMG]?B)$/, (u) => ` ${u.replace("B", "iB").replace("k", "K")}`),
      "linux/amd64",
      "io.cri-containerd.image=managed",
      "",
    ]),
  );
  rows.sort((a, b) => ((a[0] as string) < (b[0] as string) ? -1 : 1));
  if (quiet) for (const [ref] of rows) await t.out(`${ref}\n`);
  else await t.out(tabular([["REF", "TYPE", "DIGEST", "SIZE", "PLATFORMS", "LABELS", ""], ...rows], 1, 1));
  return 0;
}
