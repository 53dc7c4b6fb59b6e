import { formatIp, parseCidr, parseIp } from "./ip.ts";

/** Where the API server's Services live (kubeadm: networking.serviceSubnet). */
export const SERVICE_CIDR = "10.96.0.0/16";
/** The learner's computer: the gateway of the machines' network, as Docker's bridge is for kind. */
export const WORKSTATION_IP = "172.18.0.1";

const NODES = parseCidr("172.18.0.0/16");
const MAX_NODES = 12 * 256;

/** The address of the `index`th machine (from 0): 172.18.0.2, .3, … and on into 172.18.1.x. */
export function nodeAddress(index: number): string {
  if (index < 0 || index + 3 >= NODES.size) throw new RangeError(`no address for machine ${index}`);
  return formatIp(NODES.base + 2 + index);
}

/**
 * The pod range of the `index`th node: 10.244.<n>.0/24, and 10.245.0.0/24 on from the 257th (k8s: nodeipam range
 * allocator with --node-cidr-mask-size 24).
 */
export function podCidr(index: number): string {
  if (index < 0 || index >= MAX_NODES) throw new RangeError(`no pod CIDR for node ${index}: the cluster CIDR holds ${MAX_NODES}`);
  return `10.${244 + (index >> 8)}.${index & 255}.0/24`;
}

/** Which of `podCidr`'s ranges this is. */
export function podCidrIndex(cidr: string): number {
  const [, b = 0, c = 0] = cidr.split(".").map(Number);
  return (b - 244) * 256 + c;
}

/** How many pod ranges the --cluster-cidr of so many nodes holds. */
export function podCidrCount(nodes: number): number {
  return nodes <= 256 ? 256 : nodes <= 512 ? 512 : nodes <= 1024 ? 1024 : MAX_NODES;
}

/** The --cluster-cidr that holds the pod ranges of `nodes` nodes. */
export function clusterCidr(nodes: number): string {
  if (nodes <= 256) return "10.244.0.0/16";
  if (nodes <= 512) return "10.244.0.0/15";
  if (nodes <= 1024) return "10.244.0.0/14";
  return "10.240.0.0/12";
}

/** No address is left for a sandbox; the message is the CNI plugins'. */
export class AddressesExhausted extends Error {
  override readonly name = "AddressesExhausted";
}

/**
 * A node's pod addresses, handed out as the host-local CNI plugin does: round robin from the one after the last
 * given, so that a freed address rests as long as possible; the first is the bridge's own.
 */
export class HostLocal {
  readonly cidr: string;
  /** The bridge's address: what the node's own processes show to its pods. */
  readonly gateway: string;
  readonly #first: number;
  readonly #last: number;
  readonly #used = new Set<number>();
  #lastReserved: number;

  constructor(cidr: string, lastReserved?: string) {
    const { base, size } = parseCidr(cidr);
    if (size < 4) throw new RangeError(`pod CIDR ${cidr} is too small`);
    this.cidr = cidr;
    this.gateway = formatIp(base + 1);
    this.#first = base + 2;
    this.#last = base + size - 2;
    this.#lastReserved = (lastReserved === undefined ? undefined : parseIp(lastReserved)) ?? base + 1;
  }

  get lastReserved(): string {
    return formatIp(this.#lastReserved);
  }

  contains(ip: number): boolean {
    return ip >= this.#first - 2 && ip <= this.#last + 1;
  }

  allocate(): string {
    const count = this.#last - this.#first + 1;
    const range = `${this.gateway}-${formatIp(this.#last)}`;
    if (this.#used.size >= count)
      throw new AddressesExhausted(`failed to allocate for range 0: no IP addresses available in range set: ${range}`);
    let ip = this.#lastReserved;
    do ip = ip >= this.#last || ip < this.#first ? this.#first : ip + 1;
    while (this.#used.has(ip));
    this.#used.add(ip);
    this.#lastReserved = ip;
    return formatIp(ip);
  }

  /** Marks an address as taken, on restore. */
  reserve(ip: string): void {
    const value = parseIp(ip);
    if (value !== undefined) this.#used.add(value);
  }

  release(ip: string): void {
    const value = parseIp(ip);
    if (value !== undefined) this.#used.delete(value);
  }
}
