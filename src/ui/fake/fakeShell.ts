import type { Pod } from "../kube/objects.ts";
import { readiness, statusText } from "../kube/podState.ts";
import type { FakeCluster } from "./fakeCluster.ts";

export const HOME = "/home/learner";
/** With the marks by which the page knows what ran (OSC 133). */
const PROMPT = "\x1b]133;A\x07\x1b[1;36mlearner@timonel\x1b[0m:\x1b[1;34m~\x1b[0m$ \x1b]133;B\x07";

/** Enough of a shell to look at the terminal with. */
export class FakeShell {
  readonly #cluster: FakeCluster;
  readonly #files: Map<string, string>;
  readonly #say: (text: string) => void;
  #line = "";

  constructor(cluster: FakeCluster, files: Map<string, string>, say: (text: string) => void) {
    this.#cluster = cluster;
    this.#files = files;
    this.#say = say;
    say(`Timonel, a Kubernetes v1.36 cluster in this tab (fake worker).\r\n${PROMPT}`);
  }

  input(data: string): void {
    for (const key of data.replaceAll("\x1b[200~", "").replaceAll("\x1b[201~", "")) {
      if (key === "\r") {
        const line = this.#line;
        this.#line = "";
        this.#say(`\r\n\x1b]133;C;cmdline_url=${encodeURIComponent(line)}\x07`);
        this.#run(line.trim());
        this.#say(`\x1b]133;D;0\x07${PROMPT}`);
      } else if (key === "\x7f") {
        if (this.#line) this.#say("\b \b");
        this.#line = this.#line.slice(0, -1);
      } else if (key === "\x03") {
        this.#line = "";
        this.#say(`^C\r\n${PROMPT}`);
      } else if (key >= " ") {
        this.#line += key;
        this.#say(key);
      }
    }
  }

  #run(line: string): void {
    const say = (text: string) => this.#say(`${text.replaceAll("\n", "\r\n")}\r\n`);
    const [command, ...args] = line.split(/\s+/);
    if (!command) return;
    if (command === "ls") return say([...this.#files.keys()].map((f) => f.slice(HOME.length + 1)).join("  "));
    if (command === "seq") return say(Array.from({ length: Number(args[0]) || 1 }, (_, i) => i + 1).join("\n"));
    if (command === "cat") return say(this.#files.get(path(args[0] ?? "")) ?? `cat: ${args[0]}: No such file or directory`);
    if (command !== "kubectl") return say(`bash: ${command}: command not found`);
    if (args[0] === "get" && args[1]?.startsWith("po")) return say(this.#pods(args.includes("-A")));
    if (args[0] === "get" && args[1]?.startsWith("no"))
      return say(
        [
          "NAME            STATUS   ROLES           AGE   VERSION",
          ...[...(this.#cluster.collections.get("/api/v1/nodes")?.keys() ?? [])].map(
            (k) => `${k.slice(1).padEnd(15)} Ready    ${k === "/control-plane" ? "control-plane" : "<none>       "}   5m    v1.36.2`,
          ),
        ].join("\n"),
      );
    if (args[0] === "apply") return this.#apply(args[2] ?? "", say);
    if (args[0] === "logs") return say('10.244.1.1 - - [02/Mar/2026:09:00:12 +0000] "GET / HTTP/1.1" 200 615');
    say(`error: unknown command "${args[0]}" for "kubectl"`);
  }

  #pods(all: boolean): string {
    const rows = [...(this.#cluster.collections.get("/api/v1/pods")?.values() ?? [])] as Pod[];
    const lines = rows
      .filter((p) => all || p.metadata?.namespace === "default")
      .map((p) => {
        const { ready, total, restarts } = readiness(p);
        return `${(p.metadata?.name ?? "").padEnd(26)} ${`${ready}/${total}`.padEnd(7)} ${statusText(p).padEnd(18)} ${String(restarts).padEnd(10)} 1m`;
      });
    return ["NAME                       READY   STATUS             RESTARTS   AGE", ...lines].join("\n");
  }

  #apply(file: string, say: (text: string) => void): void {
    const text = this.#files.get(path(file));
    if (text === undefined) return say(`error: the path "${file}" does not exist`);
    const kind = /^kind: (\w+)/m.exec(text)?.[1];
    const name = /^ {2}name: (\S+)/m.exec(text)?.[1] ?? "noname";
    if (kind === "Pod") this.#cluster.pod({ name, namespace: "default", fate: "runs" });
    else if (kind === "Deployment") this.#cluster.deployment(name, "default", Number(/replicas: (\d+)/.exec(text)?.[1] ?? 1));
    say(`${kind === "Deployment" ? "deployment.apps" : kind?.toLowerCase()}/${name} created`);
  }
}

function path(word: string): string {
  return word.startsWith("~/") ? `${HOME}/${word.slice(2)}` : word.startsWith("/") ? word : `${HOME}/${word}`;
}
