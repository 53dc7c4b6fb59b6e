import { describe, expect, it } from "vitest";
import { fieldErrorMessage } from "../../machinery/index.ts";
import { event as stored } from "../core/event.ts";
import type { Event, EventsEvent } from "../index.ts";
import { eventsEvent } from "./event.ts";

const context = { namespace: "lab", now: 0, requested: eventsEvent };
const fresh: EventsEvent = {
  apiVersion: "events.k8s.io/v1",
  kind: "Event",
  metadata: { name: "e", namespace: "lab" },
  eventTime: "2026-01-01T00:00:00.000000Z",
  reportingController: "example.com/c",
  reportingInstance: "c-1",
  action: "Binding",
  reason: "Scheduled",
  type: "Normal",
  note: "It went well",
  regarding: { kind: "Pod", name: "p", namespace: "lab" },
};
const to = (object: EventsEvent) => eventsEvent.storedAs?.to(object) as Event;
const refusals = (object: EventsEvent) => stored.validate(to(object), context).map(fieldErrorMessage);

describe("events of events.k8s.io", () => {
  it("are events of v1 under other names", () => {
    const core = to(fresh);
    expect(core).toMatchObject({
      apiVersion: "v1",
      message: "It went well",
      involvedObject: { kind: "Pod", name: "p", namespace: "lab" },
      reportingComponent: "example.com/c",
      firstTimestamp: null,
      source: {},
    });
    expect(eventsEvent.storedAs?.from(core)).toEqual({
      ...fresh,
      deprecatedFirstTimestamp: null,
      deprecatedLastTimestamp: null,
      deprecatedSource: {},
    });
    expect(eventsEvent.columns.map((c) => c.cell(fresh, Date.parse("2026-01-01T00:01:00Z")))).toEqual(
      stored.columns.map((c) => c.cell(core, Date.parse("2026-01-01T00:01:00Z"))),
    );
    expect(eventsEvent.fields?.(fresh)["regarding.name"]).toBe("p");
  });

  it("must say who reports what, and leave the old fields", () => {
    expect(refusals(fresh)).toEqual([]);
    const { reportingController: _, action: __, ...silent } = fresh;
    expect(refusals({ ...silent, type: "Bad", deprecatedCount: 2, deprecatedSource: { component: "x" }, reason: "r".repeat(129) })).toEqual(
      [
        "reportingController: Required value",
        expect.stringMatching(/^reportingController: Invalid value: "": name part must be non-empty/),
        expect.stringMatching(/^reportingController: Invalid value: "": name part must consist of/),
        "action: Required value",
        'reason: Invalid value: "": can have at most 128 characters',
        'type: Invalid value: "": has invalid value: Bad',
        'count: Invalid value: "": needs to be unset',
        'source: Invalid value: "": needs to be unset',
      ],
    );
  });

  it("change only by their series", () => {
    const old = to(fresh);
    const update = (change: object) => stored.validate(to({ ...fresh, ...change }), { ...context, old }).map(fieldErrorMessage);
    expect(update({ series: { count: 2, lastObservedTime: "2026-01-01T00:00:01.000000Z" } })).toEqual([]);
    expect(update({ note: "Otherwise", series: { count: 1 } })).toEqual([
      'series.count: Invalid value: "": should be at least 2',
      "series.lastObservedTime: Required value",
      'message: Invalid value: "Otherwise": field is immutable',
    ]);
  });
});
