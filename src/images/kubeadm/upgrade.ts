import { utcFields } from "../../sim/index.ts";
import { CERTIFICATES, type Place } from "../kubernetes/certificates.ts";
import { writeFile } from "../kubernetes/init.ts";
import { manifestText, type Plane } from "../kubernetes/manifests.ts";
import { COMPONENTS, type Component, ETCD, imageOf, PATCHES, RELEASE } from "../kubernetes/release.ts";
import { clusterConfig, placeOf, renewOne } from "./certs.ts";
import { Failed, type Flags, type Run } from "./run.ts";
import { columns, keyTools } from "./token.ts";

const MANIFESTS = "/etc/kubernetes/manifests";
const KUBELET_CONF = "/etc/kubernetes/kubelet.conf";
const STEP_MS = 2000;
const TIMEOUT_MS = 300_000;
/** Which certificates go with which component's manifest (kubeadm: phases/upgrade/staticpods.go renewCertsByComponent). */
const RENEWED: Readonly<Record<Component, readonly string[]>> = {
  etcd: ["etcd-server", "etcd-peer", "etcd-healthcheck-client"],
  "kube-apiserver": ["apiserver", "apiserver-kubelet-client", "front-proxy-client", "apiserver-etcd-client"],
  "kube-controller-manager": ["controller-manager.conf"],
  "kube-scheduler": ["scheduler.conf"],
};

/** -1, 0, 1; releases have no pre-releases here. */
function compare(a: string, b: string): number {
  const [x, y] = [a.split(".").map(Number), b.split(".").map(Number)];
  const at = x.findIndex((n, i) => n !== y[i]);
  return at < 0 ? 0 : Math.sign((x[at] ?? 0) - (y[at] ?? 0));
}
const newest = PATCHES.at(-1) as string;
const clusterVersion = (config: string): string => /^kubernetesVersion: v(\S+)$/m.exec(config)?.[1] ?? RELEASE;
/** By name, since what it is made of is YAML that this cluster wrote itself. */
const subnet = (config: string, name: string): string => new RegExp(`^  ${name}: (\\S+)$`, "m").exec(config)?.[1] ?? "";

async function configOf(run: Run, what: string): Promise<string> {
  const config = await clusterConfig(run, what);
  if (config === undefined)
    throw new Failed(
      `[upgrade/init config] FATAL: failed to get config map: Get "https://${run.proc.net.ip}:6443/api/v1/namespaces/kube-system/configmaps/kubeadm-config?timeout=10s": dial tcp ${run.proc.net.ip}:6443: connect: connection refused\nTo see the stack trace of this error execute with --v=5 or higher`,
    );
  return config;
}

async function kubelets(run: Run): Promise<readonly (readonly [node: string, version: string])[]> {
  const said = await run.kubectl([
    "get",
    "nodes",
    "-o",
    "jsonpath={range .items[*]}{.metadata.name} {.status.nodeInfo.kubeletVersion}{'\\n'}{end}",
  ]);
  return said
    .trim()
    .split("\n")
    .map((line) => line.split(" ") as [string, string]);
}

