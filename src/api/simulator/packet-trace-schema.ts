import type { OwnSchema } from "../kind.ts";

export const packetTraceSchema: OwnSchema = {
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
