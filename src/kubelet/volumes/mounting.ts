import type { Volume } from "../../runtime/index.ts";

/** All of a machine's own files, which hostPath and local volumes show parts of. */
export const HOST = "host";

/** What a pod's containers mount. */
export interface Source {
  readonly volume: Volume;
  /** Where in `volume` it begins: hostPath. */
  readonly root: string;
  readonly readOnly: boolean;
  /** What is mounted, where that is on no disk of the machine: a file server's export. */
  readonly device?: string;
}

/** A step on the way to a mounted volume failed: `MountVolume.SetUp`, `MountVolume.NodeAffinity check`, ... */
export class MountFailure extends Error {
  override readonly name = "MountFailure";
  readonly step: string;
  /** Where it is not called what the pod calls it. */
  readonly volume: string | undefined;
  constructor(step: string, message: string, volume?: string) {
    super(message);
    this.step = step;
    this.volume = volume;
  }
}

/** Nothing is wrong: it is not attached yet, or the node's status does not tell yet that it is in use. */
export class Waiting extends Error {
  override readonly name = "Waiting";
  /** The status does not tell yet: there is no use in trying before it does. */
  readonly unreported: boolean;
  constructor(unreported: boolean) {
    super(unreported ? "not reported as in use yet" : "not attached yet");
    this.unreported = unreported;
  }
}
