import type { Container, ContainerPort } from "../../generated/types.ts";

interface Placed {
  readonly path: string;
  readonly port: ContainerPort;
}

/** Ports that a pod's containers could not all have, or that say something for nothing (k8s: pkg/api/pod/warnings.go). */
export function portWarnings(containers: readonly (readonly [path: string, container: Container])[]): readonly string[] {
  const placed = containers.flatMap(([path, { ports = [] }]) => ports.map((port, i): Placed => ({ path: `${path}.ports[${i}]`, port })));
  return placed.flatMap(({ path, port }, i) => [
    ...(port.hostIP && !port.hostPort ? [`${path}: hostIP set without hostPort: ${goPort(port)}`] : []),
    ...placed.slice(0, i).flatMap((other) => {
      const how = samePort(port, other.port) ? relation(port, other.port) : undefined;
      return how === undefined ? [] : [`${path}: ${how} port definition with ${other.path}`];
    }),
  ]);
}

const samePort = (a: ContainerPort, b: ContainerPort): boolean =>
  a.containerPort === b.containerPort && (a.protocol ?? "") === (b.protocol ?? "");

function relation({ hostIP = "", hostPort = 0 }: ContainerPort, other: ContainerPort): string | undefined {
  const { hostIP: otherIP = "", hostPort: otherPort = 0 } = other;
  if (hostIP === otherIP && hostPort === otherPort) return "duplicate";
  if (hostPort === 0 || otherPort === 0) return "overlapping";
  return hostPort === otherPort && (hostIP === "") !== (otherIP === "") ? "dangerously ambiguous" : undefined;
}

/** As Go's %+v. */
const goPort = ({ name = "", hostPort = 0, containerPort, protocol = "", hostIP = "" }: ContainerPort): string =>
  `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
