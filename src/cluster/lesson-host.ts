import { type CustomResourceDefinition, type Kind, kinds, type KubeObject } from "../api/index.ts";
import type { Entry, Revision } from "../etcd/index.ts";
import type { LessonHost, Ran, World, WorldKind } from "../lessons/index.ts";
import { entropyOf, generateRsaKey, type RsaKey } from "../pki/index.ts";
import { createCluster, type Cluster, type ClusterOptions } from "./cluster.ts";
import { type SandboxStorage, type StoredSandbox, structuredCopy } from "./storage.ts";

/** A kind of the lessons' world, and where its objects are kept. */
interface StoredKind extends WorldKind {
  readonly prefix: string;
}

/** Of the terminal that scripts are typed at. */
const SCREEN = { columns: 120, rows: 40 };
/** Longest that anything of a lesson takes, unless it says (virtual ms). */
const LIMIT = 10 * 60_000;

type LessonClusterOptions = Pick<ClusterOptions, "platform" | "preset" | "seed" | "epoch" | "nodes" | "onError">;

/** Clusters for lessons, their clocks as fast as the CPU goes: for the proof, and for forks of a learner's. */
export interface LessonClusters {
  start(options: LessonClusterOptions): Promise<LessonHost>;
}

export function createLessonClusters(): LessonClusters {
  let key: RsaKey | undefined;
  // What tokens are signed with changes nothing that a lesson can see, and takes a while to make: one for all.
  const tokenKey = (): RsaKey => (key ??= generateRsaKey(entropyOf(new Uint8Array(32), "lessons")));
  return { start: (options) => started({ ...options, tokenKey }, undefined) };
}

async function started(options: ClusterOptions, from: StoredSandbox | undefined): Promise<LessonHost> {
  const cluster = createCluster({ ...options, speed: 0, storage: beginningAs(from) });
  await cluster.start();
  return hostOf(cluster, options);
}

/** What there was before, and nothing is kept of what comes: nobody reads it. */
const beginningAs = (sandbox: StoredSandbox | undefined): SandboxStorage => ({
  load: () => Promise.resolve(sandbox && { ...sandbox, records: structuredCopy(sandbox.records) }),
  commit: () => Promise.resolve(),
});

/** A cluster as lessons see it. Its forks are memory only. */
export function hostOf(cluster: Cluster, options: ClusterOptions): LessonHost {
  const { clock, store, workstation } = cluster;
  const until = async (done: () => boolean, limit: number): Promise<boolean> => {
    await clock.advanceUntil(done, limit);
    return done();
  };
  const world = worldOf(cluster);
  return {
    now: () => clock.now(),
    revision: () => store.revision,
    world: () => world,
    pin: (revision) => store.pin(revision),
    replay: (from, visit) => replay(cluster, from, visit),
    async run(script, limit = LIMIT) {
      let ran: Ran | undefined;
      clock.input(async () => {
        ran = await workstation.run(script);
      });
      await until(() => ran !== undefined, limit);
      return ran ?? { out: "", err: `timed out after ${limit / 1000}s\n`, code: 124 };
    },
    typed() {
      const lines = world.file(".bash_history");
      return lines === undefined || lines === "" ? [] : lines.replace(/\n$/, "").split("\n");
    },
    async type(script, limit = LIMIT) {
      let ended = false;
      clock.input(() => {
        const terminal = workstation.open(SCREEN);
        terminal.output((data) => terminal.acknowledge(data.length));
        void terminal.closed.then(() => {
          ended = true;
        });
        terminal.input(`${script.replace(/\n$/, "").replaceAll("\n", "\r")}\rexit\r`);
      });
      return until(() => ended, limit);
    },
    write: (path, data) => workstation.files.write(path, data),
    until,
    fork() {
      const { storage: _, beside: __, onStorageFailure: ___, ...same } = options;
      return started({ ...same, epoch: clock.now(), tokenKey: cluster.tokenKey }, cluster.freeze());
    },
    stop: () => cluster.stop(),
  };
}

const KNOWN: readonly StoredKind[] = distinct(kinds);

/** Each plural once: the newest version of a kind is where the older ones' objects are kept, too. */
function distinct(all: readonly Kind[]): readonly StoredKind[] {
  const found = new Map<string, StoredKind>();
  for (const { plural, singular, kind, shortNames = [], namespaced, group } of all)
    if (!found.has(plural))
      found.set(plural, {
        plural,
        names: [singular, kind.toLowerCase(), ...shortNames],
        namespaced,
        prefix: `/registry/${group.includes("timonel") ? `${plural}.${group}` : plural}/`,
      });
  return [...found.values()];
}

function kindsOf({ store }: Cluster): readonly StoredKind[] {
  const definitions = store.range({ prefix: "/registry/customresourcedefinitions/" }).entries as readonly Entry<CustomResourceDefinition>[];
  if (definitions.length === 0) return KNOWN;
  const own = definitions.map(({ value: { spec } }) => {
    const { plural, singular, kind, shortNames = [] } = spec.names;
    return {
      plural,
      names: [singular ?? kind.toLowerCase(), kind.toLowerCase(), ...shortNames],
      namespaced: spec.scope === "Namespaced",
      prefix: `/registry/${plural}.${spec.group}/`,
    };
  });
  return [...KNOWN, ...own.filter(({ plural }) => !KNOWN.some((k) => k.plural === plural))];
}

function worldOf(cluster: Cluster): World {
  const { files } = cluster.workstation;
  return {
    get kinds() {
      return kindsOf(cluster);
    },
    list(plural) {
      const kind = kindsOf(cluster).find((k) => k.plural === plural);
      return kind ? (cluster.store.range({ prefix: kind.prefix }).entries as readonly Entry<KubeObject>[]).map(({ value }) => value) : [];
    },
    file(path) {
      try {
        return new TextDecoder().decode(files.read(path));
      } catch {
        return undefined;
      }
    },
  };
}

function replay(cluster: Cluster, from: number, visit: Parameters<LessonHost["replay"]>[1]): void {
  const all = kindsOf(cluster);
  const maps = new Map<StoredKind, Map<string, unknown>>();
  const done: Revision[] = [];
  /** Objects of a kind as of the revision that is being visited: those of `from`, with what was written since. */
  const objects = (kind: StoredKind): Map<string, unknown> => {
    let map = maps.get(kind);
    if (!map) {
      map = new Map(cluster.store.range({ prefix: kind.prefix, revision: from }).entries.map((e) => [e.key, e.value]));
      for (const write of done) if (write.key.startsWith(kind.prefix)) apply(map, write);
      maps.set(kind, map);
    }
    return map;
  };
  const list = (plural: string): readonly KubeObject[] => {
    const kind = all.find((k) => k.plural === plural);
    return kind ? ([...objects(kind).values()] as readonly KubeObject[]) : [];
  };
  for (const write of cluster.store.history(from + 1)) {
    const kind = all.find((k) => write.key.startsWith(k.prefix));
    done.push(write);
    const map = kind && maps.get(kind);
    if (map) apply(map, write);
    if (kind && !visit({ revision: write.revision, at: write.at, plural: kind.plural }, { kinds: all, list })) return;
  }
}

function apply(map: Map<string, unknown>, { key, value }: Revision): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}
