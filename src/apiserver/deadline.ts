import { badRequest, DurationError, parseDuration, timeout } from "../machinery/index.ts";
import type { Clock } from "../sim/index.ts";
import { queryValue } from "./context.ts";
import type { ResourceInfo } from "./route.ts";
import type { ApiRequest, ApiResponse } from "./types.ts";

/** What kube-apiserver gives a request in all, and a change before it gives up waiting for admission. */
const LONGEST = 60_000;
const LONGEST_CHANGE = 34_000;

const LONG_SUBRESOURCES = ["attach", "exec", "proxy", "log", "portforward"];

/** Watches and streams take as long as they like (k8s: BasicLongRunningRequestCheck). */
export const isLongRunning = (verb: string, info: ResourceInfo | undefined): boolean =>
  verb === "watch" || (info !== undefined && LONG_SUBRESOURCES.includes(info.subresource));

/** Virtual milliseconds that a request may take by its own word. Throws 400. */
export function timeoutOf(request: ApiRequest): number {
  const text = request.query === undefined ? undefined : queryValue(request, "timeout");
  if (!text) return LONGEST;
  try {
    const wanted = parseDuration(text);
    return wanted > 0 ? Math.min(wanted, LONGEST) : LONGEST;
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    throw badRequest(`invalid timeout specified in the request URL - ${error.message}`);
  }
}

const READS = ["get", "list"];

/** The answer, or 504 when it does not come in time. */
export function withinDeadline(clock: Clock, verb: string, ms: number, answer: Promise<ApiResponse>): Promise<ApiResponse> {
  const change = !READS.includes(verb);
  const limit = change ? Math.min(ms, LONGEST_CHANGE) : ms;
  return new Promise((resolve, reject) => {
    const cancel = clock.timer(limit, () => {
      const why = change ? "within requested timeout - context deadline exceeded" : "within the allotted timeout";
      reject(timeout(`request did not complete ${why}`));
    });
    answer.then(resolve, reject).finally(cancel);
  });
}
