import { klogHead } from "../klog.ts";
import { STATUS_WORDS } from "./status-words.ts";
import type { ClientConfig, KubectlProcess, KubectlRequest, KubectlResponse } from "../types.ts";

const TABLES = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";
/** What -v=6 and more tell of requests (k8s: client-go transport/round_trippers.go, rest/request.go). */
export class Trace {
  readonly #proc: KubectlProcess;
  readonly #level: number;
  readonly #bodies: number;
  readonly #config: ClientConfig;

  /** `bodies`: the level of what tells of bodies, which --vmodule can set apart. */
  constructor(proc: KubectlProcess, { level, bodies }: { readonly level: number; readonly bodies: number }, config: ClientConfig) {
    this.#proc = proc;
    this.#level = level;
    this.#bodies = bodies;
    this.#config = config;
  }

  say(place: string, text: string): Promise<void> {
    return this.#proc.stderr.write(`${klogHead("I", this.#proc.clock.now(), this.#proc.pid)} ${place}] ${text}\n`);
  }

  /** Tells of a request; what it answers tells of the response. */
  async request(request: KubectlRequest): Promise<(response: Partial<KubectlResponse>) => Promise<void>> {
    const { method } = request;
    const level = this.#level;
    const began = this.#proc.clock.now();
    const url = `${this.#config.server}${request.path}${queryText(request.query)}`;
    const headers = headersOf(request, this.#config);
    const named = `verb=${JSON.stringify(method)} url=${JSON.stringify(url)}`;
    if (this.#bodies >= 8) await this.say("helper.go:105", `"Request Body" body=${this.#body(request.body)}`);
    if (level >= 9) {
      const given = headers.map(([k, v]) => ` -H ${JSON.stringify(`${k}: ${v}`)}`).join("");
      await this.say("round_trippers.go:527", `"Request" curlCommand=<\n\tcurl -v -X${method} ${given} '${url}'\n >`);
    } else if (level >= 7)
      await this.say("round_trippers.go:527", `"Request" ${named} headers=<\n${headers.map(([k, v]) => `\t${k}: ${v}\n`).join("")} >`);
    return async ({ status = 200, contentType, warnings = [], body }) => {
      const words = `status="${status} ${STATUS_WORDS[status] ?? ""}"`;
      const took = `milliseconds=${Math.round(this.#proc.clock.now() - began)}`;
      const told = [`Content-Type: ${contentType ?? "application/json"}`, ...warnings.map((w) => `Warning: 299 - ${JSON.stringify(w)}`)];
      const shown = level >= 8 ? ` headers=<\n${told.map((h) => `\t${h}\n`).join("")} >` : "";
      await this.say("round_trippers.go:632", `"Response"${level === 6 || level >= 9 ? ` ${named}` : ""} ${words}${shown} ${took}`);
      if (this.#bodies >= 8 && body !== undefined) await this.say("helper.go:105", `"Response Body" body=${this.#body(body)}`);
    };
  }

  /** As much of a body as the level shows: one line in quotes, more as they are. */
  #body(body: unknown): string {
    const text =
      body === undefined
        ? ""
        : typeof body === "string"
          ? body
          : body instanceof Uint8Array
            ? new TextDecoder().decode(body)
            : `${JSON.stringify(body)}\n`;
    const most = this.#bodies >= 10 ? Infinity : this.#bodies === 9 ? 10_240 : 1024;
    const kept = text.length > most ? `${text.slice(0, most)} [truncated ${text.length - most} chars]` : text;
    return kept.includes("\n") ? `<\n\t${kept.replace(/\n$/, "").replaceAll("\n", "\n\t")}\n >` : JSON.stringify(kept);
  }
}

function headersOf(
  { as, headers = {}, contentType, agent, body }: KubectlRequest,
  { access }: ClientConfig,
): readonly (readonly [string, string])[] {
  const { accept, ...rest } = headers;
  return [
    ["Accept", accept ?? (as === "Table" ? TABLES : "application/json")] as const,
    ...(access.token ? [["Authorization", "Bearer <masked>"] as const] : []),
    ...(body === undefined ? [] : [["Content-Type", contentType ?? "application/json"] as const]),
    ...Object.entries(rest).map(([k, v]) => [k.replace(/(^|-)[a-z]/g, (c) => c.toUpperCase()), v] as const),
    ["User-Agent", agent] as const,
  ];
}

export function queryText(query: KubectlRequest["query"] = {}): string {
  const pairs = Object.keys(query)
    .sort()
    .flatMap((key) => {
      const value = query[key];
      if (value === undefined) return [];
      return (typeof value === "string" ? [value] : value).map((v) => `${encodeURIComponent(key)}=${encodeURIComponent(v)}`);
    });
  return pairs.length > 0 ? `?${pairs.join("&")}` : "";
}
