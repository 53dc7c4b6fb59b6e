import { badRequest, failure, type StatusError } from "../../machinery/index.ts";

/** The problem of a resourceVersion that is no number, as Go's strconv says it; undefined for one that is. */
function problemOf(version: string): string | undefined {
  const why = !/^\d+$/.test(version) ? "invalid syntax" : BigInt(version) >= 2n ** 64n ? "value out of range" : undefined;
  return why && `strconv.ParseUint: parsing ${JSON.stringify(version)}: ${why}`;
}

/** "" and "0" are 0: anything will do. Throws what a get and a watch answer: an error without a reason. */
export function parseVersion(version: string): number {
  if (version === "") return 0;
  const problem = problemOf(version);
  if (problem !== undefined) throw failure(500, "", invalidVersion(version, problem));
  return Number(version);
}

/** As a list says it (k8s: storage.ValidateListOptions). */
export function parseListVersion(version: string): number {
  if (version === "") return 0;
  const problem = problemOf(version);
  if (problem !== undefined) throw badRequest(`invalid resource version: ${invalidVersion(version, problem)}`);
  return Number(version);
}

const invalidVersion = (version: string, problem: string): string =>
  `resourceVersion: Invalid value: ${JSON.stringify(version)}: ${problem}`;

/** The version of an object that is written. Throws as Go's versioner: an error without a reason. */
export function parseObjectVersion(version: string): number {
  if (version === "") return 0;
  const problem = problemOf(version);
  if (problem !== undefined) throw failure(500, "", problem);
  return Number(version);
}

/** Nobody can wait for a version that may never come (k8s: NewTooLargeResourceVersionError; the cacher waits 3 s for it). */
export function tooLarge(revision: number, current: number): StatusError {
  return failure(504, "Timeout", `Timeout: Too large resource version: ${revision}, current: ${current}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}
