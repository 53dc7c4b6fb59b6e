import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, connect, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import {
  AppsV1Api,
  CoreV1Api,
  Exec,
  KubeConfig,
  KubernetesObjectApi,
  Log,
  makeInformer,
  PatchStrategy,
  PortForward,
  setHeaderOptions,
  type V1ConfigMap,
  type V1Status,
  VersionApi,
  Watch,
} from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "./until.ts";

// @kubernetes/client-node, unmodified, against `timonel serve`: what client programs are written with.
const ROOT = new URL("..", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "timonel-client-"));
const kubeconfig = join(folder, "kubeconfig");
const NAMESPACE = { namespace: "default" };
const configMap = (name: string, data: Record<string, string> = {}, more: object = {}): V1ConfigMap => ({
  metadata: { name, ...more },
  data,
});

let config: KubeConfig;
let core: CoreV1Api;

/** A door to the server that can be slammed: connections through it break, and new ones get through again. */
interface Door {
  readonly config: KubeConfig;
  slam(): void;
  close(): void;
}

async function door(): Promise<Door> {
  const url = new URL(config.getCurrentCluster()?.server ?? "");
  const sockets = new Set<Socket>();
  const proxy: Server = createServer((incoming) => {
    const outgoing = connect(Number(url.port), url.hostname);
    for (const [socket, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on("error", () => other.destroy()).on("close", () => (sockets.delete(socket), other.destroy()));
    }
  });
  const port = await new Promise<number>((resolve) =>
    proxy.listen(0, "127.0.0.1", () => resolve((proxy.address() as { port: number }).port)),
  );
  const through = new KubeConfig();
  through.loadFromFile(kubeconfig);
  const cluster = through.getCurrentCluster();
  through.clusters = cluster ? [{ ...cluster, server: `https://127.0.0.1:${port}` }] : [];
  const slam = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return { config: through, slam, close: () => (slam(), proxy.close()) };
}

const servers: ChildProcess[] = [];

/** A cluster that is ready. */
async function serve(file: string, ...more: readonly string[]): Promise<ChildProcess> {
  const args = ["serve", "--port", "0", "--nodes", "1", "--kubeconfig", file, ...more];
  const child = spawn(process.execPath, [`${ROOT}scripts/timonel.mjs`, ...args], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  servers.push(child);
  let text = "";
  child.stdout?.on("data", (data: Buffer) => (text += data.toString()));
  await until(
    () => text,
    (said) => /^ready$/m.test(said),
    { timeout: 60_000 },
  );
  return child;
}

beforeAll(async () => {
  await serve(kubeconfig);
  config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  core = config.makeApiClient(CoreV1Api);
});

afterAll(() => {
  for (const child of servers) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

describe("@kubernetes/client-node", () => {
  it("asks the version, lists, creates, replaces and deletes", async () => {
    expect((await config.makeApiClient(VersionApi).getCode()).gitVersion).toBe("v1.36.2");
    const made = await core.createNamespacedConfigMap({ ...NAMESPACE, body: configMap("plain", { a: "1" }) });
    expect([made.kind, made.metadata?.creationTimestamp instanceof Date]).toEqual(["ConfigMap", true]);
    const replaced = await core.replaceNamespacedConfigMap({ ...NAMESPACE, name: "plain", body: { ...made, data: { a: "2" } } });
    expect(replaced.data).toEqual({ a: "2" });
    await expect(core.replaceNamespacedConfigMap({ ...NAMESPACE, name: "plain", body: made })).rejects.toMatchObject({ code: 409 });
    const { items, metadata } = await core.listNamespacedConfigMap({ ...NAMESPACE, limit: 1 });
    expect([items.length, typeof metadata?._continue]).toEqual([1, "string"]);
    const deleted: V1Status = await core.deleteNamespacedConfigMap({ ...NAMESPACE, name: "plain" });
    expect(deleted.status).toBe("Success");
    await expect(core.readNamespacedConfigMap({ ...NAMESPACE, name: "plain" })).rejects.toMatchObject({ code: 404 });
  });

  it("patches in every way, and applies", async () => {
    const apps = config.makeApiClient(AppsV1Api);
    const spec = {
      replicas: 0,
      selector: { matchLabels: { app: "p" } },
      template: { metadata: { labels: { app: "p" } }, spec: { containers: [{ name: "a", image: "busybox:1.36" }] } },
    };
    await apps.createNamespacedDeployment({ ...NAMESPACE, body: { metadata: { name: "p" }, spec } });
    const patch = (strategy: string, body: unknown) =>
      apps.patchNamespacedDeployment({ ...NAMESPACE, name: "p", body }, setHeaderOptions("Content-Type", strategy));
    const json = await patch(
      PatchStrategy.JsonPatch,
      [{ op: "replace", path: "/spec/paused", value: true }].map((o) => ({ ...o, op: "add" })),
    );
    expect(json.spec?.paused).toBe(true);
    expect((await patch(PatchStrategy.MergePatch, { spec: { paused: null } })).spec?.paused).toBeUndefined();
    const merged = await patch(PatchStrategy.StrategicMergePatch, {
      spec: { template: { spec: { containers: [{ name: "b", image: "nginx:1.27" }] } } },
    });
    expect(merged.spec?.template.spec?.containers.map((c) => c.name).sort()).toEqual(["a", "b"]);
    const apply = (fieldManager: string, replicas: number, force?: boolean) =>
      apps.patchNamespacedDeployment(
        {
          ...NAMESPACE,
          name: "p",
          fieldManager,
          ...(force ? { force } : {}),
          body: { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "p" }, spec: { replicas } },
        },
        setHeaderOptions("Content-Type", PatchStrategy.ServerSideApply),
      );
    expect((await apply("first", 0)).metadata?.managedFields?.some((m) => m.manager === "first" && m.operation === "Apply")).toBe(true);
    await expect(apply("second", 1)).rejects.toMatchObject({ code: 409 });
    expect((await apply("second", 1, true)).spec?.replicas).toBe(1);
    await apps.deleteNamespacedDeployment({ ...NAMESPACE, name: "p" });
  });

  it("works with objects of any kind", async () => {
    const objects = KubernetesObjectApi.makeApiClient(config);
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "any", namespace: "default" } };
    await objects.create(object);
    expect((await objects.read(object)).metadata?.name).toBe("any");
    await objects.delete(object);
  });

  it("informs, and goes on after the connection was cut", async () => {
    const through = await door();
    const api = through.config.makeApiClient(CoreV1Api);
    const seen: string[] = [];
    const informer = makeInformer<V1ConfigMap>(
      through.config,
      "/api/v1/namespaces/default/configmaps",
      () => api.listNamespacedConfigMap({ ...NAMESPACE, labelSelector: "informed=yes" }),
      "informed=yes",
    );
    for (const verb of ["add", "update", "delete"] as const)
      informer.on(verb, (object) => void seen.push(`${verb} ${object.metadata?.name}`));
    // As its documentation says: what breaks is started again.
    informer.on("error", () => void setTimeout(() => void informer.start(), 50));
    await informer.start();
    const labels = { labels: { informed: "yes" } };
    await core.createNamespacedConfigMap({ ...NAMESPACE, body: configMap("i1", {}, labels) });
    await core.createNamespacedConfigMap({ ...NAMESPACE, body: configMap("i2") });
    await until(
      () => [...seen],
      (all) => all.includes("add i1"),
    );
    through.slam();
    await core.createNamespacedConfigMap({ ...NAMESPACE, body: configMap("i3", {}, labels) });
    await core.deleteNamespacedConfigMap({ ...NAMESPACE, name: "i1" });
    await until(
      () => [...seen],
      (all) => all.includes("add i3") && all.includes("delete i1"),
    );
    expect(seen.filter((line) => line.endsWith("i2"))).toEqual([]);
    await informer.stop();
    through.close();
  });

  it("is told when the version it watches from is gone, and lists anew", async () => {
    // Versions are compacted after five to ten virtual minutes: a cluster of its own, a hundred times as fast.
    const file = join(folder, "fast");
    const fast = await serve(file, "--speed", "100");
    const itsConfig = new KubeConfig();
    itsConfig.loadFromFile(file);
    const its = itsConfig.makeApiClient(CoreV1Api);
    const path = "/api/v1/namespaces/default/configmaps";
    const old = (await its.listNamespacedConfigMap(NAMESPACE)).metadata?.resourceVersion ?? "";
    await its.createNamespacedConfigMap({ ...NAMESPACE, body: configMap("later") });
    const firstEvent = async (): Promise<string> => {
      let aborter: AbortController | undefined;
      const first = await new Promise<string>((resolve, reject) => {
        const on = (phase: string, object: { code?: number; reason?: string }): void => resolve(`${phase} ${object.code} ${object.reason}`);
        new Watch(itsConfig).watch(path, { resourceVersion: old }, on, () => {}).then((started) => (aborter = started), reject);
      });
      aborter?.abort();
      return first;
    };
    expect(await until(firstEvent, (event) => event.startsWith("ERROR"), { timeout: 60_000, interval: 1000 })).toBe("ERROR 410 Expired");
    const seen: string[] = [];
    const informer = makeInformer<V1ConfigMap>(itsConfig, path, () => its.listNamespacedConfigMap(NAMESPACE));
    informer.on("add", (object) => void seen.push(object.metadata?.name ?? ""));
    informer.on("error", () => void informer.start());
    // As if it had been asleep since then.
    (informer as unknown as { resourceVersion: string }).resourceVersion = old;
    await informer.start();
    await until(
      () => [...seen],
      (all) => all.includes("later"),
    );
    await informer.stop();
    fast.kill("SIGKILL");
  });

  it("runs commands in containers, and follows their logs", async () => {
    const command = ["sh", "-c", "i=0; while true; do echo line $i; i=$((i+1)); sleep 1; done"];
    const containers = [{ name: "main", image: "busybox:1.36", command }];
    await core.createNamespacedPod({
      ...NAMESPACE,
      body: { metadata: { name: "runner" }, spec: { containers, terminationGracePeriodSeconds: 0 } },
    });
    await until(
      () => core.readNamespacedPod({ ...NAMESPACE, name: "runner" }),
      (pod) => pod.status?.phase === "Running",
    );
    const collected = { out: "", err: "" };
    const into = (name: "out" | "err") =>
      new Writable({
        write(chunk: Buffer, _, done) {
          collected[name] += chunk.toString();
          done();
        },
      });
    const stdin = new PassThrough();
    const status = new Promise<V1Status>((resolve, reject) => {
      const script = ["sh", "-c", "read word; echo got $word; echo oops >&2; exit 3"];
      new Exec(config).exec("default", "runner", "main", script, into("out"), into("err"), stdin, false, resolve).catch(reject);
    });
    stdin.end("hello\n");
    const { details, status: outcome } = await status;
    expect([outcome, details?.causes?.map((c) => `${c.reason} ${c.message}`), collected]).toEqual([
      "Failure",
      ["ExitCode 3"],
      { out: "got hello\n", err: "oops\n" },
    ]);
    const log = { text: "" };
    const stream = new Writable({
      write(chunk: Buffer, _, done) {
        log.text += chunk.toString();
        done();
      },
    });
    const following = await new Log(config).log("default", "runner", "main", stream, { follow: true, tailLines: 1 });
    await until(
      () => log.text,
      (text) => (text.match(/^line \d+$/gm) ?? []).length >= 3,
    );
    expect(following.signal.aborted).toBe(false);
    const ended = new Promise((resolve) => stream.once("finish", resolve));
    await core.deleteNamespacedPod({ ...NAMESPACE, name: "runner" });
    await ended;
  });

  it("forwards ports", async () => {
    // Ready means that it serves: without a probe a pod is ready before its nginx listens, and may refuse the connection.
    const readinessProbe = { httpGet: { port: 80 }, periodSeconds: 1 };
    const containers = [{ name: "web", image: "nginx:1.27", readinessProbe }];
    await core.createNamespacedPod({
      ...NAMESPACE,
      body: { metadata: { name: "site" }, spec: { containers, terminationGracePeriodSeconds: 0 } },
    });
    await until(
      () => core.readNamespacedPod({ ...NAMESPACE, name: "site" }),
      (pod) => pod.status?.conditions?.some((c) => c.type === "Ready" && c.status === "True") ?? false,
    );
    const told = { answer: "", error: "" };
    const collect = (into: keyof typeof told) =>
      new Writable({
        write(chunk: Buffer, _, done) {
          told[into] += chunk.toString();
          done();
        },
      });
    const input = new PassThrough();
    const socket = await new PortForward(config).portForward("default", "site", [80], collect("answer"), collect("error"), input);
    input.write("GET / HTTP/1.1\r\nHost: site\r\nConnection: close\r\n\r\n");
    await until(
      () => told,
      ({ answer, error }) => answer.includes("</html>") || error !== "",
    );
    expect(told).toEqual({ answer: expect.stringMatching(/^HTTP\/1\.1 200 OK\r\n[^]*Welcome to nginx!/), error: "" });
    if ("close" in socket) socket.close();
    await core.deleteNamespacedPod({ ...NAMESPACE, name: "site" });
  });
});