async function plan(run: Run): Promise<number> {
  await run.out("[preflight] Running pre-flight checks.\n");
  const config = await configOf(run, "upgrade/config");
  const now = clusterVersion(config);
  await run.out("[upgrade] Running cluster health checks\n[upgrade] Fetching available versions to upgrade to\n");
  await run.out(
    `[upgrade/versions] Cluster version: ${now}\n[upgrade/versions] kubeadm version: v${run.version}\n[upgrade/versions] Target version: v${newest}\n[upgrade/versions] Latest version in the v1.36 series: v${newest}\n\n`,
  );
  if (compare(now, newest) >= 0) {
    await run.out("Awesome, you're up-to-date! Enjoy!\n");
    return 0;
  }
  const nodes = (await kubelets(run)).filter(([, version]) => compare(version.slice(1), newest) < 0);
  if (nodes.length > 0)
    await run.out(
      `Components that must be upgraded manually after you have upgraded the control plane with 'kubeadm upgrade apply':\n${columns([["COMPONENT", "NODE", "CURRENT", "TARGET"], ...nodes.map(([node, version]) => ["kubelet", node, version, `v${newest}`])])}\n`,
    );
  const dns = await run.kubectl([
    "get",
    "deployment",
    "coredns",
    "-n",
    "kube-system",
    "--ignore-not-found",
    "-o",
    "jsonpath={.spec.template.spec.containers[0].image}",
  ]);
  const tag = dns.split(":").at(-1) ?? "";
  await run.out("Upgrade to the latest version in the v1.36 series:\n\n");
  await run.out(
    columns([
      ["COMPONENT", "NODE", "CURRENT", "TARGET"],
      ...COMPONENTS.map((name) => [name, run.proc.hostname, `v${now}`, `v${newest}`]),
      ...(tag === "" ? [] : [["CoreDNS", "", tag.startsWith("v") ? tag : `v${tag}`, tag.startsWith("v") ? tag : `v${tag}`]]),
      ["etcd", run.proc.hostname, etcdTag(run), ETCD],
    ]),
  );
  await run.out(`\nYou can now apply the upgrade by executing the following command:\n\n\tkubeadm upgrade apply v${newest}\n\n`);
  if (compare(run.version, newest) < 0)
    await run.out(`Note: Before you can perform this upgrade, you have to update kubeadm to v${newest}.\n\n`);
  await run.out(
    `${LINE}\n\n${CONFIGS}${columns([
      ["API GROUP", "CURRENT VERSION", "PREFERRED VERSION", "MANUAL UPGRADE REQUIRED"],
      ["kubelet.config.k8s.io", "v1beta1", "v1beta1", "no"],
    ])}${LINE}\n`,
  );
  return 0;
}
const LINE = "_____________________________________________________________________\n";
const CONFIGS = `The table below shows the current state of component configs as understood by this version of kubeadm.
Configs that have a "yes" mark in the "MANUAL UPGRADE REQUIRED" column require manual config upgrade or
resetting to kubeadm defaults before a successful upgrade can be performed. The version to manually
upgrade to is denoted in the "PREFERRED VERSION" column.

`;
const etcdTag = (run: Run): string => /image: \S+\/etcd:(\S+)/.exec(run.read(`${MANIFESTS}/etcd.yaml`) ?? "")?.[1] ?? ETCD;

