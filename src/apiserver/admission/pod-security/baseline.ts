import type { Probe, LifecycleHandler, PodSpec, SELinuxOptions } from "../../../api/index.ts";
import { goQuote } from "../../../machinery/index.ts";
import type { Check, CheckPod, Violation } from "./types.ts";
import { type AnyContainer, containersOf, named, namesOf, plural, quoted, setters, sorted } from "./words.ts";

const APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/";

const appArmorProfile: CheckPod = (spec, annotations) => {
  const wrong = (type: string | undefined): type is string => type !== undefined && type !== "RuntimeDefault" && type !== "Localhost";
  const own = spec.securityContext?.appArmorProfile?.type;
  const bad = containersOf(spec).filter((c) => wrong(c.securityContext?.appArmorProfile?.type));
  const said = sorted([...(wrong(own) ? [own] : []), ...bad.map((c) => c.securityContext?.appArmorProfile?.type ?? "")]);
  const noted = Object.entries(annotations)
    .filter(([key, value]) => key.startsWith(APP_ARMOR) && value !== "" && value !== "runtime/default" && !value.startsWith("localhost/"))
    .map(([key, value]) => `${key}=${goQuote(value)}`)
    .sort();
  const who = [
    setters(
      wrong(own),
      bad.map((c) => c.name),
    ),
    ...(noted.length > 0 ? [plural("annotation", noted.length)] : []),
  ]
    .filter((text) => text !== "")
    .join(" and ");
  if (who === "") return undefined;
  const values = [...said, ...noted];
  return {
    reason: plural("forbidden AppArmor profile", values.length),
    detail: `${who} must not set AppArmor profile type to ${quoted(values)}`,
  };
};

const CAPABILITIES: ReadonlySet<string> = new Set([
  ...["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE"],
  ...["SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"],
]);

const capabilities: CheckPod = (spec) => {
  const added = (c: AnyContainer): readonly string[] =>
    c.securityContext?.capabilities?.add?.filter((name) => !CAPABILITIES.has(name)) ?? [];
  const bad = namesOf(spec, (c) => added(c).length > 0);
  if (bad.length === 0) return undefined;
  const names = sorted(containersOf(spec).flatMap(added));
  return {
    reason: "non-default capabilities",
    detail: `${named("container", bad)} must not include ${quoted(names)} in securityContext.capabilities.add`,
  };
};

const hostNamespaces: CheckPod = (spec) => {
  const shared = (["hostNetwork", "hostPID", "hostIPC"] as const).filter((key) => spec[key]).map((key) => `${key}=true`);
  return shared.length === 0 ? undefined : { reason: "host namespaces", detail: shared.join(", ") };
};

const hostPathVolumes: CheckPod = (spec) => {
  const names = (spec.volumes ?? []).filter((v) => v.hostPath !== undefined).map((v) => v.name);
  return names.length === 0 ? undefined : { reason: "hostPath volumes", detail: named("volume", names) };
};

/** `container "a" uses hostPort 80`. */
function using(
  what: string,
  containers: readonly string[],
  values: readonly string[],
  join: (v: readonly string[]) => string,
): Violation | undefined {
  if (containers.length === 0) return undefined;
  const verb = containers.length === 1 ? "uses" : "use";
  return { reason: what, detail: `${named("container", containers)} ${verb} ${plural(what, values.length)} ${join(values)}` };
}

const hostPorts: CheckPod = (spec) => {
  const of = (c: AnyContainer): readonly string[] => (c.ports ?? []).flatMap((p) => (p.hostPort ? [String(p.hostPort)] : []));
  const names = namesOf(spec, (c) => of(c).length > 0);
  return using("hostPort", names, sorted(containersOf(spec).flatMap(of)), (values) => values.join(", "));
};

function hostsOf(handler: Probe | LifecycleHandler | undefined): readonly string[] {
  return [handler?.httpGet?.host, handler?.tcpSocket?.host].filter((host) => host !== undefined && host !== "") as string[];
}

const probeHosts: CheckPod = (spec) => {
  const of = (c: AnyContainer): readonly string[] =>
    [c.livenessProbe, c.readinessProbe, c.startupProbe, c.lifecycle?.postStart, c.lifecycle?.preStop].flatMap(hostsOf);
  // Upstream sorts the containers here, and only here.
  const names = sorted(namesOf(spec, (c) => of(c).length > 0));
  return using("probe or lifecycle host", names, sorted(containersOf(spec).flatMap(of)), quoted);
};

const privileged: CheckPod = (spec) => {
  const bad = namesOf(spec, (c) => c.securityContext?.privileged === true);
  return bad.length === 0
    ? undefined
    : { reason: "privileged", detail: `${named("container", bad)} must not set securityContext.privileged=true` };
};

export const procMount: CheckPod = (spec) => {
  const masks = (c: AnyContainer): readonly string[] => [c.securityContext?.procMount ?? "Default"].filter((type) => type !== "Default");
  const bad = namesOf(spec, (c) => masks(c).length > 0);
  if (bad.length === 0) return undefined;
  const values = quoted(sorted(containersOf(spec).flatMap(masks)));
  return { reason: "procMount", detail: `${named("container", bad)} must not set securityContext.procMount to ${values}` };
};

const SELINUX_TYPES = ["", "container_t", "container_init_t", "container_kvm_t"];

