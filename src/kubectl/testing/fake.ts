import { applyMergePatch, applyStrategicPatch, alreadyExists, notFound, resourceNotFound, type JsonMap } from "../../machinery/index.ts";
import { createKubectl } from "../program.ts";
import { patchSchema } from "../manifest/schema.ts";
import type { Files, KubectlApi, KubectlProcess, KubectlRequest, KubectlResponse, Resource } from "../types.ts";

const KINDS = [
  { group: "", name: "pods", kind: "Pod", namespaced: true, shortNames: ["po"], categories: ["all"] },
  { group: "", name: "services", kind: "Service", namespaced: true, shortNames: ["svc"], categories: ["all"] },
  { group: "", name: "configmaps", kind: "ConfigMap", namespaced: true, shortNames: ["cm"], categories: [] },
  { group: "", name: "namespaces", kind: "Namespace", namespaced: false, shortNames: ["ns"], categories: [] },
  { group: "", name: "events", kind: "Event", namespaced: true, shortNames: ["ev"], categories: [] },
  { group: "apps", name: "deployments", kind: "Deployment", namespaced: true, shortNames: ["deploy"], categories: ["all"] },
  { group: "apps", name: "deployments/scale", kind: "Scale", namespaced: true, shortNames: [], categories: [] },
  { group: "apps", name: "replicasets", kind: "ReplicaSet", namespaced: true, shortNames: ["rs"], categories: ["all"] },
  { group: "apps", name: "statefulsets", kind: "StatefulSet", namespaced: true, shortNames: ["sts"], categories: ["all"] },
  { group: "apps", name: "controllerrevisions", kind: "ControllerRevision", namespaced: true, shortNames: [], categories: [] },
];
const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

/** A group as aggregated discovery tells of it. */
function discoveryOf(group: string): object {
  const resources = KINDS.filter((k) => k.group === group && !k.name.includes("/")).map(({ name, kind, namespaced, ...rest }) => ({
    ...rest,
    resource: name,
    responseKind: { kind },
    scope: namespaced ? "Namespaced" : "Cluster",
    singularResource: kind.toLowerCase(),
    verbs: VERBS,
    subresources: KINDS.filter((k) => k.name.startsWith(`${name}/`)).map((k) => ({ subresource: k.name.slice(name.length + 1) })),
  }));
  return { metadata: group === "" ? {} : { name: group }, versions: [{ version: "v1", resources }] };
}

/** A small API server: objects in a map, tables of NAME, no admission. Enough to see what kubectl sends and says. */
export class FakeApi implements KubectlApi {
  readonly objects = new Map<string, Resource>();
  readonly requests: KubectlRequest[] = [];
  #revision = 1;

  async forward(): Promise<KubectlResponse> {
    return { status: 501 };
  }

