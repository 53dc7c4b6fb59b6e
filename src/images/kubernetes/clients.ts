import { parse } from "yaml";
import type { ServerResponse } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import { klog } from "../klog.ts";
import { readIfThere } from "../process.ts";
import { runServer } from "../run-server.ts";
import { goSecure } from "../secure-serving.ts";
import { readFlags } from "./flags.ts";
import type { ClientSettings, ControlPlaneLink } from "./link.ts";
import { saysVersion, unsimulated, versionOf } from "./words.ts";

type Name = ClientSettings["component"];
interface Row {
  readonly port: number;
  readonly memory: number;
  readonly starting: readonly [place: string, text: (version: string) => string];
  readonly honoured: ReadonlySet<string>;
  /** Files, and what is said before the error of opening one. */
  readonly files: readonly (readonly [flag: string, before: string])[];
  /** Kubeconfigs, likewise. */
  readonly configs: readonly (readonly [flag: string, before: string])[];
  /** On flags that it does not know it prints its usage, too. */
  readonly usage: boolean;
}
const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));
const DELEGATED = "authentication-kubeconfig authorization-kubeconfig bind-address kubeconfig leader-elect secure-port v";
const AUTHENTICATION = "failed to get delegated authentication kubeconfig: failed to get delegated authentication kubeconfig: ";
const AUTHORIZATION = "failed to get delegated authorization kubeconfig: failed to get delegated authorization kubeconfig: ";

const ROWS: Readonly<Record<Name, Row>> = {
  "kube-controller-manager": {
    port: 10257,
    memory: 58,
    starting: ["controllermanager.go:189", (version) => `"Starting" version="v${version}"`],
    honoured: words(`${DELEGATED} allocate-node-cidrs client-ca-file cluster-cidr cluster-name cluster-signing-cert-file
      cluster-signing-key-file controllers requestheader-client-ca-file root-ca-file service-account-private-key-file
      service-cluster-ip-range use-service-account-credentials`),
    configs: [
      ["kubeconfig", ""],
      ["authentication-kubeconfig", AUTHENTICATION],
      ["authorization-kubeconfig", AUTHORIZATION],
    ],
    files: [
      ["client-ca-file", "unable to load client CA provider: "],
      ["requestheader-client-ca-file", "failed to load client CA provider: "],
      ["root-ca-file", "error reading root-ca-file at {}: "],
      ["service-account-private-key-file", "error reading key for service account token controller: "],
      [
        "cluster-signing-cert-file",
        "failed to start kubernetes.io/kube-apiserver-client certificate controller: error reading CA cert file {}: ",
      ],
      [
        "cluster-signing-key-file",
        "failed to start kubernetes.io/kube-apiserver-client certificate controller: error reading CA key file {}: ",
      ],
    ],
    usage: false,
  },
  "kube-scheduler": {
    port: 10259,
    memory: 32,
    starting: ["server.go:175", (version) => `"Starting Kubernetes Scheduler" version="v${version}"`],
    honoured: words(DELEGATED),
    configs: [
      ["kubeconfig", ""],
      ["authentication-kubeconfig", AUTHENTICATION],
      ["authorization-kubeconfig", AUTHORIZATION],
    ],
    files: [["client-ca-file", "unable to load client CA provider: "]],
    usage: true,
  },
};

