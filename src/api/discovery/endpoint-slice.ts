import {
  deepEqual,
  field,
  isDNS1123Label,
  isDNS1123Subdomain,
  isQualifiedName,
  isValidLabelValue,
  isValidPortNumber,
  parseIp,
} from "../../machinery/index.ts";
import { checkLabels, checkOneOf, invalidEach, type Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { at, mapList } from "../defaulting.ts";
import { checkEndpointIP } from "../endpoint-ip.ts";
import type { Endpoint, EndpointSlice } from "../generated/types.ts";
import type { Kind, ValidationContext } from "../kind.ts";

const ADDRESS_TYPES = ["FQDN", "IPv4", "IPv6"];
const UNSET = "<unset>";

/** k8s: apis/discovery/v1/defaults.go SetDefaults_EndpointPort. */
function defaults(given: EndpointSlice): EndpointSlice {
  // A list without items is stored as none, and shown as null: the field is always there.
  const slice = given.endpoints?.length ? given : ({ ...given, endpoints: null } as unknown as EndpointSlice);
  return at(slice, "ports", (ports) =>
    mapList(ports, (port) =>
      port.name === undefined || port.protocol === undefined ? { ...port, name: port.name ?? "", protocol: port.protocol ?? "TCP" } : port,
    ),
  );
}

/** k8s: apis/discovery/validation ValidateEndpointSlice. */
function validate(slice: EndpointSlice, { old }: ValidationContext<EndpointSlice>): Errors {
  const errors: Errors = [];
  checkOneOf(errors, "addressType", slice.addressType, ADDRESS_TYPES);
  // Addresses that were there already are not judged again.
  checkEndpoints(errors, slice, new Set(endpointsOf(old).flatMap(({ addresses }) => addresses)));
  checkPorts(errors, slice);
  return errors;
}

const endpointsOf = (slice: EndpointSlice | undefined): readonly Endpoint[] =>
  (slice?.endpoints as readonly Endpoint[] | null | undefined) ?? [];

function checkEndpoints(errors: Errors, slice: EndpointSlice, known: ReadonlySet<string>): void {
  const { addressType } = slice;
  const endpoints = endpointsOf(slice);
  if (endpoints.length > 1000) return void errors.push(field.tooMany("endpoints", endpoints.length, 1000));
  for (const [i, endpoint] of endpoints.entries()) {
    const path = `endpoints[${i}]`;
    const addresses = (endpoint as Partial<Endpoint>).addresses ?? [];
    if (addresses.length === 0) errors.push(field.required(`${path}.addresses`, "must contain at least 1 address"));
    else if (addresses.length > 100) errors.push(field.tooMany(`${path}.addresses`, addresses.length, 100));
    for (const [j, address] of addresses.entries())
      if (!known.has(address)) checkAddress(errors, `${path}.addresses[${j}]`, address, addressType);
    if (endpoint.nodeName !== undefined) invalidEach(errors, `${path}.nodeName`, endpoint.nodeName, isDNS1123Subdomain(endpoint.nodeName));
    if (endpoint.hostname !== undefined) invalidEach(errors, `${path}.hostname`, endpoint.hostname, isDNS1123Label(endpoint.hostname));
    checkTopology(errors, `${path}.deprecatedTopology`, endpoint.deprecatedTopology);
    checkHints(errors, `${path}.hints.forZones`, endpoint.hints?.forZones, isValidLabelValue);
    checkHints(errors, `${path}.hints.forNodes`, endpoint.hints?.forNodes, isDNS1123Subdomain);
  }
}

function checkTopology(errors: Errors, path: string, topology: Endpoint["deprecatedTopology"]): void {
  const size = Object.keys(topology ?? {}).length;
  if (size > 16) errors.push(field.tooMany(path, size, 16));
  checkLabels(errors, path, topology);
}

/** k8s: validateHints. */
function checkHints(
  errors: Errors,
  path: string,
  hints: readonly { readonly name: string }[] | undefined,
  problemsOf: (name: string) => readonly string[],
): void {
  if (hints === undefined) return;
  if (hints.length > 8) return void errors.push(field.tooMany(path, hints.length, 8));
  const seen = new Set<string>();
  for (const [i, { name }] of hints.entries()) {
    if (seen.has(name)) errors.push(field.duplicate(`${path}[${i}].name`, name));
    seen.add(name);
    invalidEach(errors, `${path}[${i}].name`, name, problemsOf(name));
  }
}

function checkAddress(errors: Errors, path: string, address: string, type: string | undefined): void {
  if (type === "FQDN") return invalidEach(errors, path, address, isDNS1123Subdomain(address));
  if (type !== "IPv4" && type !== "IPv6") return;
  const ip = parseIp(address);
  if (ip !== null && ip.family !== (type === "IPv4" ? 4 : 6)) errors.push(field.invalid(path, address, `must be an ${type} address`));
  checkEndpointIP(errors, path, address);
}

function checkPorts(errors: Errors, { ports = [] }: EndpointSlice): void {
  if (ports.length > 20000) return void errors.push(field.tooMany("ports", ports.length, 20000));
  const names = new Set<string>();
  for (const [i, port] of ports.entries()) {
    const path = `ports[${i}]`;
    const name = port.name ?? "";
    if (name !== "") invalidEach(errors, `${path}.name`, name, isDNS1123Label(name));
    if (names.has(name)) errors.push(field.duplicate(`${path}.name`, name));
    names.add(name);
    checkOneOf(errors, `${path}.protocol`, port.protocol, ["SCTP", "TCP", "UDP"]);
    if (port.port !== undefined) invalidEach(errors, `${path}.port`, port.port, isValidPortNumber(port.port));
    if (port.appProtocol !== undefined) invalidEach(errors, `${path}.appProtocol`, port.appProtocol, isQualifiedName(port.appProtocol));
  }
}

/** The first three, and how many more (k8s: printers formatDiscoveryPorts). */
function firstThree(list: readonly string[]): string {
  if (list.length === 0) return UNSET;
  return list.length > 3 ? `${list.slice(0, 3).join(",")} + ${list.length - 3} more...` : list.join(",");
}

export const endpointSlice: Kind<EndpointSlice> = {
  group: "discovery.k8s.io",
  version: "v1",
  kind: "EndpointSlice",
  plural: "endpointslices",
  singular: "endpointslice",
  namespaced: true,
  generation: true,
  defaults,
  validate,
  // A change of labels counts, too: consumers find slices by them (k8s: registry/discovery/endpointslice/strategy.go).
  prepareForUpdate: (object, old) =>
    deepEqual(object.metadata?.labels, old.metadata?.labels)
      ? object
      : { ...object, metadata: { ...object.metadata, generation: (old.metadata?.generation ?? 0) + 1 } },
  validateUpdate(object, old) {
    return object.addressType === old.addressType ? [] : [field.invalid("addressType", object.addressType, "field is immutable")];
  },
  columns: [
    { name: "AddressType", description: "What its addresses are.", cell: (s) => s.addressType },
    {
      name: "Ports",
      description: "Ports of the endpoints.",
      cell: (s) => firstThree((s.ports ?? []).map((p) => (p.port === undefined ? "*" : String(p.port)))),
    },
    {
      name: "Endpoints",
      description: "Addresses of the endpoints.",
      cell: (s) => firstThree((s.endpoints ?? []).flatMap((e) => e.addresses)),
    },
    ageColumn,
  ],
};
