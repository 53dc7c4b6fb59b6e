import { fnv1a32 } from "../../machinery/index.ts";
import { utcFields } from "../../sim/index.ts";
import { createNode, entriesOf, list, lookup, type Node } from "../files/node.ts";
import type { Tree } from "../files/tree.ts";
import type { Container } from "./container.ts";
import type { ContainerLog } from "./log.ts";
import type { Sandbox } from "./sandbox.ts";

interface Views {
  readonly sandboxes: ReadonlyMap<string, Sandbox>;
  readonly containers: ReadonlyMap<string, Container>;
  /** Volumes of pods: `pods/<uid>/volumes/<plugin>/<name>`. */
  volumes(): Iterable<string>;
  volume(id: string): Tree;
}

/** Names and what they lead to, made when somebody looks. */
type Entries = () => ReadonlyMap<string, (path: string) => Node>;

const inoOf = (path: string): number => 3_000_000_000 + fnv1a32(path);
function folder(path: string, entries: Entries, mode = 0o755, mtime = 0): Node {
  return createNode(inoOf(path), "directory", mode, {
    mtime,
    virtual: {
      list: () => [...entries().keys()].sort(),
      lookup: (name) => entries().get(name)?.(`${path}/${name}`),
    },
  });
}

/** What the kubelet and the runtime keep in a machine's files, shown as they have it: nothing is there twice. */
export function placeHostViews(tree: Tree, views: Views): void {
  const place = (at: readonly string[], name: string, node: Node): void => void entriesOf(tree.own(at)).set(name, node);
  place(
    ["var", "log"],
    "pods",
    folder("/var/log/pods", () => logFolders(views)),
  );
  place(
    ["var", "log"],
    "containers",
    folder("/var/log/containers", () => logLinks(views)),
  );
  place(
    ["var", "lib", "kubelet"],
    "pods",
    folder("/var/lib/kubelet/pods", () => podFolders(views), 0o750),
  );
}

/** k8s: kuberuntime/helpers.go BuildPodLogsDirectory. */
const podLogs = ({ config: { namespace, name, uid } }: Sandbox): string => `${namespace}_${name}_${uid}`;

function logFolders({ sandboxes, containers }: Views): ReadonlyMap<string, (path: string) => Node> {
  const pods = new Map<string, (path: string) => Node>();
  for (const sandbox of sandboxes.values()) {
    const own = (): readonly Container[] => [...containers.values()].filter((c) => c.sandbox.config.uid === sandbox.config.uid);
    const named: Entries = () =>
      new Map(
        own().map(({ config: { name }, progress }) => [
          name,
          (path) => folder(path, files(own().filter((c) => c.config.name === name)), 0o755, progress.createdAt),
        ]),
      );
    pods.set(podLogs(sandbox), (path) => folder(path, named, 0o755, sandbox.createdAt));
  }
  return pods;
}

const files =
  (containers: readonly Container[]): Entries =>
  () =>
    new Map(containers.map((c) => [`${c.config.attempt}.log`, (path) => logFile(path, c)]));

function logFile(path: string, { log, progress }: Container): Node {
  let held: { readonly next: number; readonly text: string } | undefined;
  const read = (): string => {
    if (held?.next !== log.next) held = { next: log.next, text: criLog(log) };
    return held.text;
  };
  return createNode(inoOf(path), "file", 0o640, { mtime: log.lastAt ?? progress.createdAt, virtual: { read, size: () => read().length } });
}

/** k8s: legacy_log_symlink.go legacyLogSymlink. */
function logLinks({ containers }: Views): ReadonlyMap<string, (path: string) => Node> {
  const links = new Map<string, (path: string) => Node>();
  for (const { id, sandbox, config, progress } of containers.values()) {
    const { name, namespace } = sandbox.config;
    const target = `/var/log/pods/${podLogs(sandbox)}/${config.name}/${config.attempt}.log`;
    links.set(`${name}_${namespace}_${config.name}-${id}.log`, (path) =>
      createNode(inoOf(path), "symlink", 0o777, { target, mtime: progress.createdAt, virtual: { size: () => target.length } }),
    );
  }
  return links;
}

function podFolders(views: Views): ReadonlyMap<string, (path: string) => Node> {
  const uids = new Set([...views.sandboxes.values()].filter((s) => s.ready).map((s) => s.config.uid));
  for (const id of views.volumes()) if (id.startsWith("pods/")) uids.add(id.split("/")[1] ?? "");
  return new Map([...uids].map((uid) => [uid, (path) => folder(path, () => podFolder(views, uid), 0o750)]));
}

function podFolder(views: Views, uid: string): ReadonlyMap<string, (path: string) => Node> {
  const sandbox = [...views.sandboxes.values()].find((s) => s.ready && s.config.uid === uid);
  const own = [...views.containers.values()].filter((c) => c.sandbox === sandbox);
  const nothing: Entries = () => new Map();
  const hosts = sandbox?.files().at(["hosts"]);
  return new Map<string, (path: string) => Node>([
    ["containers", (path) => folder(path, () => new Map(own.map((c) => [c.config.name, (at) => folder(at, nothing)])), 0o750)],
    ...(hosts ? [["etc-hosts", () => hosts] as const] : []),
    ["plugins", (path) => folder(path, nothing, 0o750)],
    ["volumes", (path) => folder(path, () => pluginFolders(views, uid), 0o750)],
  ]);
}

function pluginFolders(views: Views, uid: string): ReadonlyMap<string, (path: string) => Node> {
  const prefix = `pods/${uid}/volumes/`;
  const plugins = new Map<string, Map<string, (path: string) => Node>>();
  for (const id of views.volumes()) {
    const [plugin, name] = id.startsWith(prefix) ? id.slice(prefix.length).split("/") : [];
    if (plugin === undefined || name === undefined) continue;
    const named = plugins.get(plugin) ?? new Map<string, (path: string) => Node>();
    plugins.set(
      plugin,
      named.set(name, (path) => volumeFolder(path, views.volume(id))),
    );
  }
  return new Map([...plugins].map(([plugin, names]) => [plugin, (path) => folder(path, () => names)]));
}

/** A volume's own top folder: who goes on from here is in the volume. */
function volumeFolder(path: string, tree: Tree): Node {
  const { mode, uid, gid, mtime } = tree.root;
  const virtual = { list: () => list(tree.root), lookup: (name: string, pid: number) => lookup(tree.root, name, pid), tree };
  return createNode(inoOf(path), "directory", mode, { uid, gid, mtime, virtual });
}

const two = (n: number): string => String(n).padStart(2, "0");

/** As the runtime writes it: time, stream, F for a whole line and P for a part (k8s: CRI log format). */
function criLog(log: ContainerLog): string {
  let [text, at, stamp] = ["", Number.NaN, ""];
  for (const line of log.lines(log.first)) {
    if (line.at !== at) {
      at = line.at;
      const t = utcFields(at);
      stamp = `${t.year}-${two(t.month)}-${two(t.day)}T${two(t.hour)}:${two(t.minute)}:${two(t.second)}.${String(t.millisecond).padStart(3, "0")}000000Z`;
    }
    const whole = line.text.endsWith("\n");
    text += `${stamp} ${line.stream} ${whole ? "F" : "P"} ${line.text}${whole ? "" : "\n"}`;
  }
  return text;
}