  async handle(request: KubectlRequest): Promise<KubectlResponse> {
    this.requests.push(request);
    const { path } = request;
    if (path === "/api" || path === "/apis") return { status: 200, body: { items: [discoveryOf(path === "/api" ? "" : "apps")] } };
    const m = /^\/(?:api\/v1|apis\/(\w+)\/v1)(?:\/namespaces\/([^/]+)(?=\/))?\/(\w+)(?:\/([^/]+))?(?:\/(\w+))?$/.exec(path);
    const kind = KINDS.find((k) => k.name === m?.[3] && k.group === (m?.[1] ?? ""));
    if (!m || !kind) throw resourceNotFound();
    const [, , namespace, , name, sub] = m;
    const key = (n: string): string => `${kind.name}/${namespace ?? ""}/${n}`;
    if (sub === "log") return { status: 200, body: "Hello Kubernetes!\n" };
    const found = name === undefined ? undefined : this.objects.get(key(name));
    if (name !== undefined && !found) throw notFound(kind.name, name, kind.group);
    const put = (o: Resource): KubectlResponse => {
      const stored = {
        ...o,
        metadata: { ...o.metadata, uid: o.metadata.uid ?? `uid-${this.#revision}`, resourceVersion: String(this.#revision++) },
      };
      this.objects.set(key(o.metadata.name), stored);
      return { status: 200, body: stored };
    };
    switch (request.method) {
      case "POST": {
        const o = request.body as Resource;
        if (this.objects.has(key(o.metadata.name))) throw alreadyExists(kind.name, o.metadata.name, kind.group);
        return put(o);
      }
      case "PUT":
        return put(request.body as Resource);
      case "DELETE":
        this.objects.delete(key(name as string));
        return { status: 200, body: { kind: "Status", status: "Success", details: { uid: found?.metadata.uid } } };
      case "PATCH": {
        const [old, patch] = [found as unknown as JsonMap, request.body as JsonMap];
        const schema = patchSchema({ ...kind, version: "v1", singular: "", verbs: [] });
        return put(
          (request.contentType?.includes("strategic") && schema
            ? applyStrategicPatch(old, patch, schema)
            : applyMergePatch(old, patch)) as unknown as Resource,
        );
      }
      default: {
        const items = found
          ? [found]
          : [...this.objects]
              .filter(([k]) => k.startsWith(`${kind.name}/`) && (namespace === undefined || k.startsWith(`${kind.name}/${namespace}/`)))
              .map(([, o]) => o);
        const field = /metadata\.name=([^,]+)/.exec(String(request.query?.["fieldSelector"] ?? ""))?.[1];
        const shown = items.filter((o) => (field === undefined || o.metadata.name === field) && kind.name !== "events");
        if (request.as === "Table")
          return {
            status: 200,
            body: {
              kind: "Table",
              metadata: {},
              columnDefinitions: [
                { name: "Name", type: "string", priority: 0 },
                { name: "Age", type: "string", priority: 0 },
              ],
              rows: shown.map((object) => ({ cells: [object.metadata.name, "5s"], object })),
            },
          };
        return { status: 200, body: found ?? { kind: `${kind.kind}List`, metadata: { resourceVersion: "1" }, items: shown } };
      }
    }
  }
  async connect(): Promise<KubectlResponse> {
    return {
      status: 500,
      body: {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        reason: "InternalError",
        code: 500,
        message: 'unable to upgrade connection: container not found ("app")',
      },
    };
  }
}

declare const setImmediate: (fn: (value?: unknown) => void) => unknown;

const CONFIG =
  "apiVersion: v1\nkind: Config\ncurrent-context: timonel\nclusters:\n- name: timonel\n  cluster: {server: 'https://127.0.0.1:6443'}\nusers:\n- name: admin\n  user: {token: t}\ncontexts:\n- name: timonel\n  context: {cluster: timonel, user: admin}\n";

/** The words of a line, as a shell takes quotes away; nothing is expanded. */
const wordsOf = (line: string): readonly string[] =>
  (line.match(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+/g) ?? []).map((word) =>
    word.replaceAll(/'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g, (_, single?: string, double?: string, escaped?: string) =>
      single !== undefined ? single : double !== undefined ? double.replaceAll(/\\(["\\$`])/g, "$1") : (escaped ?? ""),
    ),
  );

/** A learner's shell with kubectl alone in it. */
export function fakeShell<A extends KubectlApi = FakeApi>(
  files: Readonly<Record<string, string>> = {},
  api: A = new FakeApi() as unknown as A,
  disk?: Files,
  now = 1_000_000,
) {
  const stored = new Map<string, string>([["/home/learner/.kube/config", CONFIG], ...Object.entries(files)]);
  const decoder = new TextDecoder();
  const fs: Files = disk ?? {
    readFile: (path) => new TextEncoder().encode(stored.get(path) ?? ""),
    readText: (path) => {
      const text = stored.get(path);
      if (text === undefined) throw new Error("No such file or directory");
      return text;
    },
    writeFile: (path, data) => void stored.set(path, typeof data === "string" ? data : decoder.decode(data)),
    stat: (path) => ({ type: stored.has(path) ? "file" : "directory", mode: 0o644 }),
    exists: (path) => stored.has(path) || [...stored.keys()].some((k) => k.startsWith(`${path}/`)),
    readdir: (path) => [...stored.keys()].filter((k) => k.startsWith(`${path}/`)).map((k) => k.slice(path.length + 1)),
    mkdir() {},
    unlink: (path) => void stored.delete(path),
    rmdir() {},
    lstat: (path) => ({ ...fs.stat(path), size: (stored.get(path) ?? "").length, mtime: 0, uid: 1000, gid: 1000 }),
    readlink: () => "",
  };
  const kubectl = async (line: string, stdin = ""): Promise<{ out: string; err: string; code: number }> => {
    const argv = ["kubectl", ...wordsOf(line)];
    const text = { out: "", err: "" };
    const sink = (to: "out" | "err") => ({
      tty: false,
      read: async () => null,
      write: async (data: string | Uint8Array) => void (text[to] += typeof data === "string" ? data : decoder.decode(data)),
    });
    let sent = false;
    let slept = 0;
    const proc: KubectlProcess = {
      pid: 42,
      argv,
      env: { HOME: "/home/learner" },
      cwd: "/home/learner",
      fs,
      stdin: { tty: false, write: async () => {}, read: async () => (sent ? null : ((sent = true), new TextEncoder().encode(stdin))) },
      stdout: sink("out"),
      stderr: sink("err"),
      clock: {
        now: () => now + slept,
        sleep: async (ms: number) => {
          slept += ms;
          await new Promise((resolve) => setImmediate(resolve));
        },
      },
      signal: new AbortController().signal,
      on: () => () => {},
      spawn: async () => ({ exited: Promise.resolve({ code: 0 }) }),
      random: { suffix: (n) => "x".repeat(n) },
    };
    const code = await createKubectl({ connect: () => api })(proc);
    return { ...text, code };
  };
  return { kubectl, api, stored };
}
