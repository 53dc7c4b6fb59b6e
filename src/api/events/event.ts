import { event as stored } from "../core/event.ts";
import type { Event, EventsEvent } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import type { KubeObject } from "../meta.ts";

/** Fields that the two APIs name differently: events.k8s.io/v1, v1 (k8s: apis/events/v1/conversion.go). */
const NAMES = [
  ["deprecatedCount", "count"],
  ["deprecatedFirstTimestamp", "firstTimestamp"],
  ["deprecatedLastTimestamp", "lastTimestamp"],
  ["deprecatedSource", "source"],
  ["note", "message"],
  ["regarding", "involvedObject"],
  ["reportingController", "reportingComponent"],
] as const satisfies readonly (readonly [keyof EventsEvent, keyof Event])[];

const toStoredName: ReadonlyMap<string, string> = new Map(NAMES);
const fromStoredName: ReadonlyMap<string, string> = new Map(NAMES.map(([ours, theirs]) => [theirs, ours]));

function renamed(object: object, names: ReadonlyMap<string, string>): Record<string, unknown> {
  const next: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(object)) next[names.get(key) ?? key] = value as unknown;
  return next;
}

const toStored = (object: EventsEvent): KubeObject => {
  const next = { ...renamed(object, toStoredName), apiVersion: "v1" } as unknown as Event;
  return stored.defaults?.(next) ?? next;
};
const fromStored = (object: KubeObject): EventsEvent =>
  ({ ...renamed(object, fromStoredName), apiVersion: "events.k8s.io/v1" }) as unknown as EventsEvent;

const ABOUT = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"] as const;
const FIELDS = [...ABOUT.map((key) => `regarding.${key}` as const), "reason", "reportingController", "type"] as const;

/** The other view of the events of v1. */
export const eventsEvent: Kind<EventsEvent> = {
  group: "events.k8s.io",
  version: "v1",
  kind: "Event",
  plural: "events",
  singular: "event",
  shortNames: ["ev"],
  namespaced: true,
  storedAs: { kind: stored as unknown as Kind, to: toStored, from: fromStored },
  validate: () => [],
  fields: (e) => ({
    ...Object.fromEntries(ABOUT.map((key) => [`regarding.${key}`, e.regarding?.[key] ?? ""])),
    reason: e.reason ?? "",
    reportingController: e.reportingController ?? "",
    type: e.type ?? "",
  }),
  selectableFields: FIELDS,
  nameColumn: "none",
  columns: stored.columns.map((column) => ({
    ...column,
    cell: (object: EventsEvent, now: number) => column.cell(toStored(object) as Event, now),
  })),
};
