import { type Disk, type DiskCloud, MAX_DISKS, RpcError } from "../addons/index.ts";
import type { SharedDisks } from "../runtime/index.ts";
import type { Clock, Persistent, Random } from "../sim/index.ts";

/** How long the cloud takes for what. */
const CREATE_MS = 1500;
const ATTACH_MS = 2000;
const CHANGE_MS = 2000;
const MAX_SIZE = 16 * 2 ** 40;

/** The id of a disk's files among those that no machine has. */
export const filesOf = (id: string): string => `shared/disk/${id}`;

/** The simulated cloud's disks: each in one zone, at one machine at a time. */
export class CloudDisks implements DiskCloud, Persistent {
  readonly name = "cloud-disks";
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #files: SharedDisks;
  readonly #zoneOf: (machine: string) => string | undefined;
  readonly #disks = new Map<string, Disk>();
  readonly #dirty = new Set<string>();

  constructor(options: {
    readonly clock: Clock;
    readonly random: Random;
    readonly files: SharedDisks;
    readonly zoneOf: (machine: string) => string | undefined;
  }) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#files = options.files;
    this.#zoneOf = options.zoneOf;
  }

  get(id: string): Disk | undefined {
    return this.#disks.get(id);
  }
  zoneOf(machine: string): string | undefined {
    return this.#zoneOf(machine);
  }

  async create(wanted: Omit<Disk, "id" | "machine">): Promise<Disk> {
    const known = this.#named(wanted.name);
    if (known) return known;
    if (wanted.size > MAX_SIZE)
      throw new RpcError("OutOfRange", `requested size ${wanted.size} exceeds the largest disk of ${MAX_SIZE} bytes`);
    await this.#clock.sleep(CREATE_MS);
    const again = this.#named(wanted.name);
    if (again) return again;
    const digits = this.#random.uuid().replaceAll("-", "");
    const disk = { id: `vol-0${digits.slice(0, 16)}`, ...wanted };
    this.#set(disk.id, disk);
    return disk;
  }

  async delete(id: string): Promise<void> {
    const disk = this.#disks.get(id);
    if (!disk) return;
    if (disk.machine !== undefined)
      throw new RpcError("Internal", `Could not delete volume ID ${JSON.stringify(id)}: VolumeInUse: ${id} is attached to ${disk.machine}`);
    await this.#clock.sleep(CHANGE_MS);
    this.#set(id, undefined);
    this.#files.volumes.remove(filesOf(id));
  }

  async attach(id: string, machine: string): Promise<string> {
    await this.#clock.sleep(ATTACH_MS);
    const disk = this.#find(id);
    const refuse = (code: RpcError["code"], why: string): never => {
      throw new RpcError(code, `Could not attach volume ${JSON.stringify(id)} to node ${JSON.stringify(machine)}: ${why}`);
    };
    const zone = this.#zoneOf(machine);
    if (zone === undefined) refuse("NotFound", `Instance ${JSON.stringify(machine)} not found`);
    if (disk.machine !== undefined && disk.machine !== machine)
      refuse("FailedPrecondition", `${id} is already attached to ${disk.machine}`);
    if (zone !== disk.zone) refuse("Internal", `InvalidVolume.ZoneMismatch: ${id} is in ${disk.zone}, the instance in ${zone}`);
    const there = [...this.#disks.values()].filter((d) => d.machine === machine && d.id !== id);
    if (there.length >= MAX_DISKS) refuse("ResourceExhausted", "Attachment limit exceeded");
    if (disk.machine === undefined) this.#set(id, { ...disk, machine });
    return `/dev/disk/by-id/${id}`;
  }

  async detach(id: string, machine: string): Promise<void> {
    await this.#clock.sleep(ATTACH_MS);
    const disk = this.#disks.get(id);
    if (disk?.machine !== machine) return;
    const { machine: _, ...free } = disk;
    this.#set(id, free);
  }

  async resize(id: string, size: number): Promise<void> {
    if (size > MAX_SIZE) throw new RpcError("OutOfRange", `requested size ${size} exceeds the largest disk of ${MAX_SIZE} bytes`);
    await this.#clock.sleep(CHANGE_MS);
    const disk = this.#find(id);
    if (size > disk.size) this.#set(id, { ...disk, size });
  }

  async modify(id: string, attributes: Disk["attributes"]): Promise<void> {
    await this.#clock.sleep(CHANGE_MS);
    const disk = this.#find(id);
    this.#set(id, { ...disk, attributes: { ...disk.attributes, ...attributes } });
  }

  /** The file system on a disk fills this much of it. */
  format(id: string, size: number): void {
    this.#files.volumes.open(filesOf(id)).setSize(Math.min(size, this.#find(id).size));
  }

  #find(id: string): Disk {
    const disk = this.#disks.get(id);
    if (!disk) throw new RpcError("NotFound", `Volume ${JSON.stringify(id)} not found`);
    return disk;
  }
  #named(name: string): Disk | undefined {
    for (const disk of this.#disks.values()) if (disk.name === name) return disk;
    return undefined;
  }
  #set(id: string, disk: Disk | undefined): void {
    if (disk) this.#disks.set(id, disk);
    else this.#disks.delete(id);
    this.#dirty.add(id);
  }

  drain(): ReadonlyMap<string, unknown> {
    const records = new Map<string, unknown>();
    for (const id of this.#dirty) records.set(id, this.#disks.get(id));
    this.#dirty.clear();
    return records;
  }
  restore(records: ReadonlyMap<string, unknown>): void {
    for (const [id, disk] of records) this.#disks.set(id, disk as Disk);
  }
}
