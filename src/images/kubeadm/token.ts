import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { base64Decode, base64Text, parseDuration } from "../../machinery/index.ts";
import { loadKeyTools } from "../../pki/index.ts";
import { loadLater } from "../../runtime/index.ts";
import { parseTime, rfc3339 } from "../../sim/index.ts";
import { Failed, type Flags, type Run } from "./run.ts";

export const keyTools = loadLater(loadKeyTools);

const TOKEN = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz";
const USAGES = ["authentication", "signing"];
const GROUPS = "system:bootstrappers:kubeadm:default-node-token";

function generated({ proc }: Run): string {
  const random = proc.random.fork(`token ${proc.pid}`);
  const letters = (n: number): string => Array.from({ length: n }, () => LETTERS[random.int(LETTERS.length)]).join("");
  return `${letters(6)}.${letters(16)}`;
}
const shortDuration = (text: string): number => {
  try {
    return parseDuration(text);
  } catch {
    throw new Failed(
      `invalid argument ${JSON.stringify(text)} for "--ttl" flag: time: invalid duration ${JSON.stringify(text)}\nTo see the stack trace of this error execute with --v=5 or higher`,
    );
  }
};

/** sha256 of the key that an authority's certificate is about (kubeadm: pubkeypin.Hash). */
export async function pinOf(run: Run, certificate: string): Promise<string> {
  const tools = await run.proc.code(keyTools);
  const der = tools.fromPem(certificate)?.bytes;
  if (!der) throw new Failed("failed to load CA certificates from kubeconfig: data does not contain any valid RSA or ECDSA certificates");
  return `sha256:${bytesToHex(sha256(tools.readCertificate(der).keyInfo))}`;
}

/** Where joiners go: what the administrator's kubeconfig says. */
function serverOf(run: Run): string {
  const server = /^\s*server: https?:\/\/(\S+)$/m.exec(run.need("/etc/kubernetes/admin.conf"))?.[1];
  if (server === undefined) throw new Failed("no cluster found in the admin kubeconfig");
  return server;
}

async function create(run: Run, given: string | undefined, flags: Flags): Promise<number> {
  const token = given ?? generated(run);
  const [, id, secret] = TOKEN.exec(token) ?? [];
  if (id === undefined || secret === undefined)
    throw new Failed(`the bootstrap token ${JSON.stringify(token)} was not of the form "\\\\A([a-z0-9]{6})\\\\.([a-z0-9]{16})\\\\z"`);
  const usages = (flags.text("usages") ?? USAGES.join()).split(",");
  const wrong = usages.find((usage) => !USAGES.includes(usage));
  if (wrong !== undefined)
    throw new Failed(`invalid bootstrap token usage string: ${usages.join()}, valid usage options: ${USAGES.join(",")}`);
  const ttl = shortDuration(flags.text("ttl") ?? "24h0m0s");
  const groups = flags.text("groups") ?? GROUPS;
  const bad = groups.split(",").find((group) => !/^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/.test(group));
  if (bad !== undefined)
    throw new Failed(`bootstrap group ${JSON.stringify(bad)} is invalid (must match \\Asystem:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]\\z)`);
  const description = flags.text("description") ?? "";
  const data: Record<string, string> = {
    "token-id": id,
    "token-secret": secret,
    ...(ttl > 0 && { expiration: rfc3339(run.proc.clock.now() + ttl) }),
    ...Object.fromEntries(usages.map((usage) => [`usage-bootstrap-${usage}`, "true"])),
    ...(description !== "" && { description }),
    ...(usages.includes("authentication") && { "auth-extra-groups": groups }),
  };
  const object = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: `bootstrap-token-${id}`, namespace: "kube-system" },
    type: "bootstrap.kubernetes.io/token",
    data: Object.fromEntries(Object.entries(data).map(([k, v]) => [k, base64Text(v)])),
  };
  try {
    await run.kubectl(["create", "-f", "-"], JSON.stringify(object));
  } catch (error) {
    if (error instanceof Failed && /already exists/.test(error.message))
      throw new Failed(`a token with id ${JSON.stringify(id)} already exists`);
    throw error;
  }
  if (!flags.has("print-join-command")) await run.out(`${token}\n`);
  else
    await run.out(
      `kubeadm join ${serverOf(run)} --token ${token} --discovery-token-ca-cert-hash ${await pinOf(run, run.need("/etc/kubernetes/pki/ca.crt"))} \n`,
    );
  return 0;
}