/** Where it puts what it writes and what it replaces. */
function stamp(run: Run): string {
  const t = utcFields(run.proc.clock.now());
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${t.year}-${two(t.month)}-${two(t.day)}-${two(t.hour)}-${two(t.minute)}-${two(t.second)}`;
}

async function apply(run: Run, given: string | undefined, flags: Flags): Promise<number> {
  run.root();
  if (given === undefined) throw new Failed("missing one or more required arguments. Required arguments: [version]");
  const target = given.replace(/^v/, "");
  if (run.read(`${MANIFESTS}/kube-apiserver.yaml`) === undefined) throw new Failed(notHere(run));
  const config = await configOf(run, "upgrade");
  const now = clusterVersion(config);
  await run.out("[upgrade/preflight] Running preflight checks\n[upgrade] Running cluster health checks\n");
  await run.out(
    `[upgrade/preflight] You have chosen to upgrade the cluster version to "v${target}"\n[upgrade/versions] Cluster version: v${now}\n[upgrade/versions] kubeadm version: v${run.version}\n`,
  );
  const fatal = versionProblem(target, now, run.version, flags.has("force"));
  if (fatal !== undefined)
    throw new Failed(`[upgrade/version] FATAL: ${fatal}\n\nTo see the stack trace of this error execute with --v=5 or higher`);
  if (!flags.has("yes") && !flags.has("force") && !(await confirmed(run))) return 1;
  await run.out(
    "[upgrade/preflight] Pulling images required for setting up a Kubernetes cluster\n[upgrade/preflight] This might take a minute or two, depending on the speed of your internet connection\n[upgrade/preflight] You can also perform this action beforehand using 'kubeadm config images pull'\n",
  );
  for (const name of ["etcd", ...COMPONENTS] as const) {
    const image = imageOf(name, target);
    const { code, err } = await run.ask(["crictl", "pull", image]);
    if (code !== 0)
      throw new Failed(`[preflight] Some fatal errors occurred:\n\t[ERROR ImagePull]: failed to pull image ${image}: ${err.trim()}`);
  }
  await staticPods(run, target, config, flags.text("certificate-renewal") !== "false");
  await run.out('[upload-config] Storing the configuration used in ConfigMap "kubeadm-config" in the "kube-system" Namespace\n');
  const renewed = config.replace(/^kubernetesVersion: .*$/m, `kubernetesVersion: v${target}`);
  await run.kubectl([
    "patch",
    "cm",
    "-n",
    "kube-system",
    "kubeadm-config",
    "--type=merge",
    "-p",
    JSON.stringify({ data: { ClusterConfiguration: renewed } }),
  ]);
  await run.out(
    '[kubelet] Creating a ConfigMap "kubelet-config" in namespace kube-system with the configuration for the kubelets in the cluster\n',
  );
  await run.out("[upgrade/kubeconfig] The kubeconfig files for this node were successfully upgraded!\n");
  await kubeletConfig(run, await run.kubectl(["get", "cm", "-n", "kube-system", "kubelet-config", "-o", "jsonpath={.data.kubelet}"]));
  await run.out(`[upgrade/bootstrap-token] Configuring bootstrap token and cluster-info RBAC rules
[bootstrap-token] Configured RBAC rules to allow Node Bootstrap tokens to get nodes
[bootstrap-token] Configured RBAC rules to allow Node Bootstrap tokens to post CSRs in order for nodes to get long term certificate credentials
[bootstrap-token] Configured RBAC rules to allow the csrapprover controller automatically approve CSRs from a Node Bootstrap Token
[bootstrap-token] Configured RBAC rules to allow certificate rotation for all node client certificates in the cluster
[addons] Applied essential addon: CoreDNS
[upgrade/addon] Skipping the addon/kube-proxy phase. The addon is disabled.

[upgrade] SUCCESS! A control plane node of your cluster was upgraded to "v${target}".

[upgrade] Now please proceed with upgrading the rest of the nodes by following the right order.
`);
  if (target !== RELEASE)
    await run.warn(
      `this simulator's API, controllers and scheduler stay those of v${RELEASE}: manifests, images and what kubelets report are upgraded`,
    );
  return 0;
}

/** kubeadm: phases/upgrade/policy.go EnforceVersionPolicies. */
function versionProblem(target: string, now: string, kubeadm: string, force: boolean): string | undefined {
  if (!/^\d+\.\d+\.\d+$/.test(target)) return `couldn't parse version ${JSON.stringify(target)}`;
  const errors: string[] = [];
  const minor = (version: string): number => Number(version.split(".")[1]);
  if (minor(target) > minor(now) + 1)
    errors.push(`Specified version to upgrade to "v${target}" is too high; kubeadm can upgrade only 1 minor version at a time`);
  else if (minor(target) > minor(kubeadm))
    errors.push(
      `Specified version to upgrade to "v${target}" is at least one minor release higher than the kubeadm minor release (${minor(target)} > ${minor(kubeadm)}). Such an upgrade is not supported`,
    );
  else if (compare(target, kubeadm) > 0 && !force)
    errors.push(
      `Specified version to upgrade to "v${target}" is higher than the kubeadm version "v${kubeadm}". Upgrade kubeadm first using the tool you used to install kubeadm`,
    );
  if (errors.length > 0)
    return `the --version argument is invalid due to these errors:\n\n\t- ${errors.join("\n\t- ")}\n\nCan be bypassed if you pass the --force flag`;
  if (!PATCHES.includes(target)) return `there are no images of v${target} in this simulator: ${PATCHES.map((p) => `v${p}`).join(", ")}`;
  return undefined;
}

