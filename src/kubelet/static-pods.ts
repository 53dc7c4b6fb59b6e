import { parseAllDocuments } from "yaml";
import { kindTable, type Kind, type Node, type Pod } from "../api/index.ts";
import type { Client } from "../client/index.ts";
import { fnv1a32, isStatusError } from "../machinery/index.ts";
import { Errno, type ContainerRuntime, type FileSystem } from "../runtime/index.ts";
import { rfc3339, timerCause, type Cancel, type Cause, type Clock } from "../sim/index.ts";
import type { PodWorkers } from "./pod-workers.ts";
import { isDeleting, nameOf, namespaceOf, uidOf } from "./pod.ts";
import type { StatusManager } from "./status-manager.ts";
import type { KubeletLog } from "./types.ts";
import { HOST } from "./volumes/mounting.ts";

const HASH = "kubernetes.io/config.hash";
const SOURCE = "kubernetes.io/config.source";
const SEEN = "kubernetes.io/config.seen";
const MIRROR = "kubernetes.io/config.mirror";

export const isMirror = ({ metadata }: Pod): boolean => metadata?.annotations?.[MIRROR] !== undefined;

/** What a file of the folder says; undefined when it is no pod (k8s: config/common.go tryDecodeSinglePod, applyDefaults). */
export function staticPod(text: string, path: string, nodeName: string, seen: string): Pod | undefined {
  const [document, another] = parseAllDocuments(text);
  if (document === undefined || another !== undefined || !("errors" in document) || document.errors.length > 0) return undefined;
  const read = document.toJS() as Pod | null;
  if (read?.kind !== "Pod" || read.apiVersion !== "v1" || !read.metadata?.name || !Array.isArray(read.spec?.containers)) return undefined;
  // Another content is another pod.
  const hash = [0, 1, 2, 3]
    .map((salt) =>
      fnv1a32(`${salt}${nodeName}${path}${JSON.stringify(read)}`)
        .toString(16)
        .padStart(8, "0"),
    )
    .join("");
  const { metadata, spec } = read;
  const pod: Pod = {
    ...read,
    metadata: {
      ...metadata,
      name: `${metadata.name}-${nodeName}`,
      namespace: metadata.namespace ?? "default",
      uid: hash,
      annotations: { ...metadata.annotations, [HASH]: hash, [SEEN]: seen, [SOURCE]: "file" },
    },
    spec: { ...spec, nodeName, tolerations: [...(spec.tolerations ?? []), { effect: "NoExecute", operator: "Exists" }] },
    status: { phase: "Pending" },
  };
  return (kindTable.pods as Kind<Pod>).defaults?.(pod) ?? pod;
}

/** How the API shows a static pod (k8s: pod/mirror_client.go CreateMirrorPod). */
export function mirrorOf({ metadata = {}, ...pod }: Pod, node: Node): Pod {
  const { uid = "", annotations, ...rest } = metadata;
  const owner = { apiVersion: "v1", kind: "Node", name: node.metadata?.name ?? "", uid: node.metadata?.uid ?? "", controller: true };
  return { ...pod, metadata: { ...rest, annotations: { ...annotations, [MIRROR]: uid }, ownerReferences: [owner] } };
}

interface StaticOptions {
  readonly nodeName: string;
  readonly client: Client;
  readonly clock: Clock;
  readonly runtime: Pick<ContainerRuntime, "volume">;
  readonly workers: Pick<PodWorkers, "get" | "named" | "remove" | "wake">;
  readonly statuses: Pick<StatusManager, "mirror">;
  /** Where a node keeps manifests of pods that its kubelet runs by itself (k8s: KubeletConfiguration staticPodPath); undefined: nowhere. */
  readonly path: string | undefined;
  readonly log?: KubeletLog;
  begin(pod: Pod, causes: readonly Cause[]): void;
}

/** After a file has changed, until it is looked at: who writes it may not be done. */
const SETTLE = 1000;
/** How often a folder that is not there is looked for (k8s: fileCheckFrequency). */
const FILE_CHECK = 20_000;
const RETRY = 10_000;

/** Pods of a folder of the machine, and their mirrors in the API (k8s: config/file.go, pod/mirror_client.go). */
export class StaticPods {
  readonly #o: StaticOptions;
  /** By `namespace/name`. */
  readonly #pods = new Map<string, Pod>();
  readonly #mirrors = new Map<string, Pod>();
  readonly #busy = new Set<string>();
  #started = false;
  #cancel: Cancel | undefined;
  #unwatch: Cancel | undefined;

  constructor(options: StaticOptions) {
    this.#o = options;
  }

  /** Runs what the folder says, whether there is an API server or not. */
  begin(causes: readonly Cause[]): void {
    this.#scan(causes);
    this.#follow();
  }

