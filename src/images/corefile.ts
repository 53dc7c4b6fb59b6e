/** What a Corefile asks of the simulated CoreDNS. */
export interface Corefile {
  readonly port: number;
  readonly lameduck: number;
  readonly health: boolean;
  readonly ready: boolean;
  /** The zones that the kubernetes plugin answers for; undefined: it is not there. */
  readonly zones: readonly string[] | undefined;
  readonly log: boolean;
  readonly forward: boolean;
  /** Names of the hosts plugin. */
  readonly hosts: ReadonlyMap<string, string>;
  /** Names that are asked for as another, in order. */
  readonly rewrites: readonly Rewrite[];
}

/** `rewrite name exact|suffix FROM TO`. */
export interface Rewrite {
  readonly match: "exact" | "suffix";
  readonly from: string;
  readonly to: string;
}

/** Plugins without a visible effect here. */
const QUIET = new Set(["errors", "prometheus", "cache", "loop", "reload", "loadbalance", "debug", "ttl", "minimal", "bufsize"]);
const OTHERS = new Set([
  "acl",
  "any",
  "auto",
  "autopath",
  "bind",
  "cancel",
  "chaos",
  "clouddns",
  "dns64",
  "dnssec",
  "dnstap",
  "erratic",
  "etcd",
  "file",
  "geoip",
  "grpc",
  "header",
  "import",
  "k8s_external",
  "local",
  "metadata",
  "multisocket",
  "nsid",
  "pprof",
  "root",
  "route53",
  "secondary",
  "sign",
  "template",
  "timeouts",
  "tls",
  "trace",
  "transfer",
  "tsig",
  "view",
  "whoami",
]);

/** Reads a Corefile of one server block; a string is why it is refused, in CoreDNS' words. */
export function parseCorefile(text: string, path: string): Corefile | string {
  const corefile = {
    port: 53,
    lameduck: 0,
    health: false,
    ready: false,
    zones: undefined as readonly string[] | undefined,
    log: false,
    forward: false,
    hosts: new Map<string, string>(),
    rewrites: [] as Rewrite[],
  };
  let depth = 0;
  let plugin = "";
  let blocks = 0;
  for (const [i, raw] of text.split("\n").entries()) {
    const words = raw
      .replace(/#.*/, "")
      .trim()
      .split(/\s+/)
      .filter((w) => w !== "");
    const opens = words.at(-1) === "{";
    if (opens) words.pop();
    const [first, ...rest] = words;
    if (first === "}") {
      depth--;
      if (depth < 0) return `${path}:${i + 1} - Error during parsing: Unexpected '}' because no matching opening brace`;
      continue;
    }
    if (first !== undefined && depth === 0) {
      if (++blocks > 1) return `${path}:${i + 1} - Timonel simulates one server block in a Corefile`;
      const port = /:(\d+)$/.exec(first)?.[1];
      if (port !== undefined) corefile.port = Number(port);
    } else if (first !== undefined && depth === 1) {
      plugin = first;
      if (first === "health" || first === "ready" || first === "log" || first === "forward") corefile[first] = true;
      else if (first === "kubernetes") corefile.zones = zonesOf(rest);
      else if (first === "rewrite") {
        const rule = rewriteOf(rest);
        if (typeof rule === "string") return `${path}:${i + 1} - ${rule}`;
        corefile.rewrites.push(rule);
      } else if (first !== "hosts" && !QUIET.has(first)) {
        return OTHERS.has(first)
          ? `${path}:${i + 1} - Error during parsing: the plugin '${first}' is not simulated by Timonel`
          : `${path}:${i + 1} - Error during parsing: Unknown directive '${first}'`;
      }
    } else if (first !== undefined && depth === 2) {
      if (plugin === "health" && first === "lameduck")
        corefile.lameduck = Number.parseFloat(rest[0] ?? "0") * (rest[0]?.endsWith("ms") ? 1 : 1000);
      if (plugin === "hosts" && /^\d+\./.test(first))
        for (const name of rest) corefile.hosts.set(name.toLowerCase().replace(/\.$/, ""), first);
    }
    if (opens) depth++;
  }
  if (depth > 0) return `${path}:${text.split("\n").length} - Error during parsing: Unexpected EOF, expecting '}'`;
  return corefile;
}

const plain = (name: string): string => name.toLowerCase().replace(/\.$/, "");

/** Without a zone the server block's, which is everything: then the cluster's own are meant. Reversed ones are no zones of names. */
const zonesOf = (words: readonly string[]): readonly string[] => words.map(plain).filter((zone) => !zone.endsWith(".arpa"));

/** `rewrite [stop|continue] name [exact|suffix] FROM TO [answer auto]`; a string: what is not simulated. */
function rewriteOf(words: readonly string[]): Rewrite | string {
  const [kind, ...rest] = words.filter((word, i) => !(i === 0 && (word === "stop" || word === "continue")));
  const named = rest[0] === "exact" || rest[0] === "suffix";
  const [from, to, ...more] = named ? rest.slice(1) : rest;
  const whole = more.length === 0 || more.join(" ") === "answer auto";
  if (kind !== "name" || from === undefined || to === undefined || !whole)
    return "Error during parsing: of the plugin 'rewrite' Timonel simulates exact names and suffixes";
  return { match: rest[0] === "suffix" ? "suffix" : "exact", from: plain(from), to: plain(to) };
}