async function confirmed(run: Run): Promise<boolean> {
  await run.out("[upgrade] Are you sure you want to proceed? [y/N]: ");
  let answer = "";
  while (!answer.includes("\n")) {
    const data = await run.proc.stdin.read();
    if (data === null) break;
    answer += new TextDecoder().decode(data);
  }
  if (/^y(es)?$/i.test(answer.trim())) return true;
  await run.proc.stderr.write(
    "error: won't proceed; the user didn't answer (Y|y) in order to continue\nTo see the stack trace of this error execute with --v=5 or higher\n",
  );
  return false;
}

const planeFor = (place: Place, config: string, version: string): Plane => ({
  ...place,
  version,
  podSubnet: subnet(config, "podSubnet"),
  serviceSubnet: subnet(config, "serviceSubnet"),
});

async function staticPods(run: Run, target: string, config: string, renews: boolean): Promise<void> {
  const { proc } = run;
  const at = stamp(run);
  const [made, kept] = [
    `/etc/kubernetes/tmp/kubeadm-upgraded-manifests${1_000_000_000 + proc.random.int(3_000_000_000)}`,
    `/etc/kubernetes/tmp/kubeadm-backup-manifests-${at}`,
  ];
  const tools = await proc.code(keyTools);
  const place = placeOf(run, tools, config);
  const plane = planeFor(place, config, target);
  await run.out(
    `[upgrade/control-plane] Upgrading your static Pod-hosted control plane to version "v${target}" (timeout: 5m0s)...\n[upgrade/staticpods] Writing new Static Pod manifests to "${made}"\n`,
  );
  for (const name of ["etcd", ...COMPONENTS] as const) {
    const path = `${MANIFESTS}/${name}.yaml`;
    const text = manifestText(name, plane);
    const before = run.read(path) ?? "";
    await run.out(`[upgrade/staticpods] Preparing for "${name}" upgrade\n`);
    if (text === before) {
      await run.out(`[upgrade/staticpods] Current and new manifests of ${name} are equal, skipping upgrade\n`);
      continue;
    }
    if (renews)
      for (const row of CERTIFICATES.filter((c) => RENEWED[name].includes(c.name))) {
        await run.out(`[upgrade/staticpods] Renewing ${row.name} certificate\n`);
        renewOne(run, tools, row, place, 0);
      }
    const hash = await hashOf(run, name);
    writeFile(proc.fs, `${kept}/${name}.yaml`, before, 0o600);
    writeFile(proc.fs, path, text, 0o600);
    await run.out(
      `[upgrade/staticpods] Moving new manifest to "${path}" and backing up old manifest to "${kept}/${name}.yaml"\n[upgrade/staticpods] Waiting for the kubelet to restart the component\n[upgrade/staticpods] This can take up to 5m0s\n`,
    );
    const until = proc.clock.now() + TIMEOUT_MS;
    for (;;) {
      await proc.clock.sleep(STEP_MS);
      const is = await hashOf(run, name);
      if (is !== undefined && is !== hash && is.endsWith(" True")) break;
      if (proc.clock.now() < until) continue;
      writeFile(proc.fs, path, before, 0o600);
      throw new Failed(
        `couldn't upgrade control plane. kubeadm has tried to recover everything into the earlier state. Errors faced: timed out waiting for the condition`,
      );
    }
    await run.out(
      `[apiclient] Found 1 Pods for label selector component=${name}\n[upgrade/staticpods] Component "${name}" upgraded successfully!\n`,
    );
    if (name === "etcd") await run.out("[upgrade/etcd] Waiting for etcd to become available\n");
  }
  await run.out("[upgrade/control-plane] The control plane instance for this node was successfully upgraded!\n");
}

/** The hash of a component's pod as the API shows it, and whether it is ready; undefined: nobody answers. */
async function hashOf(run: Run, component: Component): Promise<string | undefined> {
  const path = '{.metadata.annotations.kubernetes\\.io/config\\.hash} {.status.conditions[?(@.type=="Ready")].status}';
  try {
    return await run.kubectl(["get", "pod", "-n", "kube-system", `${component}-${run.proc.hostname}`, "-o", `jsonpath=${path}`]);
  } catch (error) {
    if (error instanceof Failed) return undefined;
    throw error;
  }
}

