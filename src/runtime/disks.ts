import type { Clock, Persistent } from "../sim/index.ts";
import { Volumes } from "./cri/volumes.ts";
import type { TreeEnvironment } from "./files/tree.ts";
import { inOrder, storedTrees } from "./kernel/thaw.ts";
import { Records } from "./records.ts";

/** Disks that outlive every machine: what is written from one node is read on another. Their ids begin with `shared/`. */
export interface SharedDisks extends Persistent {
  readonly volumes: Volumes;
}

export function createDisks({ clock, persistent }: { readonly clock: Clock; readonly persistent: boolean }): SharedDisks {
  const records = new Records(persistent);
  const env: TreeEnvironment = { records, now: () => clock.now(), turn: (fn) => clock.turn(fn) };
  const volumes = new Volumes(env);
  return {
    name: "disks",
    volumes,
    drain: () => records.drain(),
    restore(stored) {
      const rows = inOrder(stored);
      const trees = storedTrees(rows);
      for (const [key, record] of rows)
        if (key.startsWith("volume/")) {
          const id = key.slice("volume/".length);
          volumes.restore(id, trees.get(`volume-${encodeURIComponent(id)}`), record);
        }
    },
  };
}
