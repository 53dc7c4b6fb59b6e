import { NetError } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { dialTls } from "../mutual-tls.ts";
import { klog } from "../klog.ts";
import { nextSignal, readIfThere } from "../process.ts";
import { tlsCode } from "../secure-serving.ts";
import { readFlags } from "./flags.ts";
import type { ApiServerSettings, ControlPlaneLink } from "./link.ts";
import { saysVersion, unsimulated, versionOf } from "./words.ts";

/** How long it tries to reach etcd before it gives up (k8s: storage/storagebackend/factory etcd3.go newETCD3Check, DialTimeout). */
const ETCD_TIMEOUT_MS = 20_000;
const MIB = 1024 * 1024;
/** Flags whose values this simulator does what they say, or that say what is so anyway. */
const HONOURED = new Set(
  `advertise-address allow-privileged authorization-mode client-ca-file disable-admission-plugins enable-admission-plugins
  enable-bootstrap-token-auth etcd-cafile etcd-certfile etcd-keyfile etcd-servers kubelet-client-certificate kubelet-client-key
  kubelet-preferred-address-types proxy-client-cert-file proxy-client-key-file requestheader-allowed-names requestheader-client-ca-file
  requestheader-extra-headers-prefix requestheader-group-headers requestheader-username-headers secure-port service-account-issuer
  service-account-key-file service-account-signing-key-file service-cluster-ip-range tls-cert-file tls-private-key-file v`.split(/\s+/),
);
/** In the order in which upstream reads them, with what it says before the error of opening one. */
const FILES: readonly (readonly [flag: string, before: string])[] = [
  ["tls-cert-file", ""],
  ["tls-private-key-file", ""],
  ["service-account-key-file", "failed to parse service-account-issuer-key-file: "],
  ["service-account-signing-key-file", "failed to parse service-account-issuer-key-file: "],
  ["client-ca-file", ""],
  ["requestheader-client-ca-file", ""],
  ["kubelet-client-certificate", ""],
  ["kubelet-client-key", ""],
  ["proxy-client-cert-file", ""],
  ["proxy-client-key-file", ""],
];
const list = (text: string | undefined): readonly string[] => text?.split(",").filter((word) => word !== "") ?? [];

/** kube-apiserver as a container: while it runs, the cluster's API answers. */
export const apiServer =
  (link: ControlPlaneLink | undefined): Program =>
  async (proc) => {
    const kept = proc.restored as { readonly settings: ApiServerSettings } | undefined;
    const settings = kept?.settings ?? (await started(proc, link));
    if (typeof settings === "number") {
      link?.failed({ machine: proc.hostname, pid: proc.pid }, "kube-apiserver");
      return settings;
    }
    const stop = nextSignal(proc, ["TERM", "INT"]);
    const running = link?.begin({ machine: proc.hostname, pid: proc.pid }, settings);
    if (!running) {
      await klog(proc)("E", "run.go:72", '"command failed" err="this simulator runs it on the control plane\'s machine only"');
      return 1;
    }
    proc.signal.addEventListener("abort", () => running.stop(), { once: true });
    proc.checkpoint({ settings });
    await stop;
    await klog(proc)("I", "genericapiserver.go:546", '"[graceful-termination] shutdown event" name="ShutdownInitiated"');
    running.stop();
    return 0;
  };

