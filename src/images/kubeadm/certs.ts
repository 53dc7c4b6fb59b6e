import { base64Decode } from "../../machinery/index.ts";
import { bytesToHex } from "@noble/hashes/utils.js";
import { parseTime, utcFields } from "../../sim/index.ts";
import {
  AUTHORITIES,
  CERTIFICATES,
  type CaName,
  type CertificateRow,
  issue,
  type KeyTools,
  type Pair,
  type Place,
} from "../kubernetes/certificates.ts";
import { PKI, writeFile } from "../kubernetes/init.ts";
import { KUBECONFIG_USERS, kubeconfigText } from "../kubernetes/kubeconfigs.ts";
import { Failed, type Flags, type Run } from "./run.ts";
import { columns, keyTools } from "./token.ts";

const READING = (what: string): string =>
  `[${what}] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...\n[${what}] Use 'kubeadm init phase upload-config kubeadm --config your-config-file' to re-upload it.\n`;
const WITHOUT = (what: string): string =>
  `[${what}] Error reading configuration from the Cluster. Falling back to default configuration\n\n`;

/** The cluster's configuration, which commands read first; undefined: the API does not answer. */
export async function clusterConfig(run: Run, what: string): Promise<string | undefined> {
  await run.out(READING(what));
  try {
    const text = await run.kubectl(["get", "cm", "-n", "kube-system", "kubeadm-config", "-o", "jsonpath={.data.ClusterConfiguration}"]);
    return text;
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return undefined;
  }
}

const isKubeconfig = ({ file }: CertificateRow): boolean => KUBECONFIG_USERS[file] !== undefined;
const embedded = (text: string, field: string): string => {
  const bytes = base64Decode(new RegExp(`${field}: (\\S+)`).exec(text)?.[1] ?? "");
  return typeof bytes === "number" ? "" : new TextDecoder().decode(bytes);
};

