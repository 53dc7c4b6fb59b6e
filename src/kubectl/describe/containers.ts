import { value as quantityValue, milliValue, canonicalQuantity } from "../../machinery/index.ts";
import { longTime, orNone, type Page } from "./page.ts";
import type { Container, ContainerPort, ContainerState, ContainerStatus, EnvVar, Pod, Probe, Resources } from "./types.ts";

/** The block of containers of a pod (indent "") or of a template (indent "  "). */
export function describeContainers(
  page: Page,
  title: string,
  containers: readonly Container[],
  statuses: readonly ContainerStatus[] | undefined,
  pod: Pod | undefined,
  indent: string,
): void {
  page.raw(containers.length === 0 ? `${indent}${title}: <none>\n` : `${indent}${title}:\n`);
  for (const container of containers) {
    const status = statuses?.find((s) => s.name === container.name);
    const name = indent ? " " : "";
    page.line(1, `${name}${container.name}:`);
    if (status) page.line(2, `Container ID:\t${status.containerID ?? ""}`);
    page.line(2, `Image:\t${container.image ?? ""}`);
    if (status) page.line(2, `Image ID:\t${status.imageID ?? ""}`);
    portLine(page, "Port", container.ports ?? [], (p) => p.containerPort);
    portLine(page, "Host Port", container.ports ?? [], (p) => p.hostPort ?? 0);
    const seccomp = container.securityContext?.seccompProfile;
    if (seccomp) page.line(2, `SeccompProfile:\t${seccomp.type}`);
    if (seccomp?.type === "Localhost") page.line(3, `LocalhostProfile:\t${seccomp.localhostProfile ?? ""}`);
    words(page, "Command", container.command);
    words(page, "Args", container.args);
    if (status) {
      describeState(page, "State", status.state);
      if (status.lastState?.terminated) describeState(page, "Last State", status.lastState);
      page.line(2, `Ready:\t${status.ready ? "True" : "False"}`);
      page.line(2, `Restart Count:\t${status.restartCount ?? 0}`);
    }
    describeResources(page, 2, container.resources);
    if (container.livenessProbe) page.line(2, `Liveness:\t${probeText(container.livenessProbe)}`);
    if (container.readinessProbe) page.line(2, `Readiness:\t${probeText(container.readinessProbe)}`);
    if (container.startupProbe) page.line(2, `Startup:\t${probeText(container.startupProbe)}`);
    describeEnvFrom(page, container);
    describeEnv(page, container, pod);
    describeMounts(page, container);
    describeDevices(page, container);
  }
}

function portLine(page: Page, title: string, ports: readonly ContainerPort[], number: (port: ContainerPort) => number): void {
  const texts = ports.map((p) => `${number(p)}/${p.protocol ?? "TCP"}${p.name ? ` (${p.name})` : ""}`);
  page.line(2, texts.length > 1 ? `${title}s:\t${texts.join(", ")}` : `${title}:\t${orNone(texts[0])}`);
}

function words(page: Page, title: string, list: readonly string[] | undefined): void {
  if (!list || list.length === 0) return;
  page.line(2, `${title}:`);
  for (const word of list) for (const part of word.split("\n")) page.line(3, part);
}

function describeState(page: Page, title: string, state: ContainerState | undefined): void {
  if (state?.running) {
    page.line(2, `${title}:\tRunning`);
    page.line(3, `Started:\t${longTime(state.running.startedAt)}`);
  } else if (state?.terminated) {
    const t = state.terminated;
    page.line(2, `${title}:\tTerminated`);
    if (t.reason) page.line(3, `Reason:\t${t.reason}`);
    if (t.message) page.line(3, `Message:\t${t.message}`);
    page.line(3, `Exit Code:\t${t.exitCode}`);
    if (t.signal) page.line(3, `Signal:\t${t.signal}`);
    page.line(3, `Started:\t${longTime(t.startedAt)}`);
    page.line(3, `Finished:\t${longTime(t.finishedAt)}`);
  } else {
    page.line(2, `${title}:\tWaiting`);
    if (state?.waiting?.reason) page.line(3, `Reason:\t${state.waiting.reason}`);
  }
}

export function describeResources(page: Page, level: number, resources: Resources | undefined): void {
  for (const [title, list] of [
    ["Limits", resources?.limits],
    ["Requests", resources?.requests],
  ] as const) {
    const names = Object.keys(list ?? {}).sort();
    if (names.length > 0) page.line(level, `${title}:`);
    for (const name of names) page.line(level + 1, `${name}:\t${list?.[name] ?? ""}`);
  }
}

