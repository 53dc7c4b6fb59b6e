import { useEffect, useState } from "react";
import type { KubeList } from "../kube/objects.ts";
import { useSession } from "../session.ts";

export interface SchedulingChange {
  readonly target: string;
  readonly what: string;
  readonly action: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly command?: string;
}

export interface NodeScore {
  readonly node: string;
  readonly score: number;
  readonly plugins?: readonly { readonly plugin: string; readonly weighted: number }[];
}

/** What the scheduler decided about a pod (sim.timonel.dev SchedulingDecision). */
export interface Decision {
  readonly pod: string;
  readonly node?: string;
  readonly nodes: number;
  readonly rejectedBy?: string;
  readonly reasons?: readonly string[];
  readonly rejections?: readonly { readonly node: string; readonly plugin: string; readonly reasons: readonly string[] }[];
  readonly scores?: readonly NodeScore[];
  readonly advice?: readonly { readonly node: string; readonly changes: readonly SchedulingChange[] }[];
}

const EVERY_MS = 2000;

/** The newest decision about a pod; asked for again while the pod waits. Undefined: none is remembered. */
export function useDecision(namespace: string, name: string, node: string): Decision | undefined {
  const connection = useSession((s) => s.connection);
  const [decision, setDecision] = useState<Decision>();
  useEffect(() => {
    if (!connection) return;
    let gone = false;
    const ask = async (): Promise<void> => {
      const path = `/apis/sim.timonel.dev/v1alpha1/namespaces/${namespace}/schedulingdecisions`;
      const { body } = await connection.request<KubeList<{ readonly status: Decision }>>({ method: "GET", path });
      const newest = body.items.findLast((item) => item.status.pod === name)?.status;
      // A pod that came back under its name has not been decided on yet.
      if (!gone) setDecision((newest?.node ?? "") === node ? newest : undefined);
    };
    // A cluster may not have the simulator's group, and a connection that closes rejects: then there is nothing to tell.
    const tick = (): void => void ask().catch(() => {});
    tick();
    const timer = node === "" ? setInterval(tick, EVERY_MS) : undefined;
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [connection, namespace, name, node]);
  return decision;
}
