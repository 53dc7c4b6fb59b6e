import type { Pod, Service } from "../../../api/index.ts";
import { CliError } from "../../errors.ts";

/** A port of this computer and the pod's that it leads to; 0: any that is free. */
export interface ForwardedPort {
  readonly local: number;
  readonly remote: number;
}

const split = (port: string): [local: string, remote: string] => {
  const parts = port.split(":");
  return parts.length === 2 ? [parts[0] ?? "", parts[1] ?? ""] : [parts[0] ?? "", parts[0] ?? ""];
};
const joined = (local: string, asked: string, remote: number): string => (local === asked ? String(remote) : `${local}:${remote}`);
const isNumber = (text: string): boolean => /^[-+]?\d+$/.test(text);

/** Named ports of a pod by their numbers (k8s: cmd/portforward convertPodNamedPortToNumber). */
export function podPorts(ports: readonly string[], pod: Pod): readonly string[] {
  refuseUdp(
    ports,
    (pod.spec?.containers ?? []).flatMap((container) =>
      (container.ports ?? []).map((p) => ({ port: p.containerPort, protocol: p.protocol })),
    ),
    (name) => namedPort(pod, name),
  );
  return ports.map((port) => {
    const [local, remote] = split(port);
    if (remote === "") throw new CliError("remote port cannot be empty");
    return joined(local, remote, isNumber(remote) ? Number(remote) : namedPort(pod, remote));
  });
}

/** Ports of a service by those of the pod behind it (k8s: translateServicePortToTargetPort). */
export function servicePorts(ports: readonly string[], service: Service, pod: Pod): readonly string[] {
  const own = service.spec?.ports ?? [];
  const byName = (name: string): number => {
    const found = own.find((p) => p.name === name)?.port;
    if (found === undefined) throw new CliError(`Service '${service.metadata?.name}' does not have a named port '${name}'`);
    return found;
  };
  refuseUdp(ports, own, byName);
  return ports.map((port) => {
    const [local, remote] = split(port);
    const number = isNumber(remote) ? Number(remote) : byName(remote);
    const shown = local === remote ? String(number) : local;
    const found = own.find((p) => p.port === number);
    if (found === undefined) throw new CliError(`Service ${service.metadata?.name} does not have a service port ${number}`);
    const target = targetOf(service, found, pod);
    return shown === String(target) ? shown : `${shown}:${target}`;
  });
}

function targetOf(service: Service, port: { readonly port: number; readonly targetPort?: number | string }, pod: Pod): number {
  if (service.spec?.clusterIP === "None") return port.port;
  const { targetPort } = port;
  if (typeof targetPort === "string") return namedPort(pod, targetPort);
  return targetPort === undefined || targetPort === 0 ? port.port : targetPort;
}

function namedPort({ metadata, spec }: Pod, name: string): number {
  for (const container of spec?.containers ?? [])
    for (const port of container.ports ?? []) if (port.name === name) return port.containerPort;
  throw new CliError(`Pod '${metadata?.name}' does not have a named port '${name}'`);
}

function refuseUdp(
  ports: readonly string[],
  known: readonly { readonly port: number; readonly protocol?: string }[],
  byName: (name: string) => number,
): void {
  const speaks = (number: number, protocol: string): boolean => known.some((p) => p.port === number && (p.protocol ?? "TCP") === protocol);
  for (const port of ports) {
    const [, remote] = split(port);
    const number = isNumber(remote) ? Number(remote) : remote === "" ? -1 : byName(remote);
    if (speaks(number, "UDP") && !speaks(number, "TCP")) throw new CliError(`UDP protocol is not supported for ${remote}`);
  }
}

/** What the command line says, as numbers (k8s: client-go portforward parsePorts). */
export function parsePorts(ports: readonly string[]): readonly ForwardedPort[] {
  return ports.map((port) => {
    const parts = port.split(":");
    if (parts.length > 2) throw new CliError(`invalid port format '${port}'`);
    const [first = "", second = first] = parts;
    const local = parsePort("local", parts.length === 2 && first === "" ? "0" : first);
    const remote = parsePort("remote", second);
    if (remote === 0) throw new CliError("remote port must be > 0");
    return { local, remote };
  });
}

function parsePort(which: "local" | "remote", text: string): number {
  const refuse = (why: string): never => {
    throw new CliError(`error parsing ${which} port '${text}': strconv.ParseUint: parsing ${JSON.stringify(text)}: ${why}`);
  };
  if (!/^\d+$/.test(text)) return refuse("invalid syntax");
  return Number(text) > 65_535 ? refuse("value out of range") : Number(text);
}
