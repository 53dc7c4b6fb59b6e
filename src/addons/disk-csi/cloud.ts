/** A disk of the simulated cloud. */
export interface Disk {
  /** `vol-0123456789abcdef0`. */
  readonly id: string;
  /** As its maker called it: asking for the same again gives the same disk. */
  readonly name: string;
  readonly zone: string;
  /** Bytes. */
  readonly size: number;
  /** What it does: `type`, `iops`, `throughput`. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The machine that has it. */
  readonly machine?: string;
}

/** The part of the cloud that a CSI driver works with. What it refuses rejects CloudRefusal. */
export interface DiskCloud {
  get(id: string): Disk | undefined;
  zoneOf(machine: string): string | undefined;
  create(wanted: Omit<Disk, "id" | "machine">): Promise<Disk>;
  delete(id: string): Promise<void>;
  /** Answers the device that it is on the machine. */
  attach(id: string, machine: string): Promise<string>;
  detach(id: string, machine: string): Promise<void>;
  resize(id: string, size: number): Promise<void>;
  modify(id: string, attributes: Disk["attributes"]): Promise<void>;
}

export type RpcCode = "InvalidArgument" | "NotFound" | "FailedPrecondition" | "ResourceExhausted" | "Internal" | "OutOfRange";

/** A call to the driver came back with an error, worded as gRPC's clients word it. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: RpcCode;
  constructor(code: RpcCode, description: string) {
    super(`rpc error: code = ${code} desc = ${description}`);
    this.code = code;
  }
}

export const DISK_DRIVER = "disk.csi.timonel.dev";
export const ZONE = "topology.kubernetes.io/zone";
/** Disks that a machine takes. */
export const MAX_DISKS = 24;
/** What the finalizers of external sidecars make of a driver's name. */
export const ATTACHER_FINALIZER = `external-attacher/${DISK_DRIVER.replaceAll(".", "-")}`;
export const PROVISIONER_FINALIZER = "external-provisioner.volume.kubernetes.io/finalizer";