/** kube-controller-manager or kube-scheduler as a container: while it runs, its loops do. */
export const controlPlaneClient =
  (name: Name, link: ControlPlaneLink | undefined): Program =>
  async (proc) => {
    const kept = proc.restored as { readonly settings: ClientSettings; readonly port: number; readonly address: string } | undefined;
    const begun = kept ?? (await started(proc, name));
    const run = { machine: proc.hostname, pid: proc.pid };
    if (typeof begun === "number") {
      link?.failed(run, name);
      return begun;
    }
    const { settings, port, address } = begun;
    const running = link?.begin(run, settings);
    if (!running) {
      await klog(proc)("E", "run.go:72", '"command failed" err="this simulator runs it on the control plane\'s machine only"');
      return 1;
    }
    proc.signal.addEventListener("abort", () => running.stop(), { once: true });
    const stop = async (): Promise<number> => {
      running.stop();
      return 0;
    };
    return runServer(proc, {
      ports: [port],
      ...(address !== "0.0.0.0" && { address }),
      secure: goSecure(proc, {}),
      handle: ({ path }) => health(path),
      state: () => ({ settings, port, address }),
      started: () => klog(proc)("I", "secure_serving.go:211", `Serving securely on ${address}:${port}`),
      taken: async () => {
        running.stop();
        const err = `failed to create listener: failed to listen on ${address}:${port}: listen tcp ${address}:${port}: bind: address already in use`;
        await klog(proc)("E", "run.go:72", `"command failed" err=${JSON.stringify(err)}`);
        return 1;
      },
      stops: { TERM: stop, INT: stop },
    });
  };

function health(path: string): ServerResponse {
  if (/^\/(healthz|livez|readyz)$/.test(path)) return { status: 200, headers: [["Content-Type", "text/plain; charset=utf-8"]], body: "ok" };
  const message = `forbidden: User "system:anonymous" cannot get path "${path}"`;
  const status = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason: "Forbidden",
    details: {},
    code: 403,
  };
  return { status: 403, headers: [["Content-Type", "application/json"]], body: JSON.stringify(status, undefined, 2) };
}

async function started(proc: ProcessContext, name: Name) {
  const row = ROWS[name];
  const log = klog(proc);
  const failed = async (err: string): Promise<number> => {
    await log("E", "run.go:72", `"command failed" err=${JSON.stringify(err)}`);
    return 1;
  };
  const flags = readFlags(name, proc.argv.slice(1));
  if ("error" in flags) {
    await proc.stderr.write(`Error: ${flags.error}\n${row.usage ? `Usage:\n  ${name} [flags]\n\n` : ""}`);
    return 1;
  }
  const version = versionOf(proc);
  if (await saysVersion(proc, flags, version)) return 0;
  if (flags.has("config")) return failed("--config is not simulated: this scheduler has its default profile");
  proc.memory(row.memory * 1024 * 1024);
  await proc.cpu(250);
  for (const line of unsimulated(flags, row.honoured)) await log("W", row.starting[0], line);
  for (const [flag, before] of row.configs) {
    const path = flags.get(flag);
    if (path === undefined || path === "") continue;
    const text = readIfThere(proc, path);
    if (text === undefined) return failed(`${before}stat ${path}: no such file or directory`);
    if (serverOf(text) === undefined)
      return failed(
        `${before}invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable`,
      );
  }
  for (const [flag, before] of row.files) {
    const path = flags.get(flag);
    if (path !== undefined && path !== "" && readIfThere(proc, path) === undefined)
      return failed(`${before.replace("{}", path)}open ${path}: no such file or directory`);
  }
  const [place, text] = row.starting;
  await log("I", place, text(version));
  const server = serverOf(readIfThere(proc, flags.get("kubeconfig") ?? "") ?? "") ?? "";
  const settings: ClientSettings = { component: name, server };
  return { settings, port: Number(flags.get("secure-port") ?? row.port), address: flags.get("bind-address") ?? "0.0.0.0" };
}

/** Of the current context; undefined: it says none. */
function serverOf(text: string): string | undefined {
  try {
    const config = parse(text) as Partial<Kubeconfig> | null;
    const context = config?.contexts?.find(({ name }) => name === config["current-context"])?.context;
    return config?.clusters?.find(({ name }) => name === context?.cluster)?.cluster?.server;
  } catch {
    return undefined;
  }
}
interface Kubeconfig {
  readonly "current-context": string;
  readonly contexts: readonly { readonly name: string; readonly context?: { readonly cluster?: string } }[];
  readonly clusters: readonly { readonly name: string; readonly cluster?: { readonly server?: string } }[];
}