  /** After all mirrors that there are have been observed. */
  start(causes: readonly Cause[]): void {
    this.#started = true;
    for (const key of new Set([...this.#pods.keys(), ...this.#mirrors.keys()])) void this.#reconcile(key, causes);
  }

  /** Looks at the folder whenever it changes; while there is none, now and then whether there is one. */
  #follow(): void {
    const { clock, nodeName, path, log } = this.#o;
    if (path === undefined) return;
    const fs = this.#files();
    if (!fs.exists(path)) {
      log?.(0, "E", "file.go:108", "Unable to read config path", { err: "path does not exist, ignoring", path });
      this.#cancel = clock.timer(FILE_CHECK, () => {
        if (fs.exists(path)) this.#scan([timerCause("static pod manifests", [])]);
        this.#follow();
      });
      return;
    }
    this.#unwatch = fs.watch(path, () => {
      this.#cancel?.();
      const changed: Cause = { kind: "process", machine: nodeName, pid: 0, what: path };
      this.#cancel = clock.timer(SETTLE, () => {
        this.#scan([timerCause("static pod manifests", [changed])]);
        if (fs.exists(path)) return;
        this.#unwatch?.();
        this.#follow();
      });
    });
  }

  stop(): void {
    this.#unwatch?.();
    this.#cancel?.();
  }

  /** A mirror as the API has it now; undefined: it has none of that name. */
  observe(key: string, mirror: Pod | undefined, causes: readonly Cause[]): void {
    if (mirror === undefined) this.#mirrors.delete(key);
    else this.#mirrors.set(key, mirror);
    void this.#reconcile(key, causes);
  }

  /** A worker has come to its end: whoever waits for its name may begin. */
  ended(key: string, causes: readonly Cause[]): void {
    const pod = this.#pods.get(key);
    if (pod !== undefined && this.#o.workers.named(namespaceOf(pod), nameOf(pod)) === undefined) {
      this.#o.begin(pod, causes);
      this.#o.statuses.mirror(uidOf(pod), undefined);
    }
    void this.#reconcile(key, causes);
  }

  #files(): FileSystem {
    return this.#o.runtime.volume(HOST).fs;
  }

  #scan(causes: readonly Cause[]): void {
    const found = new Map<string, Pod>();
    const seen = rfc3339(this.#o.clock.now());
    for (const [path, text] of this.#manifests()) {
      const pod = staticPod(text, path, this.#o.nodeName, seen);
      if (pod !== undefined) found.set(keyOf(pod), pod);
    }
    for (const [key, old] of this.#pods) {
      if (uidOf(found.get(key) ?? {}) === uidOf(old)) continue;
      this.#pods.delete(key);
      const worker = this.#o.workers.get(uidOf(old));
      if (worker !== undefined) this.#o.workers.remove(worker, causes);
      if (!found.has(key)) void this.#reconcile(key, causes);
    }
    for (const [key, pod] of found) {
      if (this.#pods.has(key)) continue;
      this.#pods.set(key, pod);
      this.ended(key, causes);
    }
  }

  *#manifests(): Iterable<[path: string, text: string]> {
    const fs = this.#files();
    const { path: folder } = this.#o;
    if (folder === undefined) return;
    try {
      for (const name of fs.readdir(folder)) {
        const path = `${folder}/${name}`;
        if (!name.startsWith(".") && fs.stat(path).type === "file") yield [path, fs.readText(path)];
      }
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
    }
  }

  /** One mirror for each static pod, and none for others. */
  async #reconcile(key: string, causes: readonly Cause[]): Promise<void> {
    if (!this.#started || this.#busy.has(key)) return;
    this.#busy.add(key);
    const { client, clock, nodeName } = this.#o;
    const pod = this.#pods.get(key);
    const mirror = this.#mirrors.get(key);
    try {
      const fits = pod !== undefined && mirror?.metadata?.annotations?.[MIRROR] === uidOf(pod) && !isDeleting(mirror);
      if (mirror !== undefined && !fits) {
        const options = { gracePeriodSeconds: 0, preconditions: { uid: uidOf(mirror) } };
        await client.because(causes).delete("pods", namespaceOf(mirror), nameOf(mirror), options);
      } else if (pod !== undefined && mirror === undefined) {
        const node = await client.get("nodes", undefined, nodeName);
        await client.because(causes).create("pods", mirrorOf(pod, node));
      }
      const worker = pod === undefined ? undefined : this.#o.workers.get(uidOf(pod));
      // Another mirror has to be told everything anew.
      if (pod !== undefined && this.#o.statuses.mirror(uidOf(pod), fits ? mirror : undefined) && worker !== undefined)
        this.#o.workers.wake(worker, causes);
    } catch (error) {
      if (!isStatusError(error)) throw error;
      if (error.code !== 404 || pod !== undefined)
        clock.timer(RETRY, () => void this.#reconcile(key, [timerCause("mirror pod retry", causes)]));
    } finally {
      this.#busy.delete(key);
    }
    // What came meanwhile.
    if (this.#pods.get(key) !== pod || this.#mirrors.get(key) !== mirror) await this.#reconcile(key, causes);
  }
}

export const keyOf = (pod: Pod): string => `${namespaceOf(pod)}/${nameOf(pod)}`;
