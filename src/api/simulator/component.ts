import { orNone } from "../columns.ts";
import type { Component } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { OBSERVED } from "./observed.ts";

const count = (n: number | undefined): string => (n === undefined ? "<none>" : String(n));

export const component: Kind<Component> = {
  ...OBSERVED,
  kind: "Component",
  plural: "components",
  singular: "component",
  namespaced: false,
  notSimulated: "components can be read, not written: a Fault stops one",
  columns: [
    { name: "State", description: "Whether it runs.", cell: (c) => orNone(c.status?.state) },
    { name: "Queue", description: "Keys that wait to be worked on.", cell: (c) => count(c.status?.queueDepth) },
    { name: "Retries", description: "Keys that wait for their back-off to end.", cell: (c) => count(c.status?.retries) },
    { name: "Reconciles", description: "Pieces of work done since it started.", cell: (c) => count(c.status?.reconciles) },
    { name: "Watch Lag", description: "How late it sees what changes.", cell: (c) => orNone(c.status?.watchLag) },
    { name: "Process", description: "The program that it is part of.", wide: true, cell: (c) => orNone(c.status?.process) },
    {
      name: "Last Error",
      description: "Why the last piece of work that failed did.",
      wide: true,
      cell: (c) => orNone(c.status?.lastError),
    },
  ],
};
