import type { Component } from "../api/index.ts";
import { formatDuration } from "../machinery/index.ts";
import { type Cause, rfc3339 } from "../sim/index.ts";
import type { ComponentEffects } from "./faults/effects.ts";

/** What can be seen of a component while it runs. */
export interface Report {
  readonly depth?: number;
  readonly retrying?: number;
  readonly reconciles?: number;
  readonly errors?: number;
  readonly lastError?: { readonly message: string; readonly at: number } | undefined;
  readonly queues?: NonNullable<Component["status"]>["queues"];
}

/** A part of Kubernetes that can be stopped, slowed and held back. */
export interface ComponentHandle {
  readonly name: string;
  /** The program that it is part of. */
  readonly process: string;
  readonly machine?: string;
  /** Virtual ms; undefined: it does not run. */
  readonly startedAt: number | undefined;
  readonly effects: ComponentEffects;
  report(): Report;
  /** Makes it as faults want it, whatever it was; `causes`: the faults that come or go. */
  obey(effects: ComponentEffects, causes: readonly Cause[]): void;
}

/** A handle as an object of the API. */
export function componentOf(handle: ComponentHandle): Component {
  const { name, process, machine, startedAt, effects } = handle;
  const report = startedAt === undefined ? {} : handle.report();
  const { depth, retrying, reconciles, errors, lastError, queues } = report as Report;
  const state = startedAt === undefined ? "Stopped" : effects.delay > 0 ? "Slow" : "Running";
  return {
    apiVersion: "sim.timonel.dev/v1alpha1",
    kind: "Component",
    metadata: { name },
    status: {
      process,
      ...(machine === undefined ? {} : { machine }),
      state,
      ...(startedAt === undefined ? {} : { startedAt: rfc3339(startedAt) }),
      ...(depth === undefined ? {} : { queueDepth: depth }),
      ...(retrying === undefined ? {} : { retries: retrying }),
      ...(reconciles === undefined ? {} : { reconciles }),
      ...(errors === undefined ? {} : { errors }),
      ...(lastError === undefined ? {} : { lastError: lastError.message, lastErrorTime: rfc3339(lastError.at) }),
      ...(queues === undefined ? {} : { queues }),
      ...(effects.delay > 0 ? { delay: formatDuration(effects.delay) } : {}),
      ...(effects.lag > 0 ? { watchLag: formatDuration(effects.lag) } : {}),
      ...(effects.faults.length > 0 ? { faults: effects.faults } : {}),
    },
  };
}