async function started(proc: ProcessContext, link: ControlPlaneLink | undefined): Promise<ApiServerSettings | number> {
  const log = klog(proc);
  const failed = async (err: string): Promise<number> => {
    await log("E", "run.go:72", `"command failed" err=${JSON.stringify(err)}`);
    return 1;
  };
  const flags = readFlags("kube-apiserver", proc.argv.slice(1));
  if ("error" in flags) {
    await proc.stderr.write(`Error: ${flags.error}\n`);
    return 1;
  }
  const version = versionOf(proc);
  if (await saysVersion(proc, flags, version)) return 0;
  proc.memory(310 * MIB);
  await proc.cpu(400);
  await log("I", "options.go:263", `external host was not specified, using ${flags.get("advertise-address") ?? proc.net.ip}`);
  await log("I", "server.go:150", `Version: v${version}`);
  for (const line of unsimulated(flags, HONOURED)) await log("W", "server.go:155", line);
  const authorization = list(flags.get("authorization-mode") ?? "AlwaysAllow");
  const admission = { enable: list(flags.get("enable-admission-plugins")), disable: list(flags.get("disable-admission-plugins")) };
  const problems = [...portProblems(flags), ...(link?.problems({ authorization, admission }) ?? [])];
  if (!flags.has("etcd-servers")) problems.unshift("--etcd-servers must be specified");
  if (!flags.has("service-account-issuer")) problems.push("service-account-issuer is a required flag");
  if (problems.length > 0) return failed(problems.length === 1 ? (problems[0] as string) : `[${problems.join(", ")}]`);
  for (const [flag, before] of FILES) {
    const path = flags.get(flag);
    if (path !== undefined && readIfThere(proc, path) === undefined) return failed(`${before}open ${path}: no such file or directory`);
  }
  const text = (flag: string): string => readIfThere(proc, flags.get(flag) ?? "") ?? "";
  const pair = await proc.code(tlsCode);
  if (!pair.identity(text("tls-cert-file"), text("tls-private-key-file")))
    return failed("failed to initialize serving certificate: tls: private key does not match public key");
  if (pair.certificates(text("client-ca-file")).length === 0 && flags.has("client-ca-file"))
    return failed(
      'unable to load client CA provider: "client-ca-bundle::' +
        `${flags.get("client-ca-file")}": data does not contain any valid RSA or ECDSA certificates`,
    );
  const refused = await reachEtcd(proc, flags);
  if (refused !== undefined) {
    await log("F", "instance.go:232", `Error creating leases: error creating storage factory: ${refused}`);
    return 255;
  }
  await proc.cpu(500);
  const port = Number(flags.get("secure-port") ?? 6443);
  await log("I", "secure_serving.go:211", `Serving securely on [::]:${port}`);
  return {
    component: "kube-apiserver",
    version,
    port,
    certificate: text("tls-cert-file"),
    key: text("tls-private-key-file"),
    clientCa: text("client-ca-file"),
    authorization,
    admission,
  };
}

function portProblems(flags: ReadonlyMap<string, string>): string[] {
  const port = flags.get("secure-port") ?? "6443";
  if (!/^\d+$/.test(port) || Number(port) < 1 || Number(port) > 65_535)
    return [`--secure-port ${port} must be between 1 and 65535, inclusive. It cannot be turned off with 0`];
  return [];
}

/** Tries until etcd answers; why it gives up otherwise. */
async function reachEtcd(proc: ProcessContext, flags: ReadonlyMap<string, string>): Promise<string | undefined> {
  const log = klog(proc);
  const files = { certificate: flags.get("etcd-certfile"), key: flags.get("etcd-keyfile"), authority: flags.get("etcd-cafile") };
  for (const path of [files.certificate, files.key, files.authority])
    if (path !== undefined && readIfThere(proc, path) === undefined) return `open ${path}: no such file or directory`;
  const endpoint = list(flags.get("etcd-servers"))[0] ?? "";
  const [, scheme, host = "", digits] = /^(https?):\/\/([^:/]+)(?::(\d+))?/.exec(endpoint) ?? [];
  const port = Number(digits ?? 2379);
  const until = proc.clock.now() + ETCD_TIMEOUT_MS;
  for (let wait = 1000, channel = 1; ; wait = Math.min(wait * 1.6, 6000), channel += 2) {
    let why: string | undefined;
    try {
      const socket = await proc.net.connect(host, port, { timeout: Math.max(1, until - proc.clock.now()) });
      const made = scheme === "https" ? await dialTls(proc, socket, host, files) : "error reading server preface: EOF";
      socket.destroy();
      if (typeof made !== "string") return undefined;
      why = scheme === "https" ? `transport: authentication handshake failed: ${made}` : made;
    } catch (error) {
      if (!(error instanceof NetError)) throw error;
      const reason =
        error.code === "ECONNREFUSED" ? "connect: connection refused" : error.code === "ENOTFOUND" ? "no such host" : "i/o timeout";
      why = `transport: Error while dialing: dial tcp ${error.code === "ENOTFOUND" ? `: lookup ${host}` : `${host}:${port}`}: ${reason}`;
    }
    await log(
      "W",
      "logging.go:55",
      `[core] [Channel #${channel} SubChannel #${channel + 1}]grpc: addrConn.createTransport failed to connect to {Addr: "${host}:${port}", ServerName: "${host}:${port}", BalancerAttributes: {"<%!p(pickfirstleaf.managedByPickfirstKeyType={})>": "<%!p(bool=true)>" }}. Err: connection error: desc = ${JSON.stringify(why)}`,
    );
    const left = until - proc.clock.now();
    if (left <= wait) {
      await proc.clock.sleep(Math.max(0, left));
      return "context deadline exceeded";
    }
    await proc.clock.sleep(wait);
  }
}
