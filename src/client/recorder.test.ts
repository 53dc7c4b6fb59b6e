import { expect, it } from "vitest";
import type { Event, KubeObject } from "../api/index.ts";
import { notFound } from "../machinery/index.ts";
import { testClock } from "../sim/testing.ts";
import { createEventRecorder } from "./recorder.ts";
import type { Client } from "./types.ts";

const about: KubeObject = { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "default", uid: "u" } };

it("an event that has expired comes back with its count when it happens again", async () => {
  const clock = testClock();
  const stored = new Map<string, Event>();
  const client = {
    because: () => client,
    async create(_: string, event: Event) {
      stored.set(event.metadata?.name ?? "", event);
    },
    async patch(_: string, __: string, name: string, ___: string, patch: object) {
      const event = stored.get(name);
      if (!event) throw notFound("events", name);
      stored.set(name, { ...event, ...patch });
    },
  } as unknown as Client;
  const recorder = createEventRecorder({ client, clock, component: "test" });
  const told = (): unknown => [...stored.values()].map((e) => [e.metadata?.name, e.count, e.firstTimestamp, e.lastTimestamp]);
  for (let i = 0; i < 2; i++) recorder.event(about, "Warning", "Failed", "no", []);
  await clock.advance(5_400_000);
  const [name] = stored.keys();
  expect(told()).toEqual([[name, 2, "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"]]);
  stored.clear();
  recorder.event(about, "Warning", "Failed", "no", []);
  await clock.advance(1000);
  expect(told()).toEqual([[name, 3, "1970-01-01T00:00:00Z", "1970-01-01T01:30:00Z"]]);
});
