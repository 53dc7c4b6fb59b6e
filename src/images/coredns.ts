import { sha512 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { replyMessage, decodeMessage, type Answer, type ClusterDns, type Question } from "../network/index.ts";
import type { ImageDefinition, ProcessContext, Program } from "../runtime/index.ts";
import { parseCorefile, type Corefile } from "./corefile.ts";
import { goFlags } from "./go-flags.ts";
import { goHeaders } from "./go-http.ts";
import { nextSignal, readIfThere } from "./process.ts";
import { HttpService } from "./serving.ts";

const VERSION = "1.12.1";
const RELOAD_INTERVAL = 30_000;

/** Where CoreDNS gets the cluster's records: the composition root joins it to the API. */
export interface ClusterRecords {
  readonly dns: Pick<ClusterDns, "answer" | "domain">;
  /** Whether its informers have their first lists. */
  synced(): boolean;
}

/** The cluster's DNS server: kubernetes, hosts, forward, health, ready and log of its plugins. */
export function coredns(records: () => ClusterRecords | undefined): Program {
  return async (proc) => {
    const flags = goFlags(proc.argv, { conf: "string", "dns.port": "string", version: "bool", quiet: "bool", plugins: "bool" });
    if ("error" in flags) {
      await proc.stderr.write(flags.error);
      return 2;
    }
    if (flags.values["version"] === "true") {
      await proc.stdout.write(`CoreDNS-${VERSION}\nlinux/amd64, go1.24.1, 707c7c1\n`);
      return 0;
    }
    const path = flags.values["conf"] ?? "Corefile";
    const kept = (proc.restored as { readonly text?: string } | undefined)?.text;
    const text = kept ?? readIfThere(proc, path) ?? ".:53 {\n  whoami\n}\n";
    const parsed = parseCorefile(text, path);
    if (typeof parsed === "string") {
      await proc.stderr.write(`${parsed}\n`);
      return 1;
    }
    return new Server(proc, path, text, parsed, records).run(kept === undefined);
  };
}

class Server {
  readonly #proc: ProcessContext;
  readonly #path: string;
  readonly #records: () => ClusterRecords | undefined;
  #text: string;
  #corefile: Corefile;
  #busy = 0;
  #reloading = false;

  constructor(proc: ProcessContext, path: string, text: string, corefile: Corefile, records: () => ClusterRecords | undefined) {
    this.#proc = proc;
    this.#path = path;
    this.#text = text;
    this.#corefile = corefile;
    this.#records = records;
  }

  async run(fresh: boolean): Promise<number> {
    const proc = this.#proc;
    const stop = nextSignal(proc, ["TERM", "INT"]);
    proc.net.bind(this.#corefile.port, (data, from) => this.#datagram(data, from));
    if (this.#corefile.health) await this.#serve(8080, "/health", () => ({ status: 200, body: "OK" }));
    if (this.#corefile.ready)
      await this.#serve(8181, "/ready", () => (this.#ready() ? { status: 200, body: "OK" } : { status: 503, body: "kubernetes" }));
    proc.fs.watch(this.#path, () => void this.#reload());
    if (fresh) {
      await proc.cpu(30);
      proc.memory(14 * 1024 * 1024);
      await proc.stdout.write(
        `.:${this.#corefile.port}\n[INFO] plugin/reload: Running configuration SHA512 = ${digest(this.#text)}\nCoreDNS-${VERSION}\nlinux/amd64, go1.24.1, 707c7c1\n`,
      );
    }
    this.#checkpoint();
    const signal = await stop;
    await proc.stdout.write(`[INFO] SIG${signal}: Shutting down\n`);
    if (this.#corefile.lameduck > 0) {
      await proc.stdout.write(`[INFO] plugin/health: Going into lameduck mode for ${this.#corefile.lameduck / 1000}s\n`);
      await proc.clock.sleep(this.#corefile.lameduck);
    }
    return 0;
  }

  #ready(): boolean {
    return !this.#corefile.zones || (this.#records()?.synced() ?? false);
  }

  async #serve(port: number, path: string, answer: () => { readonly status: number; readonly body: string }): Promise<void> {
    const service = new HttpService(
      (request) => {
        const { status, body } = request.path === path ? answer() : { status: 404, body: "404 page not found\n" };
        return { status, body, headers: goHeaders(this.#proc.clock.now()) };
      },
      { idle: () => this.#checkpoint() },
    );
    this.#services.push(service);
    void service.accept(await this.#proc.net.listen(port));
  }
  readonly #services: HttpService[] = [];

  async #datagram(data: Uint8Array, from: string): Promise<Uint8Array | undefined> {
    const domain = this.#records()?.dns.domain ?? "cluster.local";
    const reply = replyMessage(data, domain, (question) => this.#answer(question));
    if (this.#corefile.log && reply) {
      this.#busy++;
      const { questions, code, id } = decodeMessage(reply);
      const { name = "", type = "" } = questions[0] ?? {};
      await this.#proc.stdout.write(
        `[INFO] ${from}:0 - ${id} "${type} IN ${name}. udp ${data.length} false 512" ${code} qr,aa,rd ${reply.length} 0.000100000s\n`,
      );
      this.#busy--;
    }
    this.#checkpoint();
    return reply;
  }

  #answer(question: Question): Answer {
    const asked = question.name.replace(/\.$/, "");
    const rule = this.#corefile.rewrites.find(({ match, from }) =>
      match === "exact" ? asked.toLowerCase() === from : endsWith(asked, from),
    );
    if (!rule) return this.#lookUp({ ...question, name: asked });
    const name = asked.slice(0, asked.length - rule.from.length) + rule.to;
    return renamed(this.#lookUp({ ...question, name }), name, asked);
  }

  #lookUp(question: Question): Answer {
    const name = question.name.toLowerCase();
    const host = this.#corefile.hosts.get(name);
    if (host !== undefined)
      return { code: "NOERROR", answers: question.type === "A" ? [{ name: question.name, ttl: 3600, type: "A", address: host }] : [] };
    const { zones, forward } = this.#corefile;
    const records = this.#records();
    const domain = records?.dns.domain ?? "";
    const zone = (zones?.length === 0 ? [domain] : zones)?.find((z) => name === z || endsWith(name, `.${z}`));
    if (records && zone !== undefined && zone !== domain) {
      // The cluster's records by another name of its zone.
      const inside = name.slice(0, name.length - zone.length) + domain;
      return renamed(records.dns.answer({ ...question, name: inside }), domain, zone);
    }
    const mine = zone !== undefined || (zones !== undefined && name.endsWith(".in-addr.arpa"));
    if (!mine && !forward) return { code: "REFUSED", answers: [] };
    if (!mine && endsWith(name, `.${domain}`)) return { code: "NXDOMAIN", answers: [] };
    return records?.dns.answer(question) ?? { code: "SERVFAIL", answers: [] };
  }

  /** The reload plugin looks every 30 s; here it is woken by the change and waits as long as the plugin would at most. */
  async #reload(): Promise<void> {
    if (this.#reloading) return;
    this.#reloading = true;
    await this.#proc.clock.sleep(RELOAD_INTERVAL);
    this.#reloading = false;
    const text = readIfThere(this.#proc, this.#path);
    if (text === undefined || text === this.#text) return this.#checkpoint();
    const parsed = parseCorefile(text, this.#path);
    if (typeof parsed === "string") {
      await this.#proc.stdout.write(
        `[ERROR] Restart failed: ${parsed}\n[ERROR] plugin/reload: Corefile changed but reload failed: ${parsed}\n`,
      );
      return this.#checkpoint();
    }
    await this.#proc.stdout.write(
      `[INFO] Reloading\n[INFO] plugin/reload: Running configuration SHA512 = ${digest(text)}\n[INFO] Reloading complete\n`,
    );
    // The ports stay those of the start.
    this.#text = text;
    this.#corefile = { ...parsed, port: this.#corefile.port };
    this.#checkpoint();
  }

  #checkpoint(): void {
    if (this.#busy === 0 && !this.#reloading && this.#services.every((s) => s.open === 0)) this.#proc.checkpoint({ text: this.#text });
  }
}

const endsWith = (name: string, suffix: string): boolean => name.toLowerCase().endsWith(suffix);

/** An answer whose names end in `to` where they ended in `from`. */
function renamed(answer: Answer, from: string, to: string): Answer {
  const rename = (name: string): string => (endsWith(name, from) ? name.slice(0, name.length - from.length) + to : name);
  const all = (records: Answer["answers"] = []): Answer["answers"] =>
    records.map((record) => ({ ...record, name: rename(record.name), ...("target" in record && { target: rename(record.target) }) }));
  return { ...answer, answers: all(answer.answers), ...(answer.additional && { additional: all(answer.additional) }) };
}

function digest(text: string): string {
  return bytesToHex(sha512(new TextEncoder().encode(text)));
}

export const image: ImageDefinition = {
  repository: "registry.k8s.io/coredns/coredns",
  tags: ["v1.12.1", "v1.12.0", "v1.11.3", "v1.11.1", "v1.13.1"],
  size: 22_400_000,
  config: { entrypoint: ["/coredns"], exposedPorts: [53], user: "65532:65532", workingDir: "/" },
  files: { "/coredns": { program: "coredns" } },
};
