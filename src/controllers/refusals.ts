import { StatusError } from "../machinery/index.ts";

export const messageOf = (e: unknown): string => (e instanceof Error ? e.message : String(e));

/** The namespace goes away: nothing can be created in it any more, and nobody need hear of it. */
export const isNamespaceTerminating = (e: unknown): boolean =>
  e instanceof StatusError && (e.status.details?.causes ?? []).some((c) => c.reason === "NamespaceTerminating");
