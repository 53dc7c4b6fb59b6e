import type { ContainerState, ContainerStatus, Event, Pod } from "../../api/index.ts";

/** What differs from run to run, as words: ids, addresses, durations, the row's namespace. */
export const plain = (text: string, namespace: string): string =>
  text
    .replaceAll(namespace, "<ns>")
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<uid>")
    .replace(/\b[0-9a-f]{64}\b/g, "<id>")
    .replace(/\b10\.\d+\.\d+\.\d+\b/g, "<ip>")
    .replace(/\b\d+(?:\.\d+)?(?:ms|s) \(\d+(?:\.\d+)?(?:ms|s) including waiting\)/g, "<duration>");

const said = (message: string | undefined): string => (message ? `: ${message.trimEnd()}` : "");

function stateOf({ waiting, running, terminated }: ContainerState): string {
  if (running) return "running";
  if (terminated) {
    const how = terminated.signal ? `signal ${terminated.signal}` : `${terminated.exitCode}`;
    return `ended ${terminated.reason ?? "-"} ${how}${said(terminated.message)}`;
  }
  return `waiting ${waiting?.reason ?? "-"}${said(waiting?.message)}`;
}

/** "app: waiting CrashLoopBackOff: back-off 10s …; before: ended Error 1; restarts 1". */
export function containerLine(status: ContainerStatus, namespace: string): string {
  const parts = [`${status.name}: ${stateOf(status.state ?? {})}`];
  if (status.lastState && Object.keys(status.lastState).length > 0) parts.push(`before: ${stateOf(status.lastState)}`);
  if (status.restartCount > 0) parts.push(`restarts ${status.restartCount}`);
  return plain(parts.join("; "), namespace);
}

export const containerLines = ({ status }: Pod, namespace: string): readonly string[] =>
  [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? []), ...(status?.ephemeralContainerStatuses ?? [])].map((s) =>
    containerLine(s, namespace),
  );

export const conditionLine = ({ status }: Pod): string =>
  (status?.conditions ?? []).map((c) => `${c.status === "True" ? "" : "!"}${c.type}${c.reason ? `(${c.reason})` : ""}`).join(" ");

/** "Failed", and why where the pod itself says it: "Failed Evicted: The node was …". */
export const phaseLine = ({ status }: Pod, namespace: string): string =>
  plain(`${status?.phase}${status?.reason ? ` ${status.reason}` : ""}${said(status?.message)}`, namespace);

/** Each wording once, in the order of their first times. */
export function eventLines(events: readonly Event[], namespace: string): readonly string[] {
  const first = (e: Event): string => e.firstTimestamp ?? e.eventTime ?? e.metadata?.creationTimestamp ?? "";
  const revision = (e: Event): number => Number(e.metadata?.resourceVersion ?? 0);
  const lines = events
    .toSorted((a, b) => first(a).localeCompare(first(b)) || revision(a) - revision(b))
    .map((e) =>
      plain(
        `${e.type} ${e.reason}${e.involvedObject.fieldPath ? ` ${e.involvedObject.fieldPath}` : ""}: ${e.message?.trimEnd()}`,
        namespace,
      ),
    );
  return [...new Set(lines)];
}
