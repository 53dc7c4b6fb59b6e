import { ApiFailure } from "../errors.ts";
import { klogHead } from "../klog.ts";
import type { KubectlProcess } from "../types.ts";

/** How often a command asks a server what it serves before it gives up; others do five times, those that never ask not at all. */
const ATTEMPTS: Readonly<Record<string, number>> = {
  "kubectl attach": 4,
  "kubectl certificate approve": 4,
  "kubectl certificate deny": 4,
  "kubectl cordon": 4,
  "kubectl create job": 4,
  "kubectl drain": 4,
  "kubectl exec": 4,
  "kubectl logs": 4,
  "kubectl port-forward": 4,
  "kubectl rollout status": 4,
  "kubectl set image": 4,
  "kubectl uncordon": 4,
  "kubectl wait": 4,
  "kubectl auth can-i": 2,
  "kubectl explain": 2,
  "kubectl taint": 2,
  "kubectl api-resources": 1,
  "kubectl api-versions": 1,
  "kubectl run": 1,
  "kubectl cluster-info dump": 0,
  "kubectl cp": 0,
  "kubectl events": 0,
  "kubectl top node": 0,
  "kubectl top pod": 0,
};

/** Discovery does not read what a refusal says: it knows its code (k8s: client-go rest/request.go newUnstructuredResponseError). */
const WORDS: Readonly<Record<number, string>> = {
  400: "the server rejected our request for an unknown reason",
  401: "the server has asked for the client to provide credentials",
  403: "unknown",
};

/** A failure of discovery, in discovery's words. */
export function undiscovered(error: unknown): unknown {
  const words = error instanceof ApiFailure ? WORDS[error.code] : undefined;
  return words === undefined ? error : new ApiFailure({ ...(error as ApiFailure).status, message: words });
}

/** Tells of it on stderr as often as the real one has tried (k8s: discovery/cached/memory memcache.go). */
export async function tellUndiscovered(proc: KubectlProcess, path: string, error: Error, attempts = ATTEMPTS[path] ?? 5): Promise<void> {
  const line = `${klogHead("E", proc.clock.now(), proc.pid)} memcache.go:265] "Unhandled Error" err=${JSON.stringify(`couldn't get current server API group list: ${error.message}`)}\n`;
  if (attempts > 0) await proc.stderr.write(line.repeat(attempts));
}