function seLinuxOptions(allowed: readonly string[]): CheckPod {
  const wrong = (o: SELinuxOptions | undefined): boolean => o !== undefined && (!allowed.includes(o.type ?? "") || !!o.user || !!o.role);
  return (spec) => {
    const own = spec.securityContext?.seLinuxOptions;
    const bad = containersOf(spec).filter((c) => wrong(c.securityContext?.seLinuxOptions));
    const who = setters(
      wrong(own),
      bad.map((c) => c.name),
    );
    if (who === "") return undefined;
    const said = [own, ...containersOf(spec).map((c) => c.securityContext?.seLinuxOptions)].filter((o) => o !== undefined);
    const types = sorted(said.map((o) => o.type ?? "").filter((type) => !allowed.includes(type)));
    const what = [
      ...(types.length > 0 ? [named("type", types)] : []),
      ...(said.some((o) => o.user) ? ["user may not be set"] : []),
      ...(said.some((o) => o.role) ? ["role may not be set"] : []),
    ];
    return { reason: "seLinuxOptions", detail: `${who} set forbidden securityContext.seLinuxOptions: ${what.join("; ")}` };
  };
}

const SECCOMP = "seccomp.security.alpha.kubernetes.io/";

/** Before 1.19 profiles were annotations. */
const seccompAnnotations: CheckPod = (spec, annotations) => {
  const keys = [`${SECCOMP}pod`, ...containersOf(spec).map((c) => `container.${SECCOMP}${c.name}`)];
  const fine = (value: string): boolean => value === "runtime/default" || value === "docker/default" || value.startsWith("localhost/");
  const bad = sorted(
    keys.flatMap((key) => (annotations[key] === undefined || fine(annotations[key]) ? [] : [`${key}=${goQuote(annotations[key])}`])),
  );
  if (bad.length === 0) return undefined;
  return { reason: "seccompProfile", detail: `forbidden ${plural("annotation", bad.length)} ${bad.join(", ")}` };
};

export const isSeccompType = (type: string | undefined): boolean => type === "RuntimeDefault" || type === "Localhost";

/** What is said of profiles, where it is wrong. */
export function seccompSaid(spec: PodSpec): Violation | undefined {
  const own = spec.securityContext?.seccompProfile?.type;
  const wrong = (type: string | undefined): boolean => type !== undefined && !isSeccompType(type);
  const bad = containersOf(spec).filter((c) => wrong(c.securityContext?.seccompProfile?.type));
  const who = setters(
    wrong(own),
    bad.map((c) => c.name),
  );
  if (who === "") return undefined;
  const types = sorted([...(wrong(own) ? [own ?? ""] : []), ...bad.map((c) => c.securityContext?.seccompProfile?.type ?? "")]);
  return { reason: "seccompProfile", detail: `${who} must not set securityContext.seccompProfile.type to ${quoted(types)}` };
}

const SYSCTLS = [
  ...["kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range"],
  "net.ipv4.ip_unprivileged_port_start",
];
const SYSCTLS_27 = [...SYSCTLS, "net.ipv4.ip_local_reserved_ports"];
const SYSCTLS_29 = [
  ...SYSCTLS_27,
  ...["tcp_keepalive_time", "tcp_fin_timeout", "tcp_keepalive_intvl", "tcp_keepalive_probes"].map((name) => `net.ipv4.${name}`),
];
const SYSCTLS_32 = [...SYSCTLS_29, "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"];

function sysctls(allowed: readonly string[]): CheckPod {
  return (spec) => {
    const names = (spec.securityContext?.sysctls ?? []).map((s) => s.name).filter((name) => !allowed.includes(name));
    return names.length === 0 ? undefined : { reason: "forbidden sysctls", detail: names.join(", ") };
  };
}

const windowsHostProcess: CheckPod = (spec) => {
  const own = spec.securityContext?.windowsOptions?.hostProcess === true;
  const who = setters(
    own,
    namesOf(spec, (c) => c.securityContext?.windowsOptions?.hostProcess === true),
  );
  return who === "" ? undefined : { reason: "hostProcess", detail: `${who} must not set securityContext.windowsOptions.hostProcess=true` };
};

/** By id, as upstream's messages list them; `since` is the minor version a form of the check applies from. */
export const baseline: readonly Check[] = [
  { id: "appArmorProfile", forms: [{ since: 0, check: appArmorProfile }] },
  { id: "capabilities_baseline", forms: [{ since: 0, check: capabilities }] },
  { id: "hostNamespaces", forms: [{ since: 0, check: hostNamespaces }] },
  { id: "hostPathVolumes", forms: [{ since: 0, check: hostPathVolumes }] },
  { id: "hostPorts", forms: [{ since: 0, check: hostPorts }] },
  { id: "hostProbesAndHostLifecycle", forms: [{ since: 34, check: probeHosts }] },
  { id: "privileged", forms: [{ since: 0, check: privileged }] },
  {
    id: "procMount",
    forms: [
      { since: 0, check: procMount },
      { since: 35, check: (spec, annotations) => (spec.hostUsers === false ? undefined : procMount(spec, annotations)) },
    ],
  },
  {
    id: "seLinuxOptions",
    forms: [
      { since: 0, check: seLinuxOptions(SELINUX_TYPES) },
      { since: 31, check: seLinuxOptions([...SELINUX_TYPES, "container_engine_t"]) },
    ],
  },
  {
    id: "seccompProfile_baseline",
    forms: [
      { since: 0, check: seccompAnnotations },
      { since: 19, check: seccompSaid },
    ],
  },
  {
    id: "sysctls",
    forms: [
      { since: 0, check: sysctls(SYSCTLS) },
      { since: 27, check: sysctls(SYSCTLS_27) },
      { since: 29, check: sysctls(SYSCTLS_29) },
      { since: 32, check: sysctls(SYSCTLS_32) },
    ],
  },
  { id: "windowsHostProcess", forms: [{ since: 0, check: windowsHostProcess }] },
];