interface Token {
  readonly id: string;
  readonly token: string;
  readonly expires: string | undefined;
  readonly usages: string;
  readonly description: string;
  readonly groups: string;
}
const text = (value: string | undefined): string => {
  const bytes = base64Decode(value ?? "");
  return typeof bytes === "number" ? "" : new TextDecoder().decode(bytes);
};

async function tokens(run: Run): Promise<readonly Token[]> {
  const said = await run.kubectl([
    "get",
    "secrets",
    "-n",
    "kube-system",
    "--field-selector=type=bootstrap.kubernetes.io/token",
    "-o",
    "json",
  ]);
  const { items } = JSON.parse(said) as { readonly items: readonly { readonly data?: Readonly<Record<string, string>> }[] };
  return items.map(({ data = {} }) => ({
    id: text(data["token-id"]),
    token: `${text(data["token-id"])}.${text(data["token-secret"])}`,
    expires: data["expiration"] === undefined ? undefined : text(data["expiration"]),
    usages: USAGES.filter((usage) => text(data[`usage-bootstrap-${usage}`]) === "true").join(","),
    description: text(data["description"]),
    groups: text(data["auth-extra-groups"]),
  }));
}

/** As `kubectl get` shows ages (k8s: util/duration ShortHumanDuration). */
function short(ms: number): string {
  const s = Math.floor(ms / 1000);
  if (s < 0) return "<invalid>";
  if (s < 60) return `${s}s`;
  if (s < 3600) return `${Math.floor(s / 60)}m`;
  if (s < 86_400) return `${Math.floor(s / 3600)}h`;
  return s < 365 * 86_400 ? `${Math.floor(s / 86_400)}d` : `${Math.floor(s / 86_400 / 365)}y`;
}

/** Columns as kubeadm's tabwriter pads them: at least ten wide. */
export function columns(rows: readonly (readonly string[])[], gap = 3): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(10 - gap, ...rows.map((row) => (row[i] ?? "").length)));
  return rows
    .map((row) => `${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd((widths[i] ?? 0) + gap))).join("")}\n`)
    .join("");
}

async function list(run: Run, flags: Flags): Promise<number> {
  const now = run.proc.clock.now();
  const form = flags.text("output") ?? "text";
  if (form === "json") {
    for (const { token, expires, usages, description, groups } of await tokens(run))
      await run.out(
        `${JSON.stringify(
          {
            kind: "BootstrapToken",
            apiVersion: "output.kubeadm.k8s.io/v1alpha3",
            token,
            ...(description !== "" && { description }),
            ...(expires !== undefined && { expires }),
            ...(usages !== "" && { usages: usages.split(",") }),
            ...(groups !== "" && { groups: groups.split(",") }),
          },
          undefined,
          4,
        )}\n`,
      );
    return 0;
  }
  if (form !== "text") throw new Failed(`token list -o ${form} is not simulated by Timonel`);
  const rows = (await tokens(run)).map(({ token, expires, usages, description, groups }) => [
    token,
    expires === undefined ? "<forever>" : short(parseTime(expires) - now),
    expires ?? "<never>",
    usages || "<none>",
    description || "<none>",
    groups || "<none>",
  ]);
  await run.out(columns([["TOKEN", "TTL", "EXPIRES", "USAGES", "DESCRIPTION", "EXTRA GROUPS"], ...rows]));
  return 0;
}

async function remove(run: Run, given: readonly string[]): Promise<number> {
  if (given.length === 0) throw new Failed("missing argument; 'token delete' is missing token of form [\"^[a-z0-9]{6}$\"]");
  for (const word of given) {
    const id = TOKEN.exec(word)?.[1] ?? word;
    if (!/^[a-z0-9]{6}$/.test(id))
      throw new Failed(`given token didn't match pattern "^[a-z0-9]{6}$" or "\\\\A([a-z0-9]{6})\\\\.([a-z0-9]{16})\\\\z"`);
    try {
      await run.kubectl(["delete", "secret", "-n", "kube-system", `bootstrap-token-${id}`]);
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      throw new Failed(`failed to delete bootstrap token ${JSON.stringify(id)}: ${error.message}`);
    }
    await run.out(`bootstrap token ${JSON.stringify(id)} deleted\n`);
  }
  return 0;
}

/** kubeadm token create, list, delete, generate (kubeadm: cmd/token.go). */
export async function token(run: Run, [verb, ...rest]: readonly string[], flags: Flags): Promise<number> {
  if (verb === "generate") return (await run.out(`${generated(run)}\n`), 0);
  if (verb === "create") return create(run, rest[0], flags);
  if (verb === "list") return list(run, flags);
  return remove(run, rest);
}
