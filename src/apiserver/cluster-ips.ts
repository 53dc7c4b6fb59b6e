import { type IPAddress, kindTable, type KubeObject, type Service, type ServiceCIDR } from "../api/index.ts";
import type { Entry } from "../etcd/index.ts";
import { cidrContains, parseCidr, parseIp } from "../machinery/index.ts";
import type { Pool } from "./allocators.ts";
import { keyOf, type Scope } from "./context.ts";
import { ownersAfter } from "./registry/ownership.ts";
import { systemMetadata } from "./registry/metadata.ts";
import { put, remove } from "./registry/write.ts";

/** The ranges that cluster IPs are given from: one a ServiceCIDR's (k8s: registry/core/service/ipallocator MetaAllocator). */
export interface ClusterIps {
  /** Why this address cannot be given; undefined when it can. */
  refusal(ip: string): string | undefined;
  /** One that is free, and stays so until it is taken. */
  next(): string | undefined;
  take(ip: string): void;
  give(ip: string): void;
  /** A ServiceCIDR as it is now, or is no more. */
  setRanges(object: ServiceCIDR, gone: boolean): void;
}

interface Range {
  readonly pool: Pool<string>;
  /** ServiceCIDRs that have this range, and whether they are ready. Absent: none ever had, as before the first is made. */
  owners: Map<string, boolean> | undefined;
}

export function createClusterIps(first: Pool<string>, poolOf?: (cidr: string) => Pool<string>): ClusterIps {
  const ranges = new Map<string, Range>([[first.range, { pool: first, owners: undefined }]]);
  const taken = new Set<string>();
  const ready = (): readonly Pool<string>[] =>
    [...ranges.values()].filter(({ owners }) => owners === undefined || [...owners.values()].includes(true)).map(({ pool }) => pool);

  const rangeOf = (cidr: string): Range | undefined => {
    const known = ranges.get(cidr);
    if (known || !poolOf) return known;
    const range: Range = { pool: poolOf(cidr), owners: undefined };
    for (const ip of taken) range.pool.allocate(ip);
    ranges.set(cidr, range);
    return range;
  };

  return {
    refusal(ip) {
      const pool = ready().find(({ range }) => covers(range, ip));
      if (!pool) return "the provided network does not match the current range";
      if (pool.has(ip)) return "provided IP is already allocated";
      if (pool.allocate(ip) === "out of range")
        return `the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${pool.range}`;
      pool.release(ip);
      return undefined;
    },
    next() {
      for (const pool of ready()) {
        const ip = pool.allocateNext();
        if (ip === undefined) continue;
        pool.release(ip);
        return ip;
      }
      return undefined;
    },
    take(ip) {
      taken.add(ip);
      for (const { pool } of ranges.values()) pool.allocate(ip);
    },
    give(ip) {
      taken.delete(ip);
      for (const { pool } of ranges.values()) pool.release(ip);
    },
    setRanges({ metadata, spec, status }, gone) {
      const name = metadata?.name ?? "";
      const state = status?.conditions?.find(({ type }) => type === "Ready")?.status;
      // Without a word about it a range is ready: nobody may be there to say so.
      const isReady = metadata?.deletionTimestamp === undefined && (state === undefined || state === "True");
      // Services have IPv4 addresses here.
      const cidrs = gone ? [] : (spec?.cidrs ?? []).filter((cidr) => !cidr.includes(":"));
      for (const [cidr, range] of ranges) {
        if (!cidrs.includes(cidr)) range.owners?.delete(name);
        if (range.owners?.size === 0 && range.pool !== first) ranges.delete(cidr);
      }
      for (const cidr of cidrs) {
        const range = rangeOf(cidr);
        if (range) (range.owners ??= new Map()).set(name, isReady);
      }
    },
  };
}

function covers(range: string, ip: string): boolean {
  const cidr = parseCidr(range);
  const address = parseIp(ip);
  // A range that is no network is asked itself.
  return cidr === null || (address !== null && cidrContains(cidr, address));
}

const KIND = kindTable.ipaddresses;

/** The API server asks itself for the objects that stand for the addresses it gives. */
function aboutAddress(scope: Scope, ip: string): Scope {
  const { group, version, plural: resource } = KIND;
  const path = `/apis/${group}/${version}/${resource}/${ip}`;
  const agent = "kube-apiserver";
  const causes = [{ kind: "revision" as const, revision: scope.server.store.revision }];
  const user = { name: "system:apiserver", groups: ["system:masters"] };
  const asked = { method: "POST" as const, path, agent, causes };
  const info = { group, version, resource, subresource: "", namespace: "", name: ip, rest: "" };
  const kind = KIND as unknown as Scope["kind"];
  return {
    ...scope,
    kind,
    requested: kind,
    info,
    request: asked,
    user,
    verb: "create",
    origin: { user: user.name, agent, causes },
    warnings: [],
  };
}

const entryOf = (scope: Scope, ip: string) => scope.server.store.get(keyOf(KIND, "", ip)) as Entry<KubeObject> | undefined;

/** An address that a Service got is an object from now on (k8s: ipallocator createIPAddress). */
export function writeAddress(scope: Scope, service: Service, ip: string): void {
  if (entryOf(scope, ip)) return;
  const own = aboutAddress(scope, ip);
  const address: IPAddress = {
    metadata: {
      name: ip,
      labels: {
        "ipaddress.kubernetes.io/ip-family": ip.includes(":") ? "IPv6" : "IPv4",
        "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io",
      },
    },
    spec: { parentRef: { resource: "services", namespace: service.metadata?.namespace ?? "", name: service.metadata?.name ?? "" } },
  };
  const owners = ownersAfter({ ...own, options: { ...own.options, fieldManager: "kube-apiserver" } }, undefined, address);
  put(own, systemMetadata(own, address), undefined, owners);
}

/** What a Service no longer holds is nobody's. */
export function removeAddress(scope: Scope, ip: string): void {
  const entry = entryOf(scope, ip);
  if (entry) remove(aboutAddress(scope, ip), entry.value, entry);
}
