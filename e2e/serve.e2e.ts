import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = new URL("..", import.meta.url).pathname;
const hasKubectl = spawnSync("kubectl", ["version", "--client"], { stdio: "ignore" }).status === 0;
if (!hasKubectl) console.log("serve.e2e.ts: the steps with the real kubectl are skipped, for there is none on PATH");

interface Running {
  readonly process: ChildProcess;
  readonly text: () => string;
  readonly ended: Promise<number | null>;
}

const folder = mkdtempSync(join(tmpdir(), "timonel-serve-"));
const kubeconfig = join(folder, "kubeconfig");
const running = new Set<ChildProcess>();

function start(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, KUBECONFIG: kubeconfig, HOME: folder, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let text = "";
  child.stdout?.on("data", (d: Buffer) => (text += d.toString()));
  child.stderr?.on("data", (d: Buffer) => (text += d.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => (running.delete(child), resolve(code))));
  return { process: child, text: () => text, ended };
}

const serve = (...args: readonly string[]): Running => start(process.execPath, [`${ROOT}scripts/timonel.mjs`, "serve", ...args]);

async function until(what: string, holds: () => boolean, ms = 30_000): Promise<void> {
  for (const end = Date.now() + ms; !holds();) {
    if (Date.now() > end) throw new Error(`${what} did not happen within ${ms} ms`);
    await new Promise((r) => setTimeout(r, 50));
  }
}

/** A kubectl that ends by itself. */
async function kubectl(line: string): Promise<{ readonly out: string; readonly code: number | null }> {
  const one = start("bash", ["-c", `kubectl ${line}`]);
  return { code: await one.ended, out: one.text() };
}

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: main
        image: busybox:1.36
        command: [sh, -c, "i=0; while true; do echo line $i; i=$((i+1)); sleep 1; done"]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;

afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!hasKubectl)("timonel serve and the real kubectl", () => {
  let server: Running;
  beforeAll(async () => {
    writeFileSync(join(folder, "web.yaml"), WEB);
    server = serve("--port", "0", "--kubeconfig", kubeconfig);
    await until("ready alone on a line", () => /^ready$/m.test(server.text()));
  });

  it("says that it keeps the cluster in memory only, before it is ready", () => {
    expect(server.text()).toMatch(
      /^Timonel: a default cluster at https:\/\/127\.0\.0\.1:\d+, kept in memory only\nexport KUBECONFIG=\S+\nready\n$/,
    );
  });

  it("applies a manifest, follows its rollout and gets tables with the server's columns", async () => {
    expect(await kubectl("apply -f web.yaml")).toEqual({ code: 0, out: "deployment.apps/web created\nservice/web created\n" });
    expect((await kubectl("rollout status deploy/web --timeout=60s")).out).toMatch(/deployment "web" successfully rolled out\n$/);
    expect((await kubectl("get deploy web")).out).toMatch(/^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +2\/2 +2 +2 +\d+s\n$/);
    expect((await kubectl("get pods -o wide")).out).toMatch(
      /^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES\n(web-\S+ +1\/1 +Running +0 +\d+s +10\.\S+ +node-\d +<none> +<none>\n){2}$/,
    );
    // Its look at the OpenAPI document goes in random order: once is not enough to see it work.
    for (let i = 0; i < 4; i++)
      expect((await kubectl("apply -f web.yaml")).out).toBe("deployment.apps/web unchanged\nservice/web unchanged\n");
  });

  it("creates what kubectl sends as protobuf", async () => {
    expect(await kubectl("create deployment proto --image=nginx:1.27 --port=80 --replicas=0")).toEqual({
      code: 0,
      out: "deployment.apps/proto created\n",
    });
    expect((await kubectl("get deploy proto -o jsonpath='{.spec.replicas} {.spec.template.spec.containers[0].ports}'")).out).toBe(
      '0 [{"containerPort":80,"protocol":"TCP"}]',
    );
    expect((await kubectl("create configmap proto --from-literal=a=b")).out).toBe("configmap/proto created\n");
    expect((await kubectl("create secret generic proto --from-literal=a=b && kubectl get secret proto -o jsonpath='{.data.a}'")).out).toBe(
      "secret/proto created\nYg==",
    );
    expect((await kubectl("create service clusterip proto --tcp=80:8080 && kubectl create sa proto && kubectl create ns proto")).code).toBe(
      0,
    );
  });

  it("describes with events", async () => {
    const { out } = await kubectl("describe deploy web");
    expect(out).toMatch(/^Replicas: +2 desired \| 2 updated \| 2 total \| 2 available \| 0 unavailable$/m);
    expect(out).toMatch(/Normal +ScalingReplicaSet +\S+ +deployment-controller +Scaled up replica set web-\S+ from 0 to 2\n$/);
  });

  it("streams logs, and follows them", async () => {
    expect((await kubectl("logs deploy/web --tail=1")).out).toMatch(/line \d+\n$/);
    const follow = start("kubectl", ["logs", "-f", "deploy/web", "--tail=1"]);
    await until("three more lines", () => (follow.text().match(/^line \d+$/gm) ?? []).length >= 4);
    follow.process.kill("SIGINT");
    await follow.ended;
  });

  it("runs commands in containers, with stdin, stderr and exit codes", async () => {
    expect(await kubectl("exec deploy/web -- sh -c 'echo out; echo err >&2; exit 7'")).toMatchObject({
      code: 7,
      out: expect.stringMatching(/out[^]*command terminated with exit code 7\n$/) as unknown,
    });
    expect((await kubectl("exec deploy/web -i -- cat < web.yaml")).out).toContain("kind: Deployment");
  });

  it("forwards ports, and says why one leads nowhere", async () => {
    await kubectl("run site --image=nginx --port=80");
    await kubectl("wait --for=condition=Ready pod/site --timeout=60s");
    // Without a probe a pod is ready before its nginx listens.
    await kubectl("exec site -- sh -c 'until curl -sf -o /dev/null localhost; do sleep 0.1; done'");
    const forward = start("kubectl", ["port-forward", "pod/site", ":80", ":81"]);
    const local = (remote: number): string | undefined => new RegExp(`127.0.0.1:(\\d+) -> ${remote}$`, "m").exec(forward.text())?.[1];
    await until("forwarding", () => local(80) !== undefined && local(81) !== undefined);
    const page = await fetch(`http://127.0.0.1:${local(80)}/`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("Welcome to nginx!")]);
    await expect(fetch(`http://127.0.0.1:${local(81)}/`)).rejects.toThrow("fetch failed");
    await until("the refusal", () => forward.text().includes("IPv4: dial tcp4 127.0.0.1:81: connect: connection refused"));
    forward.process.kill();
    await forward.ended;
  });

  it("reaches pods and Services through the API server", async () => {
    await kubectl("expose pod site");
    const page = await kubectl("get --raw /api/v1/namespaces/default/pods/site/proxy/");
    expect(page.out).toContain("Welcome to nginx!");
    expect((await kubectl("get --raw /api/v1/namespaces/default/pods/site:81/proxy/")).out).toMatch(
      /^Error from server \(ServiceUnavailable\): error trying to reach service: dial tcp [\d.]+:81: connect: connection refused\n$/,
    );
    await kubectl("delete pod/site service/site --now");
  });

  it("watches", async () => {
    const watch = start("kubectl", ["get", "deploy", "web", "-w"]);
    await until("the first row", () => /^web /m.test(watch.text()));
    expect((await kubectl("scale deploy web --replicas=3")).out).toBe("deployment.apps/web scaled\n");
    await until("3/3 in the watch", () => /^web +3\/3 /m.test(watch.text()));
    watch.process.kill("SIGINT");
    await watch.ended;
  });

  it("applies a List, whose items kubectl checks by OpenAPI v2", async () => {
    writeFileSync(
      join(folder, "list.yaml"),
      "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: one}}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: two}}\n",
    );
    expect(await kubectl("apply -f list.yaml")).toEqual({ code: 0, out: "configmap/one created\nconfigmap/two created\n" });
  });

  it("refuses in the server's words", async () => {
    expect((await kubectl("exec deploy/web -c ghost -- ls")).out).toMatch(/container ghost is not valid for pod web-\S+\n$/);
    expect(
      (await kubectl(`create -f - <<< '{"apiVersion":"extensions/v1beta1","kind":"Deployment","metadata":{"name":"old"}}'`)).out,
    ).toContain('no matches for kind "Deployment" in version "extensions/v1beta1"');
    expect(await kubectl("get pod ghost")).toEqual({ code: 1, out: 'Error from server (NotFound): pods "ghost" not found\n' });
    expect((await kubectl("create -f web.yaml")).out).toContain(
      'Error from server (AlreadyExists): error when creating "web.yaml": deployments.apps "web" already exists',
    );
  });

  it("deletes, and pods with their Deployment", async () => {
    expect((await kubectl("delete -f web.yaml")).code).toBe(0);
    await kubectl("wait --for=delete pod -l app=web --timeout=30s");
    expect((await kubectl("get pods -l app=web")).out).toBe("No resources found in default namespace.\n");
  });

  it("ends with 0 when it is told to", async () => {
    server.process.kill("SIGTERM");
    expect(await server.ended).toBe(0);
  });
});

describe("timonel serve", () => {
  it("names the port that is taken, and ends with 1", async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) =>
      taken.listen(0, "127.0.0.1", () => resolve((taken.address() as { port: number }).port)),
    );
    const server = serve("--port", String(port), "--nodes", "1", "--kubeconfig", join(folder, "other"));
    expect(await server.ended).toBe(1);
    expect(server.text()).toContain(`timonel: port ${port} is taken; choose another with --port`);
    taken.close();
  });

  it("ends with the process that started it", async () => {
    const script = `${process.execPath} ${ROOT}scripts/timonel.mjs serve --port 0 --nodes 1 --kubeconfig ${join(folder, "third")} & echo pid $!; wait`;
    const parent = start("bash", ["-c", script]);
    await until("ready", () => /^ready$/m.test(parent.text()));
    const pid = Number(/^pid (\d+)$/m.exec(parent.text())?.[1]);
    parent.process.kill("SIGKILL");
    const alive = (): boolean => spawnSync("kill", ["-0", String(pid)]).status === 0;
    await until("its end", () => !alive(), 5000);
    expect(alive()).toBe(false);
  });

  it("refuses a preset that is none", async () => {
    const server = serve("--preset", "moon");
    expect(await server.ended).toBe(2);
    expect(server.text()).toContain('timonel: unknown preset "moon"');
  });
});
