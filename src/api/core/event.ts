import { field, isDNS1123Subdomain, isQualifiedName, semanticEqual, type FieldError } from "../../machinery/index.ts";
import { invalidEach, type Errors } from "../checks.ts";
import { since } from "../columns.ts";
import type { Event } from "../generated/types.ts";
import type { Kind, ValidationContext } from "../kind.ts";

/** What Go writes whether it was said or not. */
function defaults(event: Event): Event {
  const times = { eventTime: null, firstTimestamp: null, lastTimestamp: null };
  const always = { involvedObject: {}, reportingComponent: "", reportingInstance: "", source: {}, ...times };
  let copy: Record<string, unknown> | undefined;
  for (const [key, value] of Object.entries(always)) {
    if (event[key as keyof Event] !== undefined) continue;
    copy ??= { ...event };
    copy[key] = value;
  }
  return (copy ?? event) as Event;
}

const isNewApi = (context: ValidationContext<Event>): boolean => context.requested?.group === "events.k8s.io";
const LIMITS = { reportingInstance: 128, action: 128, reason: 128 } as const;

/** k8s: apis/core/validation/events.go legacyValidateEvent, and what it asks of events of the new API. */
function validate(event: Event, context: ValidationContext<Event>): Errors {
  const errors: Errors = [];
  const namespace = event.metadata?.namespace ?? "";
  const about = event.involvedObject?.namespace ?? "";
  // Events about what is in no namespace go to default.
  if (about === "" ? namespace !== "" && namespace !== "default" : namespace !== about) {
    errors.push(field.invalid("involvedObject.namespace", about, "does not match event.namespace"));
  }
  if (event.eventTime) {
    const reporter = isNewApi(context) ? "reportingController" : "reportingComponent";
    if (!event.reportingComponent) errors.push(field.required(reporter));
    invalidEach(errors, reporter, event.reportingComponent, isQualifiedName(event.reportingComponent ?? ""));
    for (const [name, limit] of Object.entries(LIMITS)) {
      const text = event[name as keyof typeof LIMITS] ?? "";
      if (text === "") errors.push(field.required(name));
      if (text.length > limit) errors.push(tooLong(name, limit));
    }
    if ((event.message ?? "").length > 1024) errors.push(tooLong("message", 1024));
  }
  if (about !== "") invalidEach(errors, "involvedObject.namespace", about, isDNS1123Subdomain(about));
  if (isNewApi(context)) checkNew(errors, event, context.old);
  return errors;
}

const tooLong = (path: string, limit: number): FieldError => field.invalid(path, "", `can have at most ${limit} characters`);

/** What only the old API sets. */
const OLD_FIELDS = {
  firstTimestamp: (e: Event) => Boolean(e.firstTimestamp),
  lastTimestamp: (e: Event) => Boolean(e.lastTimestamp),
  count: (e: Event) => Boolean(e.count),
  source: (e: Event) => Boolean(e.source?.component || e.source?.host),
} as const;
const FIXED = [
  "involvedObject",
  "reason",
  "message",
  "source",
  "firstTimestamp",
  "lastTimestamp",
  "count",
  "type",
  "eventTime",
  "action",
  "related",
  "reportingComponent",
  "reportingInstance",
] as const;

/** k8s: ValidateEventCreate and ValidateEventUpdate, for events.k8s.io/v1. */
function checkNew(errors: Errors, event: Event, old: Event | undefined): void {
  if (old === undefined || !semanticEqual(event.series, old.series)) checkSeries(errors, event);
  if (old !== undefined) {
    for (const name of FIXED) {
      const path = name === "reportingComponent" ? "reportingController" : name;
      if (!semanticEqual(event[name], old[name])) errors.push(field.invalid(path, event[name] ?? null, "field is immutable"));
    }
    return;
  }
  if (!event.eventTime) errors.push(field.required("eventTime"));
  if (event.type !== "Normal" && event.type !== "Warning") errors.push(field.invalid("type", "", `has invalid value: ${event.type ?? ""}`));
  for (const [name, isSet] of Object.entries(OLD_FIELDS)) if (isSet(event)) errors.push(field.invalid(name, "", "needs to be unset"));
}

function checkSeries(errors: Errors, { series }: Event): void {
  if (series === undefined) return;
  if ((series.count ?? 0) < 2) errors.push(field.invalid("series.count", "", "should be at least 2"));
  if (!series.lastObservedTime) errors.push(field.required("series.lastObservedTime"));
}

const lastSeen = (e: Event): string | null | undefined => e.series?.lastObservedTime ?? e.lastTimestamp ?? e.eventTime;
const firstSeen = (e: Event): string | null | undefined => e.firstTimestamp ?? e.eventTime;
const source = (e: Event): string =>
  [e.source?.component || e.reportingComponent || "", e.source?.host ?? ""].filter((s) => s !== "").join(", ");

export const event: Kind<Event> = {
  group: "",
  version: "v1",
  kind: "Event",
  plural: "events",
  singular: "event",
  shortNames: ["ev"],
  namespaced: true,
  defaults,
  validate,
  fields: (e) => ({
    "involvedObject.kind": e.involvedObject?.kind ?? "",
    "involvedObject.namespace": e.involvedObject?.namespace ?? "",
    "involvedObject.name": e.involvedObject?.name ?? "",
    "involvedObject.uid": e.involvedObject?.uid ?? "",
    "involvedObject.apiVersion": e.involvedObject?.apiVersion ?? "",
    "involvedObject.resourceVersion": e.involvedObject?.resourceVersion ?? "",
    "involvedObject.fieldPath": e.involvedObject?.fieldPath ?? "",
    reason: e.reason ?? "",
    reportingComponent: e.reportingComponent ?? "",
    source: e.source?.component || e.reportingComponent || "",
    type: e.type ?? "",
  }),
  selectableFields: [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "reason",
    "reportingComponent",
    "source",
    "type",
  ],
  nameColumn: "none",
  columns: [
    { name: "Last Seen", description: "When it happened last.", cell: (e, now) => since(lastSeen(e), now) },
    { name: "Type", description: "Normal or Warning.", cell: (e) => e.type ?? "" },
    { name: "Reason", description: "What happened, in a word.", cell: (e) => e.reason ?? "" },
    {
      name: "Object",
      description: "What it is about.",
      cell: (e) => `${(e.involvedObject?.kind ?? "").toLowerCase()}/${e.involvedObject?.name ?? ""}`,
    },
    { name: "Subobject", description: "Which part of it.", wide: true, cell: (e) => e.involvedObject?.fieldPath ?? "" },
    { name: "Source", description: "Who says so.", wide: true, cell: source },
    { name: "Message", description: "What happened, for people.", cell: (e) => (e.message ?? "").trim() },
    { name: "First Seen", description: "When it happened first.", wide: true, cell: (e, now) => since(firstSeen(e), now) },
    { name: "Count", description: "How often it happened.", wide: true, cell: (e) => e.series?.count ?? (e.count || 1) },
    { name: "Name", description: "The event's own name.", wide: true, cell: (e) => e.metadata?.name ?? "" },
  ],
};
