import { PKI } from "../kubernetes/init.ts";
import { COMPONENTS } from "../kubernetes/release.ts";
import { Failed, type Flags, type Run } from "./run.ts";

const KUBERNETES = "/etc/kubernetes";

interface Check {
  readonly name: string;
  readonly problem: string;
}
const inUse = (run: Run, port: number): readonly Check[] =>
  run.proc.net.sockets().some((socket) => socket.state === "LISTEN" && socket.local.port === port)
    ? [{ name: `Port-${port}`, problem: `Port ${port} is in use` }]
    : [];
const there = (run: Run, path: string): readonly Check[] =>
  run.proc.fs.exists(path) ? [{ name: `FileAvailable-${path.replaceAll("/", "-")}`, problem: `${path} already exists` }] : [];
const filled = (run: Run, path: string): readonly Check[] =>
  run.proc.fs.exists(path) && run.proc.fs.readdir(path).length > 0
    ? [{ name: `DirAvailable-${path.replaceAll("/", "-")}`, problem: `${path} is not empty` }]
    : [];

/** What is wrong is told whole, or as warnings where it is to be ignored (kubeadm: preflight/checks.go RunChecks). */
async function preflight(run: Run, flags: Flags, checks: readonly Check[]): Promise<void> {
  await run.out("[preflight] Running pre-flight checks\n");
  run.root();
  const ignored = (flags.text("ignore-preflight-errors") ?? "").toLowerCase().split(",");
  const fatal: Check[] = [];
  for (const check of checks)
    if (ignored.includes("all") || ignored.includes(check.name.toLowerCase()))
      await run.proc.stderr.write(`\t[WARNING ${check.name}]: ${check.problem}\n`);
    else fatal.push(check);
  if (fatal.length === 0) return;
  throw new Failed(
    `error execution phase preflight: [preflight] Some fatal errors occurred:\n${fatal.map((c) => `\t[ERROR ${c.name}]: ${c.problem}\n`).join("")}[preflight] If you know what you are doing, you can make a check non-fatal with \`--ignore-preflight-errors=...\``,
  );
}

/** kubeadm init as far as its checks, which a machine of a cluster never passes. */
export async function init(run: Run, flags: Flags): Promise<number> {
  await run.out(`[init] Using Kubernetes version: v${run.version}\n`);
  await initChecks(run, flags);
  throw new Failed(
    "init is not simulated by Timonel beyond its pre-flight checks: this machine is in its cluster for as long as it is there",
  );
}
export const initChecks = (run: Run, flags: Flags): Promise<void> =>
  preflight(run, flags, [
    ...[6443, 10259, 10257].flatMap((port) => inUse(run, port)),
    ...[...COMPONENTS, "etcd"].flatMap((name) => there(run, `${KUBERNETES}/manifests/${name}.yaml`)),
    ...[10250, 2379, 2380].flatMap((port) => inUse(run, port)),
    ...filled(run, "/var/lib/etcd"),
  ]);

/** kubeadm join, likewise. */
export async function join(run: Run, flags: Flags): Promise<number> {
  await preflight(run, flags, [
    ...filled(run, `${KUBERNETES}/manifests`),
    ...there(run, `${KUBERNETES}/kubelet.conf`),
    ...there(run, `${KUBERNETES}/bootstrap-kubelet.conf`),
    ...inUse(run, 10250),
    ...there(run, `${PKI}/ca.crt`),
  ]);
  throw new Failed(
    "join is not simulated by Timonel beyond its pre-flight checks: this machine is in its cluster for as long as it is there",
  );
}

export function reset(run: Run): Promise<number> {
  run.root();
  return Promise.reject(new Failed("reset is not simulated by Timonel: a machine is in its cluster for as long as it is there"));
}
