import type { Clock as ClockObject } from "../api/index.ts";
import type { Revision } from "../etcd/index.ts";
import type { Clock, Speed } from "../sim/index.ts";

const KEY = "/registry/clocks.sim.timonel.dev/cluster";

/** The Clock every simulated cluster starts with. A clock that a test moves by hand (0) has no speed that an object could have. */
export const initialClock = (speed: Speed = 1): ClockObject => ({
  apiVersion: "sim.timonel.dev/v1alpha1",
  kind: "Clock",
  metadata: { name: "cluster" },
  spec: { paused: false, speed: speed === 0 ? 1 : speed, step: 0 },
});

/**
 * Makes the clock do what its object says (law 6). It acts on the write itself, not on a watch: a paused clock
 * delivers no watches, and must still be resumed. Answers etcd's `onWrite`.
 */
export function obeyClockObject(clock: Clock): {
  readonly onWrite: (revision: Revision) => void;
  readonly steps: () => number;
  readonly adopt: (object: ClockObject | undefined) => void;
} {
  let steps = 0;
  const obey = (object: ClockObject | undefined): void => {
    const { paused = false, speed = 1, step = 0 } = object?.spec ?? {};
    if (typeof speed === "number" || speed === "max") clock.setSpeed(speed);
    if (paused && !clock.paused) clock.pause();
    if (!paused && clock.paused) clock.resume();
    for (; steps < step && clock.paused; steps++) void clock.step();
    steps = step;
  };
  return {
    steps: () => steps,
    onWrite(revision) {
      if (revision.key === KEY) clock.input(() => obey(revision.value as ClockObject | undefined));
    },
    adopt(object) {
      steps = object?.spec?.step ?? 0;
      obey(object);
    },
  };
}
