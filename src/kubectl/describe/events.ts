import type { Resource } from "../types.ts";
import { goSorted } from "../printers/go-sort.ts";
import { since, type Page } from "./page.ts";
import type { DescribeContext } from "./types.ts";

export interface Event extends Resource {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly eventTime?: string | null;
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  readonly series?: { readonly count: number; readonly lastObservedTime: string };
  readonly source?: { readonly component?: string };
  readonly reportingComponent?: string;
  readonly involvedObject: { readonly kind?: string; readonly name?: string; readonly fieldPath?: string };
}

/** Events about an object, oldest first, as the foot of its page. */
export async function describeEvents(page: Page, object: Resource, { session, showEvents, chunkSize }: DescribeContext): Promise<void> {
  if (!showEvents) return;
  const { name, namespace, annotations } = object.metadata;
  // Events of a static pod are about what the kubelet runs, not about its mirror.
  const uid = annotations?.["kubernetes.io/config.mirror"] ?? object.metadata.uid;
  const selector = [
    `involvedObject.name=${name}`,
    ...(namespace ? [`involvedObject.namespace=${namespace}`] : []),
    `involvedObject.kind=${object.kind}`,
    ...(uid ? [`involvedObject.uid=${uid}`] : []),
  ];
  let events = await search(session, namespace, selector.join(","), chunkSize);
  // What happens to a node is told of its uid by controllers, of its name by the kubelet (k8s: describe.go NodeDescriber).
  if (object.kind === "Node" && uid)
    events = [
      ...events,
      ...(await search(session, namespace, [...selector.slice(0, -1), `involvedObject.uid=${name}`].join(","), chunkSize)),
    ];
  if (events.length === 0) return page.line(0, "Events:\t<none>");
  page.flush();
  page.line(0, "Events:\n  Type\tReason\tAge\tFrom\tMessage");
  page.line(1, "----\t------\t----\t----\t-------");
  // Those of the newer API, which leave it out, come first (k8s: util/event SortableEvents).
  for (const e of byMoment(events, (event) => event.lastTimestamp ?? "")) {
    const where = e.involvedObject.fieldPath ? `${e.involvedObject.fieldPath}: ` : "";
    page.line(
      1,
      `${e.type ?? ""}\t${e.reason ?? ""}\t${ageText(e, page.now)}\t${e.source?.component || e.reportingComponent || ""}\t${where}${(e.message ?? "").trim()}`,
    );
  }
}

async function search(
  session: DescribeContext["session"],
  namespace: string | undefined,
  fieldSelector: string,
  chunkSize: number,
): Promise<readonly Event[]> {
  const path = namespace ? `/api/v1/namespaces/${namespace}/events` : "/api/v1/events";
  const list = await session
    .object("GET", path, { query: { fieldSelector, ...(chunkSize > 0 ? { limit: String(chunkSize) } : {}) } })
    .catch(() => ({}));
  return (list as { items?: readonly Event[] }).items ?? [];
}

const byMoment = (events: readonly Event[], moment: (e: Event) => string): readonly Event[] =>
  goSorted(events, (a, b) => moment(a) < moment(b));
/** As `kubectl events` has them (k8s: cmd/events eventTime). */
export const sortEvents = (events: readonly Event[]): readonly Event[] =>
  byMoment(events, (e) => e.series?.lastObservedTime ?? e.lastTimestamp ?? e.eventTime ?? "");

/** "12s", or "3s (x4 over 2m)" when it happened again. */
export function ageText(e: Event, now: number): string {
  const first = since(e.eventTime ?? e.firstTimestamp, now);
  if (e.series) return `${since(e.series.lastObservedTime, now)} (x${e.series.count} over ${first})`;
  return (e.count ?? 1) > 1 ? `${since(e.lastTimestamp, now)} (x${e.count} over ${first})` : first;
}
