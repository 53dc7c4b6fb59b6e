import type { Stat } from "../../../runtime/index.ts";

export interface Entry {
  readonly name: string;
  readonly path: string;
  readonly stat: Stat;
  /** Of a link: where it leads, and whether anything is there. */
  readonly target?: string;
  readonly broken?: boolean;
}
