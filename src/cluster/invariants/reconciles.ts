import type { KubeObject } from "../../api/index.ts";
import { type Client, createInformers } from "../../client/index.ts";
import { createControllers, type PacedController, userOfController } from "../../controllers/index.ts";
import { type Cause, createRandom } from "../../sim/index.ts";
import type { Cluster } from "../cluster.ts";

/** A controller of another manager beside the cluster's own, and every key that it would look at when it starts. */
export interface Idler {
  readonly name: string;
  readonly keys: readonly string[];
  /** Reconciles one of them; writes are refused and noted. */
  readonly reconcile: (key: string) => Promise<number | void>;
  /** What it wanted to write. */
  readonly writes: readonly string[];
}

const CAUSES: readonly Cause[] = [{ kind: "input", at: 0, sequence: 0, what: "another manager starts" }];
const READS = new Set(["get", "list", "watch", "scale", "read"]);

/** All controllers of the table once more, with caches of their own, before a cluster in which nothing happens. */
export async function idleControllers(cluster: Pick<Cluster, "client" | "clock" | "authority">): Promise<readonly Idler[]> {
  const { clock } = cluster;
  const manager = cluster.client({ name: "system:kube-controller-manager", groups: ["system:masters"] }, "another-manager", CAUSES);
  const informers = createInformers(manager, clock);
  const told: string[] = [];
  const controllers = createControllers({
    informers,
    clock,
    random: createRandom(1),
    // Saying something of an object that has not changed is as bad as writing it.
    recorder: () => ({ event: (about, _, reason) => void told.push(`event ${reason} of ${about.kind} ${about.metadata?.name}`) }),
    rootCa: cluster.authority().certificate,
    signer: cluster.authority(),
    accountToken: () => "",
    allocateNodeCidr: () => undefined,
  });
  const keysOf = controllers.map(begun);
  await clock.advance(1000);
  await informers.synced();
  return controllers.map((controller, i) => {
    const writes: string[] = [];
    const own = cluster.client(userOfController(controller.name), "another-manager", CAUSES);
    const client = reading(own, writes);
    return {
      name: controller.name,
      keys: [...(keysOf[i] ?? [])],
      async reconcile(key) {
        const before = told.length;
        const again = await controller.reconcile(key, { client, causes: CAUSES });
        for (const event of told.slice(before)) writes.push(event);
        return again;
      },
      writes,
    };
  });

  function begun(controller: PacedController): Set<string> {
    const keys = new Set<string>();
    const begin = (watch: PacedController["watches"][number]) =>
      informers.of(watch.resource).on((change) => {
        for (const key of watch.keys(change as Parameters<typeof watch.keys>[0])) keys.add(key);
      });
    for (const watch of controller.watches) begin(watch);
    controller.moreWatches?.(begin);
    return keys;
  }
}

/** A client that reads, and notes what it is asked to write instead. */
function reading(client: Client, writes: string[]): Client {
  return new Proxy(client, {
    get(target, verb: keyof Client) {
      if (verb === "because") return () => reading(target, writes);
      if (READS.has(verb)) return (...args: never[]) => (target[verb] as (...a: never[]) => unknown)(...args);
      return (resource: string, ...args: readonly unknown[]) => {
        const object = args.find((a) => typeof a === "object" && a !== null) as KubeObject | undefined;
        const named = object?.metadata?.name ?? args.filter((a) => typeof a === "string").join("/");
        writes.push(`${verb} ${resource} ${named}`);
        return Promise.resolve(object ?? {});
      };
    },
  });
}