async function kubeletConfig(run: Run, text: string): Promise<void> {
  const { fs } = run.proc;
  const kept = `/etc/kubernetes/tmp/kubeadm-kubelet-config-${stamp(run)}`;
  const path = "/var/lib/kubelet/config.yaml";
  await run.out(`[upgrade] Backing up kubelet config file to ${kept}/config.yaml\n`);
  writeFile(fs, `${kept}/config.yaml`, run.read(path) ?? "", 0o600);
  writeFile(fs, path, text);
  await run.out(
    `[kubelet-start] Writing kubelet configuration to file "${path}"\n[upgrade/kubelet-config] The kubelet configuration for this node was successfully upgraded!\n`,
  );
}

const notHere = (run: Run): string =>
  `couldn't upgrade control plane. kubeadm has tried to recover everything into the earlier state. Errors faced: failed to get static pod manifest: open ${MANIFESTS}/kube-apiserver.yaml: no such file or directory on ${run.proc.hostname}`;

async function node(run: Run, renews: boolean): Promise<number> {
  run.root();
  if (run.read(`${MANIFESTS}/kube-apiserver.yaml`) !== undefined) {
    const config = await configOf(run, "upgrade");
    await run.out("[upgrade/preflight] Running pre-flight checks\n");
    await staticPods(run, clusterVersion(config), config, renews);
    await kubeletConfig(run, await run.kubectl(["get", "cm", "-n", "kube-system", "kubelet-config", "-o", "jsonpath={.data.kubelet}"]));
    return 0;
  }
  await run.out(
    `[upgrade] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...\n[upgrade] Use 'kubeadm init phase upload-config kubeadm --config your-config-file' to re-upload it.\n`,
  );
  const text = await run.kubectl(
    ["get", "cm", "-n", "kube-system", "kubelet-config", "-o", "jsonpath={.data.kubelet}"],
    undefined,
    KUBELET_CONF,
  );
  await run.out(
    "[upgrade/preflight] Running pre-flight checks\n[upgrade/preflight] Skipping prepull. Not a control plane node.\n[upgrade/control-plane] Skipping phase. Not a control plane node.\n[upgrade/kubeconfig] Skipping phase. Not a control plane node.\n",
  );
  await kubeletConfig(run, text);
  await run.out(
    "[upgrade/addon] Skipping the addon/coredns phase. Not a control plane node.\n[upgrade/addon] Skipping the addon/kube-proxy phase. Not a control plane node.\n",
  );
  return 0;
}

/** What apply would write, beside what is there (kubeadm: cmd/upgrade/diff.go). */
async function diff(run: Run, given: string | undefined, flags: Flags): Promise<number> {
  const config = await configOf(run, "upgrade/diff");
  const target = (given ?? clusterVersion(config)).replace(/^v/, "");
  if (!/^\d+\.\d+\.\d+$/.test(target)) throw new Failed(`could not parse ${JSON.stringify(given)} as version`);
  const context = flags.text("context-lines") ?? "3";
  if (!/^\d+$/.test(context))
    throw new Failed(
      `invalid argument ${JSON.stringify(context)} for "-c, --context-lines" flag: strconv.ParseInt: parsing ${JSON.stringify(context)}: invalid syntax`,
    );
  const plane = planeFor(placeOf(run, await run.proc.code(keyTools), config), config, target);
  for (const name of COMPONENTS) {
    const path = `${MANIFESTS}/${name}.yaml`;
    run.need(path);
    const said = await run.ask(["diff", `-U${context}`, "--label", path, "--label", "new manifest", path, "-"], manifestText(name, plane));
    if (said.code > 1) throw new Failed(said.err.trim());
    await run.out(said.out);
  }
  return 0;
}

/** kubeadm upgrade plan, apply, diff, node (kubeadm: cmd/upgrade). */
export async function upgrade(run: Run, [verb, ...rest]: readonly string[], flags: Flags): Promise<number> {
  if (verb === "plan") return plan(run);
  if (verb === "apply") return apply(run, rest[0], flags);
  if (verb === "node") return node(run, flags.text("certificate-renewal") !== "false");
  return diff(run, rest[0], flags);
}
