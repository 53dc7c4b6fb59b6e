import type { OwnSchema } from "../kind.ts";

export const clockSchema: OwnSchema = {
  Clock: {
    description: 'Clock is the virtual clock of this cluster. There is one, named "cluster".',
    fields: {
      spec: {
        type: "ClockSpec",
        default: {},
        description: "How time is wanted to pass.",
      },
      status: {
        type: "ClockStatus",
        default: {},
        description: "How time passes. Computed on read; it takes no revision.",
      },
    },
  },
  ClockSpec: {
    description: "ClockSpec says how virtual time is wanted to pass.",
    fields: {
      paused: {
        type: "boolean",
        description: "Time stands still while true.",
      },
      speed: {
        type: "numberOrString",
        description: 'Virtual seconds in one second of wall time, from 0.1 to 1000, or "max": as fast as the computer goes. Defaults to 1.',
      },
      step: {
        type: "int64",
        description: "A counter: each increase while paused lets the next turn of work run.",
      },
    },
  },
  ClockStatus: {
    description: "ClockStatus says how virtual time passes.",
    fields: {
      now: {
        type: "time",
        description: "The virtual time.",
      },
      speed: {
        type: "numberOrString",
        description: "The speed in force.",
      },
      paused: {
        type: "boolean",
        description: "Whether time stands still.",
      },
    },
  },
};
