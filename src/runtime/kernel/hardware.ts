export interface MachineHardware {
  /** Cores. */
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  /** Bytes, and how many files its file system can have; default 100 GiB, and one for every 16 KiB. */
  readonly disk?: number;
}