/** The certificate of a row as it lies there; undefined: it does not. */
function certificateOf(run: Run, row: CertificateRow): string | undefined {
  const text = run.read(isKubeconfig(row) ? `/etc/kubernetes/${row.file}` : `${PKI}/${row.file}.crt`);
  return text !== undefined && isKubeconfig(row) ? embedded(text, "client-certificate-data") : text;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (n: number): string => String(n).padStart(2, "0");
function moment(ms: number): string {
  const t = utcFields(ms);
  return `${MONTHS[t.month - 1]} ${two(t.day)}, ${t.year} ${two(t.hour)}:${two(t.minute)} UTC`;
}
/** "20270115090000Z" and "270115…" in ms. */
export function parseAsn1Time(text: string): number {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  return y === undefined ? 0 : parseTime(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
}
/** k8s: util/duration ShortHumanDuration. */
function residual(ms: number): string {
  if (ms < -1000) return "<invalid>";
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return `${s}s`;
  if (s < 3600) return `${Math.floor(s / 60)}m`;
  if (s < 86_400) return `${Math.floor(s / 3600)}h`;
  return s < 365 * 86_400 ? `${Math.floor(s / 86_400)}d` : `${Math.floor(s / 86_400 / 365)}y`;
}

async function checkExpiration(run: Run, flags: Flags): Promise<number> {
  const form = flags.text("output") ?? "text";
  if (form !== "text") throw new Failed(`certs check-expiration -o ${form} is not simulated by Timonel`);
  if (flags.text("config") !== undefined) throw new Failed("certs check-expiration --config is not simulated by Timonel");
  if ((await clusterConfig(run, "check-expiration")) === undefined) await run.out(WITHOUT("check-expiration"));
  else await run.out("\n");
  const tools = await run.proc.code(keyTools);
  const now = run.proc.clock.now();
  const until = (pem: string): number => {
    const der = tools.fromPem(pem)?.bytes;
    return der ? parseAsn1Time(tools.certificateFacts(der).notAfter) : 0;
  };
  const rows = CERTIFICATES.map((row) => {
    const pem = certificateOf(run, row);
    if (pem === undefined) return [`!MISSING! ${row.name}`, "", "", "", ""];
    const at = until(pem);
    return [row.name, moment(at), residual(at - now), row.ca, "no".padEnd(8)];
  });
  const head = ["CERTIFICATE", "EXPIRES", "RESIDUAL TIME", "CERTIFICATE AUTHORITY", "EXTERNALLY MANAGED"];
  await run.out(`${columns([head, ...rows])}\n`);
  const authorities = (Object.entries(AUTHORITIES) as [CaName, { file: string }][]).map(([name, { file }]) => {
    const pem = run.read(`${PKI}/${file}.crt`);
    if (pem === undefined) return [`!MISSING! ${name}`, "", "", ""];
    const at = until(pem);
    return [name, moment(at), residual(at - now), "no".padEnd(8)];
  });
  await run.out(columns([["CERTIFICATE AUTHORITY", "EXPIRES", "RESIDUAL TIME", "EXTERNALLY MANAGED"], ...authorities]));
  return 0;
}

/** Names that certificates are for, from those that are there. */
export function placeOf(run: Run, tools: KeyTools, config: string | undefined): Place {
  const der = tools.fromPem(run.read(`${PKI}/apiserver.crt`) ?? "")?.bytes;
  const sans = [...(config ?? "").matchAll(/^ {2}- (\S+)$/gm)].map(([, name]) => name as string);
  const server = /server: https:\/\/([\d.]+):/.exec(run.read("/etc/kubernetes/admin.conf") ?? "")?.[1];
  return {
    node: run.proc.hostname,
    address: server ?? run.proc.net.ip,
    sans: der && sans.length === 0 ? ["localhost", "127.0.0.1"] : sans,
  };
}

const authorityOf = (run: Run, name: CaName): Pair => {
  const { file } = AUTHORITIES[name];
  return { certificate: run.need(`${PKI}/${file}.crt`), key: run.need(`${PKI}/${file}.key`) };
};

/** Signs one anew, with a new key. */
export function renewOne(run: Run, tools: KeyTools, row: CertificateRow, place: Place, nth: number): void {
  const entropy = run.proc.random.fork(`certificate ${row.name} ${run.proc.pid} ${nth}`);
  const ca = authorityOf(run, row.ca);
  const pair = issue(tools, ca, row, place, { entropy: (n) => entropy.bytes(n), now: run.proc.clock.now() });
  if (!pair) throw new Failed(`failed to renew certificate ${row.name}: failed to load certificate authority ${row.ca}`);
  if (!isKubeconfig(row)) {
    writeFile(run.proc.fs, `${PKI}/${row.file}.crt`, pair.certificate);
    writeFile(run.proc.fs, `${PKI}/${row.file}.key`, pair.key, 0o600);
    return;
  }
  const path = `/etc/kubernetes/${row.file}`;
  const server = /server: (\S+)/.exec(run.read(path) ?? "")?.[1] ?? `https://${place.address}:6443`;
  writeFile(run.proc.fs, path, kubeconfigText(KUBECONFIG_USERS[row.file] ?? "", server, ca.certificate, pair), 0o600);
}

async function renew(run: Run, name: string | undefined): Promise<number> {
  run.root();
  if (name === undefined) throw new Failed('missing subcommand; "renew" is not meant to be run on its own');
  const rows = name === "all" ? CERTIFICATES : CERTIFICATES.filter((row) => row.name === name);
  if (rows.length === 0) throw new Failed(`unknown command ${JSON.stringify(name)} for "kubeadm certs renew"`);
  const config = await clusterConfig(run, "renew");
  await run.out(config === undefined ? WITHOUT("renew") : "\n");
  const tools = await run.proc.code(keyTools);
  const place = placeOf(run, tools, config);
  for (const [i, row] of rows.entries()) {
    if (certificateOf(run, row) === undefined) {
      await run.out(`MISSING! ${row.about}\n`);
      continue;
    }
    renewOne(run, tools, row, place, i);
    await run.out(`${row.about} renewed\n`);
  }
  if (name === "all")
    await run.out(
      "\nDone renewing certificates. You must restart the kube-apiserver, kube-controller-manager, kube-scheduler and etcd, so that they can use the new certificates.\n",
    );
  return 0;
}

/** kubeadm certs (kubeadm: cmd/certs.go). */
export async function certs(run: Run, [verb, ...rest]: readonly string[], flags: Flags): Promise<number> {
  if (verb === "check-expiration") return checkExpiration(run, flags);
  if (verb === "renew") return renew(run, rest[0]);
  if (verb === "certificate-key") {
    await run.out(`${bytesToHex(run.proc.random.fork(`certificate key ${run.proc.pid}`).bytes(32))}\n`);
    return 0;
  }
  throw new Failed("certs generate-csr is not simulated by Timonel");
}
