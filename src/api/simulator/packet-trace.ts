import { orNone } from "../columns.ts";
import type { PacketTrace } from "../generated/types.ts";
import type { Kind, OwnSchema } from "../kind.ts";
import { OBSERVED } from "./observed.ts";

const schema: OwnSchema = {
  PacketTrace: {
    description: "PacketTrace is the way that a packet took through the cluster's network. Nothing records them yet: there are none.",
    fields: { status: { type: "PacketTraceStatus", default: {}, description: "The way that it took." } },
  },
  PacketTraceStatus: {
    description: "PacketTraceStatus is the way that a packet took.",
    fields: {
      source: { type: "string", description: "Where it came from: address and port." },
      destination: { type: "string", description: "Where it was sent: address and port." },
      verdict: { type: "string", enum: ["Delivered", "Dropped", "Refused"], description: "What became of it." },
      hops: { type: "[]string", description: "What it passed, in order: links, rules, policies." },
    },
  },
};

export const packetTrace: Kind<PacketTrace> = {
  ...OBSERVED,
  kind: "PacketTrace",
  schema,
  plural: "packettraces",
  singular: "packettrace",
  namespaced: false,
  notSimulated: "packet traces are not recorded yet in Timonel",
  columns: [
    { name: "Source", description: "Where it came from.", cell: (t) => orNone(t.status?.source) },
    { name: "Destination", description: "Where it was sent.", cell: (t) => orNone(t.status?.destination) },
    { name: "Verdict", description: "What became of it.", cell: (t) => orNone(t.status?.verdict) },
  ],
};
