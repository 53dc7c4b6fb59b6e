import { type Pod, type Taint, toleratesTaint } from "../api/index.ts";

export function tolerates(pod: Pod, taint: Pick<Taint, "key" | "value" | "effect">): boolean {
  return pod.spec?.tolerations?.some((t) => toleratesTaint(t, taint)) ?? false;
}
