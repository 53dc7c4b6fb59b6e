import type { FilesCall, FromWorker, SandboxStatus, ToWorker } from "../../browser/protocol.ts";
import { FakeCluster } from "./fakeCluster.ts";
import { FakeLesson } from "./fakeLesson.ts";
import { FakeShell, HOME } from "./fakeShell.ts";

/** Speaks the protocol of the real worker, for development and screenshots. The page passes the mode as the name. */
const scope = self as unknown as {
  name: string;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker): void;
};
const mode = scope.name;
const say = (message: FromWorker) => scope.postMessage(message);

const cluster = new FakeCluster(mode);
const files = new Map<string, string>(
  mode === "empty"
    ? []
    : [
        [
          `${HOME}/hello-pod.yaml`,
          "apiVersion: v1\nkind: Pod\nmetadata:\n  name: hello\nspec:\n  containers:\n    - name: main\n      image: busybox\n      command: [echo, Hello Kubernetes!]\n",
        ],
        [
          `${HOME}/shop/web.yaml`,
          "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 4\n  selector:\n    matchLabels:\n      app: web\n  template:\n    metadata:\n      labels:\n        app: web\n    spec:\n      containers:\n        - name: web\n          image: nginx:1.29\n          ports:\n            - containerPort: 80\n",
        ],
        [
          `${HOME}/shop/service.yaml`,
          "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: web\n  ports:\n    - port: 80\n",
        ],
      ],
);
const watches = new Map<number, string>();
const fileWatches = new Set<number>();
const shells = new Map<number, FakeShell>();
const encoder = new TextEncoder();
let lesson: FakeLesson | undefined;
let speed: number | "max" = 1;
let paused = false;

let outgoing = new Map<number, { type: string; object: object }[]>();
cluster.onChange = (path, type, object) => {
  for (const [id, watched] of watches) {
    if (watched !== path) continue;
    const events = outgoing.get(id) ?? [];
    events.push({ type, object });
    outgoing.set(id, events);
  }
};

function flush(): void {
  for (const [id, events] of outgoing) say({ type: "events", id, events });
  outgoing = new Map();
}

const tell = () => say({ type: "clock", clock: { now: cluster.now, speed, paused } });

function begin(): void {
  const status: SandboxStatus =
    mode === "memory"
      ? { sandbox: "default", storage: "memory", reason: "refused", persisted: false, resumed: false }
      : { sandbox: "default", storage: "durable", persisted: true, resumed: mode !== "empty" };
  say({ type: "ready", status, home: HOME });
  if (mode === "silent") return;
  setInterval(() => say({ type: "alive" }), 1000);
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    if (!paused) cluster.advance((now - last) * (speed === "max" ? 1000 : speed));
    last = now;
    flush();
  }, 16);
  setInterval(tell, 250);
  tell();
}

function fileCall(id: number, call: FilesCall): unknown {
  const inside = (path: string) => [...files.keys()].filter((f) => f === path || f.startsWith(`${path}/`));
  switch (call.verb) {
    case "list": {
      const entries = new Map<string, object>();
      for (const [path, text] of files) {
        if (!path.startsWith(`${call.path}/`)) continue;
        const [first, ...rest] = path.slice(call.path.length + 1).split("/");
        entries.set(first ?? "", {
          path: `${call.path}/${first}`,
          type: rest.length > 0 ? "directory" : "file",
          size: text.length,
          mtime: cluster.now,
        });
      }
      return [...entries.values()];
    }
    case "read": {
      const text = files.get(call.path);
      if (text === undefined) throw new Error(`${call.path}: No such file or directory`);
      return encoder.encode(text);
    }
    case "write":
      files.set(call.path, typeof call.data === "string" ? call.data : new TextDecoder().decode(call.data));
      return changed(call.path);
    case "rename":
      for (const path of inside(call.from)) {
        files.set(call.to + path.slice(call.from.length), files.get(path) ?? "");
        files.delete(path);
      }
      return changed(call.to);
    case "remove":
      for (const path of inside(call.path)) files.delete(path);
      return changed(call.path);
    case "watch":
      fileWatches.add(id);
      return undefined;
    case "mkdir":
      return undefined;
  }
}

function changed(path: string): void {
  for (const id of fileWatches) say({ type: "files.changed", id, path });
}

scope.onmessage = ({ data: message }) => {
  switch (message.type) {
    case "open":
      if (mode === "held" && !message.takeover) return say({ type: "elsewhere", reason: "held" });
      if (mode === "fatal") return say({ type: "fatal", message: "RangeError: Maximum call stack size exceeded" });
      if (mode === "refused")
        return say({ type: "lesson.refused", problems: [{ file: "lesson.yaml", line: 3, message: "has no id", fix: "Add it." }] });
      begin();
      if (message.lesson) lesson = new FakeLesson((view, prose) => say({ type: "lesson", lesson: view, ...(prose && { prose }) }));
      return;
    case "lesson":
      lesson?.do(message.call);
      return say({ type: "reply", id: message.id, ok: true, value: null });
    case "request": {
      const { method, path } = message.request;
      const deletion = method === "DELETE" && /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)$/.exec(path);
      if (deletion) {
        cluster.kill(`${deletion[1]}/${deletion[2]}`);
        return say({ type: "response", id: message.id, response: { status: 200, body: {}, revision: cluster.revision } });
      }
      const items = cluster.collections.get(path);
      const body = items
        ? { metadata: { resourceVersion: String(cluster.revision) }, items: [...items.values()] }
        : { kind: "Status", code: 404, reason: "NotFound", message: "the server could not find the requested resource" };
      return say({ type: "response", id: message.id, response: { status: items ? 200 : 404, body, revision: cluster.revision } });
    }
    case "watch":
      return void watches.set(message.id, message.path);
    case "cancel":
      watches.delete(message.id);
      return void fileWatches.delete(message.id);
    case "terminal.open":
      return void shells.set(
        message.id,
        new FakeShell(cluster, files, (text) => say({ type: "terminal.output", id: message.id, data: encoder.encode(text) })),
      );
    case "terminal.input":
      return shells.get(message.id)?.input(message.data);
    case "terminal.close":
      return void shells.delete(message.id);
    case "files":
      try {
        const value = fileCall(message.id, message.call);
        if (message.call.verb !== "watch") say({ type: "reply", id: message.id, ok: true, value });
      } catch (error) {
        say({ type: "reply", id: message.id, ok: false, message: (error as Error).message });
      }
      return;
    case "clock":
      if (message.call.verb === "speed") speed = message.call.speed;
      else if (message.call.verb === "step") cluster.step();
      else paused = message.call.verb === "pause";
      tell();
      return say({ type: "reply", id: message.id, ok: true, value: undefined });
    case "export":
      return say({ type: "reply", id: message.id, ok: true, value: encoder.encode("fake") });
    case "import":
    case "reset":
      return say({ type: "reply", id: message.id, ok: true, value: undefined });
    case "terminal.acknowledge":
    case "terminal.resize":
      return;
  }
};