export function probeText(probe: Probe): string {
  const attributes = `delay=${probe.initialDelaySeconds ?? 0}s timeout=${probe.timeoutSeconds ?? 0}s period=${probe.periodSeconds ?? 0}s #success=${probe.successThreshold ?? 0} #failure=${probe.failureThreshold ?? 0}`;
  if (probe.exec) return `exec [${(probe.exec.command ?? []).join(" ")}] ${attributes}`;
  if (probe.httpGet) {
    const { scheme = "", host = "", port, path = "" } = probe.httpGet;
    const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    const start = path === "" || path.startsWith("/") ? "" : "/";
    return `http-get ${scheme ? `${scheme.toLowerCase()}:` : ""}//${address}${start}${escapedPath(path)} ${attributes}`;
  }
  if (probe.tcpSocket) return `tcp-socket ${probe.tcpSocket.host ?? ""}:${probe.tcpSocket.port} ${attributes}`;
  if (probe.grpc) return `grpc <pod>:${probe.grpc.port} ${probe.grpc.service ?? ""} ${attributes}`;
  return `unknown ${attributes}`;
}

/** As Go's URL writes a path (net/url: shouldEscape). */
const escapedPath = (path: string): string =>
  encodeURI(path).replaceAll(/[?#!'()*[\]]/g, (c) => (c === "*" ? c : `%${c.charCodeAt(0).toString(16).toUpperCase()}`));

function describeEnvFrom(page: Page, container: Container): void {
  const sources = container.envFrom ?? [];
  if (sources.length === 0) return;
  page.line(2, "Environment Variables from:");
  for (const source of sources) {
    const ref = source.configMapRef ?? source.secretRef;
    const kind = source.configMapRef ? "ConfigMap" : source.secretRef ? "Secret" : "";
    page.line(
      3,
      `${ref?.name ?? ""}\t${kind}${source.prefix ? ` with prefix '${source.prefix}'` : ""}\tOptional: ${ref?.optional ?? false}`,
    );
  }
}

function describeEnv(page: Page, container: Container, pod: Pod | undefined): void {
  const env = container.env ?? [];
  page.line(2, `Environment:${env.length === 0 ? "\t<none>" : ""}`);
  for (const variable of env) {
    const from = variable.valueFrom;
    if (!from) (variable.value ?? "").split("\n").forEach((part, i) => page.line(3, i === 0 ? `${variable.name}:\t${part}` : `\t${part}`));
    // Upstream has no words for a key in a file.
    else if (!from.fileKeyRef) page.line(3, `${variable.name}:\t${sourceText(from, container, pod)}`);
  }
}

function sourceText(from: NonNullable<EnvVar["valueFrom"]>, container: Container, pod: Pod | undefined): string {
  if (from.fieldRef)
    return `${pod ? fieldValue(pod, from.fieldRef.fieldPath) : ""} (${from.fieldRef.apiVersion ?? "v1"}:${from.fieldRef.fieldPath})`;
  if (from.resourceFieldRef) {
    const { resource, divisor } = from.resourceFieldRef;
    const value = resourceValue(container, resource, divisor);
    return `${value === "0" && /^limits\.(cpu|memory)$/.test(resource) ? "node allocatable" : value} (${resource})`;
  }
  if (from.secretKeyRef)
    return `<set to the key '${from.secretKeyRef.key}' in secret '${from.secretKeyRef.name ?? ""}'>\tOptional: ${from.secretKeyRef.optional ?? false}`;
  if (from.configMapKeyRef)
    return `<set to the key '${from.configMapKeyRef.key}' of config map '${from.configMapKeyRef.name ?? ""}'>\tOptional: ${from.configMapKeyRef.optional ?? false}`;
  return "";
}

/** What describe resolves of a field path: the fields that selectors know too (k8s: describe.go EnvValueRetriever). */
function fieldValue(pod: Pod, path: string): string {
  switch (path) {
    case "metadata.name":
      return pod.metadata.name;
    case "metadata.namespace":
      return pod.metadata.namespace ?? "";
    default:
      return "";
  }
}

function resourceValue(container: Container, resource: string, divisor: string | undefined): string {
  const [list, name] = resource.split(/\.(.*)/) as [string, string];
  const amount = (list === "limits" ? container.resources?.limits : container.resources?.requests)?.[name];
  if (amount === undefined) return "0";
  const by = divisor && divisor !== "0" ? divisor : "1";
  const exact = name === "cpu" ? milliValue(amount) / milliValue(by) : quantityValue(amount) / quantityValue(by);
  return canonicalQuantity(String(Math.ceil(exact)));
}

function describeMounts(page: Page, container: Container): void {
  const mounts = [...(container.volumeMounts ?? [])].sort((a, b) => (a.mountPath < b.mountPath ? -1 : a.mountPath > b.mountPath ? 1 : 0));
  page.line(2, `Mounts:${mounts.length === 0 ? "\t<none>" : ""}`);
  for (const m of mounts)
    page.line(3, `${m.mountPath} from ${m.name} (${m.readOnly ? "ro" : "rw"}${m.subPath ? `,path=${JSON.stringify(m.subPath)}` : ""})`);
}

function describeDevices(page: Page, { volumeDevices = [], volumeMounts = [] }: Container): void {
  if (volumeDevices.length === 0) return;
  // Upstream says here whether there are mounts.
  page.line(2, `Devices:${volumeMounts.length === 0 ? "\t<none>" : ""}`);
  for (const { devicePath, name } of [...volumeDevices].sort((a, b) => (a.devicePath < b.devicePath ? -1 : 1)))
    page.line(3, `${devicePath} from ${name}`);
}
