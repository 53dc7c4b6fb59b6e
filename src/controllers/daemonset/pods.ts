import type { DaemonSet, Pod } from "../../api/index.ts";
import type { EventRecorder, ReconcileContext } from "../../client/index.ts";
import { isNotFound, StatusError } from "../../machinery/index.ts";
import type { Expectations } from "../expectations.ts";
import { slowStart } from "../replicaset/slow-start.ts";
import type { Plan } from "./decide.ts";
import { daemonPod } from "./placement.ts";

/** Creates and deletes what the plan says and tells of it; throws the first refusal when all was tried (k8s: syncNodes). */
export async function carryOut(options: {
  readonly daemonSet: DaemonSet;
  readonly key: string;
  readonly plan: Pick<Plan, "create" | "remove">;
  readonly hash: string;
  readonly expectations: Expectations;
  readonly events: EventRecorder;
  readonly context: ReconcileContext;
}): Promise<void> {
  const { daemonSet: d, key, plan, hash, expectations, events, context } = options;
  const { client, causes } = context;
  if (plan.create.length + plan.remove.length === 0) return;
  expectations.expect(
    key,
    plan.create.length,
    plan.remove.map((p) => p.metadata?.uid ?? ""),
  );
  const nodes = plan.create[Symbol.iterator]();
  const { skipped, error } = await slowStart(plan.create.length, async () => {
    const node = nodes.next().value ?? "";
    try {
      const created = await client.create("pods", daemonPod(d, node, hash));
      events.event(d, "Normal", "SuccessfulCreate", `Created pod: ${created.metadata?.name}`, causes);
    } catch (e) {
      expectations.creationObserved(key);
      if (isNamespaceTerminating(e)) return;
      events.event(d, "Warning", "FailedCreate", `Error creating: ${messageOf(e)}`, causes);
      throw e;
    }
  });
  for (let i = 0; i < skipped; i++) expectations.creationObserved(key);
  let failure: unknown = error;
  await Promise.all(
    plan.remove.map(async (pod: Pod) => {
      const { namespace, name = "", uid = "" } = pod.metadata ?? {};
      try {
        await client.delete("pods", namespace, name, { preconditions: { uid } });
        events.event(d, "Normal", "SuccessfulDelete", `Deleted pod: ${name}`, causes);
      } catch (e) {
        expectations.deletionObserved(key, uid);
        if (isNotFound(e)) return;
        events.event(d, "Warning", "FailedDelete", `Error deleting: ${messageOf(e)}`, causes);
        failure ??= e;
      }
    }),
  );
  if (failure !== undefined) throw failure;
}

const messageOf = (e: unknown): string => (e instanceof Error ? e.message : String(e));

const isNamespaceTerminating = (e: unknown): boolean =>
  e instanceof StatusError && (e.status.details?.causes ?? []).some((c) => c.reason === "NamespaceTerminating");
