import { forbidden, type StatusError } from "../../machinery/index.ts";
import type { Attributes } from "./types.ts";

/** `pods "web" is forbidden: <why>` (k8s: admission.NewForbidden). */
export function refuse({ scope, object, old }: Attributes, why: string): StatusError {
  const { kind, info } = scope;
  const name = info.name || object?.metadata?.name || object?.metadata?.generateName || old?.metadata?.name || "Unknown";
  return forbidden(kind.plural, name, why, kind.group);
}
