import { Container, type StoredContainer } from "./cri/container.ts";
import { namespaceFor } from "./cri/namespaces.ts";
import type { ImageStore } from "./cri/images.ts";
import { Sandbox, type StoredSandbox } from "./cri/sandbox.ts";
import { type MachineBox, restoreMachineBox } from "./cri/machine-box.ts";
import type { Volumes } from "./cri/volumes.ts";
import type { Process } from "./kernel/process.ts";
import type { Tree } from "./files/tree.ts";
import type { Kernel, ThawingStack } from "./kernel/kernel.ts";
import { inOrder, storedTrees, thawCounters, thawFiles, thawProcesses } from "./kernel/thaw.ts";
import type { Architecture, ImageManifest, Registry, SandboxConfig } from "./types.ts";

interface Machine {
  readonly kernel: Kernel;
  readonly images: ImageStore;
  readonly volumes: Volumes;
  readonly sandboxes: Map<string, Sandbox>;
  readonly containers: Map<string, Container>;
  readonly records: ReadonlyMap<string, unknown>;
  readonly registry: Registry;
  readonly architecture: Architecture;
  stack(id: string, config: SandboxConfig): ThawingStack;
  stackOf(id: string): ThawingStack | undefined;
  watch(container: Container): void;
  watchPause(sandbox: Sandbox, pause: Process): void;
  readonly machine: MachineBox;
}

/** Rebuilds a machine from its records: things from the outside in, then its processes. What its images hold is fetched before. */
export function restoreMachine(m: Machine): void | Promise<void> {
  const records = inOrder(m.records);
  m.images.restore(records.get("images"));
  const fetching = m.images.openStored(imagesInUse(m, records));
  return fetching ? fetching.then(() => rebuild(m, records)) : rebuild(m, records);
}

/** Whose files containers have, as their roots or as volumes. */
function imagesInUse(m: Machine, records: ReadonlyMap<string, unknown>): readonly ImageManifest[] {
  const containers = [...records].filter(([key]) => key.startsWith("container/")).map(([, value]) => value as StoredContainer);
  const roots = containers.map((row) => m.images.held(row.imageRef) ?? fromRegistry(m, row));
  const mounted = containers.flatMap(({ config }) => config.mounts.map(({ volume }) => m.volumes.imageOf(volume)));
  const volumes = [...new Set(mounted)].map((imageRef) => (imageRef === undefined ? undefined : m.images.held(imageRef)));
  return [...new Set([...roots, ...volumes])].filter((image) => image !== undefined);
}

function rebuild(m: Machine, records: ReadonlyMap<string, unknown>): void {
  const { kernel, volumes } = m;
  const trees = storedTrees(records);
  const rows = <T>(prefix: string): (readonly [string, T])[] =>
    [...records].filter(([key]) => key.startsWith(prefix)).map(([key, value]) => [key.slice(prefix.length), value as T] as const);
  thawCounters(kernel, records);
  for (const [id, record] of rows("volume/")) volumes.restore(id, trees.get(`volume-${encodeURIComponent(id)}`), record);
  for (const [id, stored] of rows<StoredSandbox>("sandbox/").sort((a, b) => a[1].order - b[1].order)) {
    if (stored.ready) m.stack(id, stored.config);
    const before = stored.config.attempt === 0 ? undefined : [...m.sandboxes.values()].find((s) => s.config.uid === stored.config.uid);
    const files = { files: trees.get(id), shm: trees.get(`${id}-shm`), ...(before && { group: before.group }) };
    m.sandboxes.set(id, new Sandbox(kernel, id, stored, () => m.stackOf(id), files));
  }
  const stored = rows<StoredContainer>("container/").sort((a, b) => a[1].order - b[1].order);
  for (const [id, row] of stored) {
    const container = revive(m, id, row, trees);
    if (container) m.containers.set(id, container);
  }
  thawFiles(
    kernel,
    records,
    (id) => findTree(m, id),
    (pty, group, signal) => {
      for (const c of m.containers.values())
        if ([...c.processes].some((p) => p.tty?.id === pty)) kernel.signalGroup(c.namespace, group, signal, true);
    },
  );
  for (const [id, row] of stored) m.containers.get(id)?.restoreStreams(row.streams);
  kernel.onFailure = (process, why) => {
    const container = m.containers.get(process.box.id);
    if (container) container.lost(process === container.main ? why : `process ${process.pid} (${process.start.argv.join(" ")}): ${why}`);
  };
  thawProcesses(kernel, records, (id) => m.containers.get(id) ?? m.sandboxes.get(id) ?? (id === m.machine.id ? m.machine : undefined));
  payAgain(m);
  restoreMachineBox(kernel, m.machine, (id, shim) => {
    const sandbox = m.sandboxes.get(id);
    if (sandbox?.ready) m.watchPause(sandbox, shim);
  });
  for (const sandbox of m.sandboxes.values()) for (const pause of sandbox.processes) m.watchPause(sandbox, pause);
  for (const [id, row] of stored) {
    const container = m.containers.get(id);
    if (!container || row.progress.state !== "running") continue;
    container.adopt(row.main === null ? undefined : kernel.processes.get(row.main));
    m.watch(container);
  }
}

