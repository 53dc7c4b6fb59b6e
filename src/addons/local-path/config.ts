/** Where directories may be made, of all classes or of one (rancher/local-path-provisioner: provisioner.go ConfigData). */
export interface ClassPaths {
  /** By node; the one for all others under OTHERS. */
  readonly nodes: ReadonlyMap<string, readonly string[]>;
  /** One place that all nodes see. */
  readonly shared: string | undefined;
}

export interface Config {
  readonly timeoutSeconds: number;
  readonly setupCommand: string | undefined;
  readonly teardownCommand: string | undefined;
  readonly common: ClassPaths;
  readonly classes: ReadonlyMap<string, ClassPaths>;
}

const OTHERS = "DEFAULT_PATH_FOR_NON_LISTED_NODES";
const TIMEOUT_SECONDS = 120;

interface PathsData {
  readonly nodePathMap?: readonly { readonly node?: string; readonly paths?: readonly string[] }[];
  readonly sharedFileSystemPath?: string;
}
interface ConfigData extends PathsData {
  readonly cmdTimeoutSeconds?: number;
  readonly setupCommand?: string;
  readonly teardownCommand?: string;
  readonly storageClassConfigs?: Readonly<Record<string, PathsData>>;
}

/** Throws what is wrong with it, in the provisioner's words. */
export function readConfig(value: unknown): Config {
  const data = (value ?? {}) as ConfigData;
  const classes = new Map(
    Object.entries(data.storageClassConfigs ?? {}).map(([name, paths]) => [
      name,
      readPaths(paths, `config for class ${name} is invalid: `),
    ]),
  );
  return {
    timeoutSeconds: (data.cmdTimeoutSeconds ?? 0) > 0 ? (data.cmdTimeoutSeconds ?? 0) : TIMEOUT_SECONDS,
    setupCommand: data.setupCommand || undefined,
    teardownCommand: data.teardownCommand || undefined,
    common: classes.size > 0 ? { nodes: new Map(), shared: undefined } : readPaths(data, ""),
    classes,
  };
}

function readPaths({ nodePathMap = [], sharedFileSystemPath }: PathsData, context: string): ClassPaths {
  const fail = (why: string): never => {
    throw new Error(`${context}StorageClass config canonicalization failed: ${why}`);
  };
  const nodes = new Map<string, readonly string[]>();
  for (const { node = "", paths = [] } of nodePathMap) {
    if (nodes.has(node)) fail(`duplicate node ${node}`);
    const seen: string[] = [];
    for (const given of paths) {
      if (!given.startsWith("/")) fail(`path must start with / for path ${given} on node ${node}`);
      const path = cleanPath(given);
      if (path === "/") fail(`cannot use root ('/') as path on node ${node}`);
      if (seen.includes(path)) fail(`duplicate path ${given} on node ${node}`);
      seen.push(path);
    }
    nodes.set(node, seen);
  }
  return { nodes, shared: sharedFileSystemPath || undefined };
}

export function pathsOf(config: Config, className: string): ClassPaths {
  if (config.classes.size === 0) return config.common;
  const found = config.classes.get(className);
  if (!found) throw new Error(`BUG: Got request for unexpected storage class ${className}`);
  return found;
}

/** Whether directories are on a file system that all nodes share. */
export function isShared({ nodes, shared }: ClassPaths): boolean {
  if (shared !== undefined && nodes.size > 0)
    throw new Error("both nodePathMap and sharedFileSystemPath are defined. Please make sure only one is in use");
  if (nodes.size === 0 && shared === undefined) throw new Error("both nodePathMap and sharedFileSystemPath are unconfigured");
  return nodes.size === 0;
}

/** The directory in which a volume's own is made: one of the node's, by chance where none is asked for. */
export function basePath(paths: ClassPaths, node: string, asked: string | undefined, choose: (below: number) => number): string {
  if (isShared(paths)) return paths.shared ?? "";
  const here = paths.nodes.get(node) ?? paths.nodes.get(OTHERS);
  if (!here) throw new Error(`config doesn't contain node ${node}, and no ${OTHERS} available`);
  if (here.length === 0) throw new Error(`no local path available on node ${node}`);
  if (!asked) return here[choose(here.length)] ?? "";
  if (!here.includes(asked)) throw new Error(`config doesn't contain path ${asked} on node ${node}`);
  return asked;
}

/** An absolute path without dots and double slashes (go: filepath.Clean). */
export function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
