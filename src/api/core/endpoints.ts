import { field, isDNS1123Label, isDNS1123Subdomain, isQualifiedName, isValidPortNumber } from "../../machinery/index.ts";
import { checkOneOf, invalidEach, type Errors } from "../checks.ts";
import { ageColumn, orNone } from "../columns.ts";
import { at, fill, mapList } from "../defaulting.ts";
import { checkEndpointIP } from "../endpoint-ip.ts";
import type { EndpointAddress, EndpointPort, EndpointSubset, Endpoints } from "../generated/types.ts";
import type { Kind } from "../kind.ts";

/** k8s: core/validation validateEndpointSubsets. */
function validate({ subsets = [] }: Endpoints): Errors {
  const errors: Errors = [];
  for (const [i, { addresses = [], notReadyAddresses = [], ports = [] }] of subsets.entries()) {
    const path = `subsets[${i}]`;
    if (addresses.length + notReadyAddresses.length === 0)
      errors.push(field.required(path, "must specify `addresses` or `notReadyAddresses`"));
    for (const [j, address] of addresses.entries()) checkAddress(errors, `${path}.addresses[${j}]`, address);
    for (const [j, address] of notReadyAddresses.entries()) checkAddress(errors, `${path}.notReadyAddresses[${j}]`, address);
    for (const [j, port] of ports.entries()) checkPort(errors, `${path}.ports[${j}]`, port, ports.length > 1);
  }
  return errors;
}

function checkAddress(errors: Errors, path: string, { ip, hostname, nodeName }: EndpointAddress): void {
  checkEndpointIP(errors, `${path}.ip`, ip);
  if (hostname) invalidEach(errors, `${path}.hostname`, hostname, isDNS1123Label(hostname));
  if (nodeName !== undefined) invalidEach(errors, `${path}.nodeName`, nodeName, isDNS1123Subdomain(nodeName));
}

function checkPort(errors: Errors, path: string, { name, port, protocol, appProtocol }: EndpointPort, several: boolean): void {
  if (name) invalidEach(errors, `${path}.name`, name, isDNS1123Label(name));
  else if (several) errors.push(field.required(`${path}.name`));
  invalidEach(errors, `${path}.port`, port, isValidPortNumber(port));
  checkOneOf(errors, `${path}.protocol`, protocol, ["SCTP", "TCP", "UDP"]);
  if (appProtocol !== undefined) invalidEach(errors, `${path}.appProtocol`, appProtocol, isQualifiedName(appProtocol));
}

/** Address and port of each, without ports the address alone. */
function listed({ addresses = [], ports = [] }: EndpointSubset): readonly string[] {
  const hosts = addresses.map(({ ip }) => ip);
  if (ports.length === 0) return hosts;
  return ports.flatMap(({ port }) => hosts.map((ip) => (ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`)));
}

const SHOWN = 3;

/** k8s: printers formatEndpoints. */
function endpointsCell({ subsets = [] }: Endpoints): string {
  if (subsets.length === 0) return orNone("");
  const all = subsets.flatMap(listed);
  const shown = all.slice(0, SHOWN).join(",");
  return all.length > SHOWN ? `${shown} + ${all.length - SHOWN} more...` : shown;
}

export const endpoints: Kind<Endpoints> = {
  group: "",
  version: "v1",
  kind: "Endpoints",
  plural: "endpoints",
  singular: "endpoints",
  shortNames: ["ep"],
  namespaced: true,
  deprecated: "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
  defaults: (object) =>
    at(object, "subsets", (subsets) =>
      mapList(subsets, (subset) => at(subset, "ports", (ports) => mapList(ports, (port) => fill(port, { protocol: "TCP" })))),
    ),
  validate,
  columns: [{ name: "Endpoints", description: "Where a Service's traffic goes.", cell: endpointsCell }, ageColumn],
};
