import type { EndpointSlice } from "../../api/index.ts";
import { type Change, type Client, keyOfObject } from "../../client/index.ts";
import { isNotFound } from "../../machinery/index.ts";
import { isMoot } from "../serviceaccount/index.ts";
import { MANAGED_BY, SERVICE_NAME, type SlicePlan } from "./decide.ts";

/** What the cache is still to show: the version of a slice written, or that it is gone. */
type Written = number | "deleted";

/** Writes the slices of Services and remembers what the cache is still to show: planning before that would create slices twice. */
export interface SliceWriter {
  /** Keys that a slice's change is news to; of the writer's own writes only the last, and only where it is waited for. */
  keysOf(change: Change<EndpointSlice>): readonly string[];
  /** Whether writes are yet to be seen; the key comes again when they are. */
  mustWait(key: string): boolean;
  apply(client: Client, key: string, plan: SlicePlan): Promise<void>;
  forget(key: string): void;
}

export function createSliceWriter(controller: string): SliceWriter {
  /** By Service, then slice. */
  const unseen = new Map<string, Map<string, Written>>();
  const waiting = new Set<string>();
  const note = (key: string, slice: string, written: Written): void => {
    let ofService = unseen.get(key);
    if (!ofService) unseen.set(key, (ofService = new Map()));
    ofService.set(slice, written);
  };
  const saw = (key: string, slice: EndpointSlice): void => note(key, keyOfObject(slice), Number(slice.metadata?.resourceVersion));
  return {
    keysOf({ key, object, old }) {
      const owners = [...new Set([object, old].map((s) => s && serviceKeyOf(s, controller)).filter((k) => k !== undefined))];
      return owners.filter((owner) => {
        const written = unseen.get(owner);
        const ours = written?.get(key);
        if (ours === undefined) return true;
        const version = object ? Number(object.metadata?.resourceVersion) : "deleted";
        if (version !== "deleted" && ours !== "deleted" && version < ours) return false;
        if (version !== "deleted" && ours === "deleted") return false;
        written?.delete(key);
        if (written?.size === 0) unseen.delete(owner);
        if (version !== ours) return true;
        return !unseen.has(owner) && waiting.delete(owner);
      });
    },
    mustWait(key) {
      if (unseen.has(key)) waiting.add(key);
      return unseen.has(key);
    },
    async apply(client, key, plan) {
      for (const slice of plan.create) {
        try {
          saw(key, await client.create("endpointslices", slice));
        } catch (error) {
          if (!isMoot(error)) throw error;
        }
      }
      for (const slice of plan.update) saw(key, await client.update("endpointslices", slice));
      for (const { metadata } of plan.remove) {
        const preconditions = metadata?.uid ? { preconditions: { uid: metadata.uid } } : {};
        try {
          await client.delete("endpointslices", metadata?.namespace, metadata?.name ?? "", preconditions);
          note(key, `${metadata?.namespace}/${metadata?.name}`, "deleted");
        } catch (error) {
          if (!isNotFound(error)) throw error;
        }
      }
    },
    forget(key) {
      unseen.delete(key);
      waiting.delete(key);
    },
  };
}

/** The Service of a slice that this controller manages. */
export function serviceKeyOf({ metadata }: EndpointSlice, controller: string): string | undefined {
  const name = metadata?.labels?.[SERVICE_NAME];
  return name && metadata?.labels?.[MANAGED_BY] === controller ? `${metadata.namespace}/${name}` : undefined;
}
