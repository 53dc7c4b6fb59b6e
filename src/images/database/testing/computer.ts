import { CONTAINER } from "../../testing/computer.ts";
import { Fabric } from "../../../network/index.ts";
import { createMachineRuntime, createRegistry, type ContainerConfig, type MachineRuntime } from "../../../runtime/index.ts";
import { createRandom } from "../../../sim/index.ts";
import { testClock } from "../../../sim/testing.ts";
import { createImages } from "../../index.ts";

const decoder = new TextDecoder();

interface Frozen {
  readonly now: number;
  readonly fabric: ReadonlyMap<string, unknown>;
  readonly runtime: ReadonlyMap<string, unknown>;
  readonly pods: readonly { readonly name: string; readonly sandbox: string; readonly id: string; readonly ip: string }[];
}

/** A machine on which pods of any image run, can be looked into, and freeze. Names of pods resolve among them. */
export function computer(frozen?: Frozen) {
  const clock = testClock(frozen?.now ?? Date.UTC(2026, 0, 2, 3, 4, 5));
  const fabric = new Fabric({ clock });
  if (frozen) fabric.restore(frozen.fabric);
  const machine = fabric.addMachine("node-1", { ip: "172.18.0.2", podCidr: "10.244.0.0/24" });
  const { images, programs } = createImages();
  const runtime: MachineRuntime = createMachineRuntime({
    name: "node-1",
    clock,
    random: createRandom(1),
    programs,
    registry: createRegistry(images),
    network: {
      create: (id: string) => machine.createSandbox(id),
      release: (id: string) => machine.sandbox(id)?.close(),
      find: (id: string) => machine.sandbox(id),
    } as never,
    hardware: { cpus: 4, memory: 2 ** 34 },
  });
  const soon = async <T>(promise: Promise<T>, ms = 3_600_000): Promise<T> => {
    let done = false;
    promise.then(
      () => (done = true),
      () => (done = true),
    );
    await clock.advanceUntil(() => done, ms);
    if (!done) throw new Error("it did not end");
    return promise;
  };
  const pods: Frozen["pods"][number][] = [...(frozen?.pods ?? [])];
  const handle = (at: Frozen["pods"][number]) => ({
    ...at,
    log: (): string =>
      runtime
        .logs(at.id)
        .lines(0)
        .map((l) => l.text)
        .join(""),
    status: () => runtime.status(at.id),
    /** Runs a shell script in it: what it said on both streams, and its code when that is not 0. */
    sh: async (script: string, stdin?: string): Promise<string> => {
      const session = await soon(runtime.exec(at.id, ["sh", "-c", script], { tty: false, stdin: stdin !== undefined }));
      let out = "";
      const read = async (from: { read(): Promise<Uint8Array | null> }): Promise<void> => {
        for (let data = await from.read(); data !== null; data = await from.read()) out += decoder.decode(data);
      };
      if (stdin !== undefined) {
        await session.stdin?.write(stdin as never);
        (session as unknown as { closeStdin?(): void }).closeStdin?.();
      }
      const [{ code }] = await soon(Promise.all([session.exited, read(session.stdout), read(session.stderr)]));
      return code === 0 ? out : `${out}[${code}]`;
    },
    stop: (grace = 30_000) => soon(runtime.stopContainer(at.id, grace)),
  });
  return {
    clock,
    runtime,
    soon,
    /** A pod of one container, started; `volumes` by mount path are kept under their names. */
    async run(
      name: string,
      image: string,
      config: Partial<ContainerConfig> = {},
      volumes: Readonly<
        Record<string, { readonly name: string; readonly files?: Readonly<Record<string, string>>; readonly readOnly?: boolean }>
      > = {},
    ) {
      await soon(runtime.pullImage(image));
      const sandbox = await soon(
        runtime.runPodSandbox({
          name,
          namespace: "default",
          uid: `uid-${name}-${pods.length}`,
          attempt: 0,
          hostname: name,
          hostNetwork: false,
          labels: {},
          dns: { servers: [], searches: [], options: [] },
        }),
      );
      const mounts = Object.entries(volumes).map(([containerPath, { name: volumeName, files, readOnly = false }]) => {
        const volume = runtime.volume(volumeName);
        for (const [file, text] of Object.entries(files ?? {}))
          volume.fs.writeFile(`/${file}`, text, { mode: file.endsWith(".sh") ? 0o755 : 0o644 });
        return { containerPath, volume, readOnly };
      });
      const id = await soon(
        runtime.createContainer(sandbox.id, {
          ...CONTAINER,
          image,
          mounts,
          ...config,
        }),
      );
      await soon(runtime.startContainer(id));
      const at = { name, sandbox: sandbox.id, id, ip: sandbox.ip };
      pods.push(at);
      return handle(at);
    },
    pod: (name: string) => handle(pods.find((p) => p.name === name) as Frozen["pods"][number]),
    /** Everything as storage would keep it. */
    freeze(): Frozen {
      const kept = (
        before: ReadonlyMap<string, unknown> | undefined,
        changes: ReadonlyMap<string, unknown>,
      ): ReadonlyMap<string, unknown> => {
        const all = new Map(before);
        for (const [key, value] of changes)
          if (value === undefined) all.delete(key);
          else all.set(key, structuredClone(value));
        return all;
      };
      return { now: clock.now(), fabric: kept(frozen?.fabric, fabric.drain()), runtime: kept(frozen?.runtime, runtime.drain()), pods };
    },
    /** Takes up what was frozen, in a computer that was made of it. */
    async thaw(): Promise<void> {
      await soon(Promise.resolve(runtime.restore(frozen?.runtime as Map<string, unknown>)));
      await clock.advance(10);
    },
  };
}
