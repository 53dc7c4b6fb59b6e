import { CliError } from "../errors.ts";

/** --cascade as propagationPolicy. */
export function propagationPolicy(cascade: string): "Background" | "Foreground" | "Orphan" {
  if (cascade === "background" || cascade === "true") return "Background";
  if (cascade === "foreground") return "Foreground";
  if (cascade === "orphan" || cascade === "false") return "Orphan";
  throw new CliError(`invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`);
}

interface Deletion {
  /** As --cascade says it; without it the kind's own way. */
  readonly cascade?: string;
  /** Seconds; below 0, the object's own. */
  readonly gracePeriod?: number;
  readonly dryRun?: "none" | "client" | "server";
}

/** The body of a DELETE. */
export const deleteOptions = ({ cascade, gracePeriod = -1, dryRun = "none" }: Deletion): object => ({
  kind: "DeleteOptions",
  apiVersion: "v1",
  ...(cascade === undefined ? {} : { propagationPolicy: propagationPolicy(cascade) }),
  ...(gracePeriod >= 0 ? { gracePeriodSeconds: gracePeriod } : {}),
  ...(dryRun === "server" ? { dryRun: ["All"] } : {}),
});