function revive(m: Machine, id: string, row: StoredContainer, trees: ReturnType<typeof storedTrees>): Container | undefined {
  const sandbox = m.sandboxes.get(row.sandbox);
  const manifest = m.images.find(row.imageRef)?.manifest ?? m.images.held(row.imageRef) ?? fromRegistry(m, row);
  const image = manifest?.body.contents;
  if (!sandbox || !image) return undefined;
  const mounts = row.config.mounts.map(({ volume, ...mount }) => ({ ...mount, volume: m.volumes.open(volume) }));
  const root = trees.get(`${id}-root`);
  const extra = trees.get(`${id}-message`);
  const container = new Container({
    kernel: m.kernel,
    id,
    sandbox,
    config: { ...row.config, mounts },
    order: row.order,
    image: { image, foreign: manifest.architecture !== m.architecture },
    imageRef: row.imageRef,
    imageName: row.imageName,
    progress: row.progress,
    namespace: namespaceFor(row.config, sandbox, m.containers, m.machine.namespace),
    volume: (volume) => m.volumes.tree(volume),
    stored: { ...(root && { root }), ...(extra && { extra }) },
    records: m.records,
  });
  container.cpu.usage = row.usage;
  if (row.throttling) container.cpu.throttling = { ...row.throttling };
  container.cpu.limit = row.resources.cpuLimit;
  container.cpu.shares = row.resources.cpuShares;
  container.memoryLimit = row.resources.memoryLimit;
  container.namespace.next = Math.max(container.namespace.next, row.nextPid);
  return container;
}

/** Files in memory are paid for by those who wrote them; by their pod, where these are gone. */
function payAgain({ kernel, volumes, containers, sandboxes }: Machine): void {
  const pay = (tree: Tree, { id, group }: Sandbox): void => {
    const gone = { id, group, over: true, memory: 0, memoryLimit: undefined };
    kernel.memory.quietly(() => tree.payAgain((payer) => containers.get(payer) ?? gone));
  };
  const pods = new Map([...sandboxes.values()].map((sandbox) => [sandbox.config.uid, sandbox]));
  for (const sandbox of pods.values()) if (sandbox.hasStoredShm) pay(sandbox.shm(), sandbox);
  for (const [uid, tree] of volumes.inMemory()) {
    const sandbox = pods.get(uid);
    if (sandbox) pay(tree, sandbox);
  }
}

/** The image may have been removed from the machine while its container lived on. */
function fromRegistry({ registry, architecture }: Machine, row: StoredContainer): ImageManifest | undefined {
  for (const name of [row.imageRef, row.imageName]) {
    const answer = registry.resolve(name, { architecture });
    if (!("error" in answer)) return answer;
  }
  return undefined;
}

function findTree(m: Machine, id: string): Tree | undefined {
  if (id.startsWith("volume-")) return m.volumes.tree(decodeURIComponent(id.slice(7)));
  const shm = /^(.+)-shm$/.exec(id);
  if (shm) return m.sandboxes.get(shm[1] as string)?.shm();
  const sandbox = m.sandboxes.get(id);
  if (sandbox) return sandbox.files();
  const container = m.containers.get(id.slice(0, id.indexOf("-")));
  if (!container) return undefined;
  const { root, mounts } = container.table();
  return root.tree.id === id ? root.tree : [...mounts.values()].find((mount) => mount.tree.id === id)?.tree;
}
