import { orNone } from "../columns.ts";
import type { PacketTrace } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { OBSERVED } from "./observed.ts";

export const packetTrace: Kind<PacketTrace> = {
  ...OBSERVED,
  kind: "PacketTrace",
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
