import { createClusterDns, createServiceDirectory, Fabric, httpRequest, type HttpHeaders } from "../../network/index.ts";
import {
  createMachineRuntime,
  createRegistry,
  type ContainerConfig,
  type ImageDefinition,
  type SandboxConfig,
} from "../../runtime/index.ts";
import { createRandom } from "../../sim/index.ts";
import { testClock } from "../../sim/testing.ts";
import { createImages } from "../index.ts";

const SANDBOX: SandboxConfig = {
  name: "web",
  namespace: "default",
  uid: "u1",
  attempt: 0,
  hostname: "web",
  hostNetwork: false,
  labels: {},
  dns: { servers: [], searches: [], options: [] },
};
/** A container of which nothing is said. */
export const CONTAINER: ContainerConfig = {
  name: "c",
  attempt: 0,
  image: "",
  env: {},
  mounts: [],
  tty: false,
  stdin: false,
  stdinOnce: false,
  readOnlyRoot: false,
  cpuShares: 1024,
  labels: {},
  annotations: {},
};

/** A machine that runs real images, and a workstation to ask them from. */
export function computer(epoch?: number, stored?: ReadonlyMap<string, unknown>) {
  const clock = testClock(epoch);
  const fabric = new Fabric({ clock });
  if (stored) fabric.restore(stored);
  const machine = fabric.addMachine("node-1", { ip: "172.18.0.2", podCidr: "10.244.0.0/24" });
  const directory = createServiceDirectory({ of: () => ({ list: () => [], on: () => () => {} }) } as never);
  const dns = createClusterDns({ directory, namespaceExists: () => true });
  const { images, programs } = createImages({ clusterDns: () => ({ dns, synced: () => true }) });
  const boot = (reference: string) => {
    const [name = "", tag = ""] = reference.split(":");
    const image = images.find(
      (i) =>
        (i.repository === name || i.repository === `docker.io/library/${name}` || i.repository === `docker.io/${name}`) &&
        i.tags.includes(tag),
    ) as ImageDefinition;
    return createMachineRuntime({
      name: "node-1",
      clock,
      random: createRandom(1),
      programs,
      registry: createRegistry([image]),
      network: { create: (id) => machine.createSandbox(id), release: (id) => machine.sandbox(id)?.close() },
      hardware: { cpus: 1, memory: 2 ** 32 },
    });
  };
  const soon = async <T>(promise: Promise<T>, ms = 2000): Promise<T> => {
    promise.catch(() => {});
    await clock.advance(ms);
    return promise;
  };
  const run = async (
    reference: string,
    config: Partial<ContainerConfig> = {},
    volumes: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
  ) => {
    const runtime = boot(reference);
    const mounts = Object.entries(volumes).map(([containerPath, files]) => {
      const volume = runtime.volume(containerPath);
      for (const [file, text] of Object.entries(files)) volume.fs.writeFile(`/${file}`, text);
      return { containerPath, volume, readOnly: true };
    });
    await soon(runtime.pullImage(reference), 60_000);
    const pod = await soon(runtime.runPodSandbox(SANDBOX));
    const id = await soon(runtime.createContainer(pod.id, { ...CONTAINER, image: reference, mounts, ...config }));
    await soon(runtime.startContainer(id));
    const log = (stream?: "stdout" | "stderr") =>
      runtime
        .logs(id)
        .lines(0)
        .filter((l) => stream === undefined || l.stream === stream)
        .map((l) => l.text)
        .join("");
    const exec = async (...command: string[]) => {
      const session = await soon(runtime.exec(id, command, { tty: false, stdin: false }));
      const read = async (from: { read(): Promise<Uint8Array | null> }) => {
        let out = "";
        for (let data = await from.read(); data !== null; data = await from.read()) out += new TextDecoder().decode(data);
        return out;
      };
      const all = Promise.all([session.exited, read(session.stdout), read(session.stderr)]);
      const [{ code }, out, err] = await soon(all);
      return { code, out, err };
    };
    return { runtime, pod, id, log, exec };
  };
  const get = async (ip: string, port: number, target = "/", headers: HttpHeaders = [], method = "GET", body?: string) => {
    const socket = await soon(fabric.workstation().connect(ip, port));
    const response = await soon(
      httpRequest(socket, {
        target,
        host: `${ip}:${port}`,
        method,
        ...(body !== undefined && { body }),
        headers: [["User-Agent", "test"], ["Connection", "close"], ...headers],
      }),
    );
    return { ...response, text: await soon(response.body.text()) };
  };
  return { clock, fabric, run, get, soon, boot };
}
