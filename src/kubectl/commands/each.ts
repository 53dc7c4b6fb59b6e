import { ApiFailure, asFailure, CliError, Failures, errorMessage } from "../errors.ts";
import { fileTargets, liveObjects, PartialTargets, targets, type Target, type TargetOptions } from "../rest/resources.ts";
import type { Invocation, Resource } from "../types.ts";

export type FileTarget = Target & { readonly object: Resource; readonly source: string; readonly name: string };

interface Visiting {
  /** Sees all that could be read, before the first is worked on. */
  readonly first?: ((targets: readonly FileTarget[]) => Promise<void>) | undefined;
  /** What could not be read is told before what failed, as everything was read first. */
  readonly readFirst?: boolean;
  /** A failure ends its file, and only the first is told (k8s: ConcurrentVisitorList, a Builder without ContinueOnError). */
  readonly firstOnly?: boolean;
}

/** Runs over the objects of -f, goes on after a failure, and throws all failures at the end. */
export async function eachFileObject(
  invocation: Invocation,
  empty: string | undefined,
  work: (target: FileTarget) => Promise<void>,
  { first, readFirst = false, firstOnly = false }: Visiting = {},
): Promise<void> {
  if (invocation.args.length > 0)
    throw new CliError(`Unexpected args: [${invocation.args.join(" ")}]\nSee '${invocation.path} -h' for help and examples`);
  let list: readonly FileTarget[];
  let unread: PartialTargets | undefined;
  try {
    list = await fileTargets(invocation);
  } catch (error) {
    if (firstOnly && error instanceof Failures && !(error instanceof PartialTargets)) throw error.errors[0];
    if (!(error instanceof PartialTargets)) throw error;
    list = error.found;
    unread = error;
  }
  if (list.length === 0 && unread === undefined && empty !== undefined) throw new CliError(empty);
  await first?.(list);
  const errors: unknown[] = [];
  const failed = new Set<string>();
  for (const [i, target] of list.entries()) {
    if (firstOnly) errors.push(...unreadBefore(unread, i));
    if (failed.has(target.source)) continue;
    try {
      await work(target);
    } catch (error) {
      errors.push(failureOrThrow(error));
      if (firstOnly) failed.add(target.source);
    }
  }
  if (firstOnly) for (const error of [...errors, ...unreadBefore(unread, list.length)]) throw error;
  throwAll(unread?.errors ?? [], errors, readFirst);
}

/** What was met below a visitor is one failure among those of the visit, unless there is no other (k8s: EagerVisitorList under ContinueOnErrorVisitor). */
export function throwAll(inner: readonly unknown[], errors: readonly unknown[], innerFirst = false): void {
  if (inner.length + errors.length === 0) return;
  if (inner.length === 0 || errors.length === 0) throw new Failures([...inner, ...errors]);
  const together = new Failures(inner);
  throw new Failures(innerFirst ? [together, ...errors] : [...errors, together]);
}

type Work = (target: Target & { readonly name: string }, object: Resource) => Promise<void>;

/** Runs over the live objects that arguments or files name; as above. */
export const eachLiveObject = (invocation: Invocation, options: TargetOptions, work: Work): Promise<number> =>
  eachFound(invocation, options, work, undefined);

/** The same where a file's objects are taken as they are (k8s: a Builder without Latest). */
export const eachObject = (invocation: Invocation, work: Work, decode: Decode = (object) => object): Promise<number> =>
  eachFound(invocation, {}, work, decode);

/** How an object of a file is read; undefined: it is asked for anew. */
type Decode = ((object: Resource, source: string | undefined) => Resource) | undefined;

async function eachFound(invocation: Invocation, options: TargetOptions, work: Work, decode: Decode): Promise<number> {
  const inner: unknown[] = [];
  const errors: unknown[] = [];
  let unread: PartialTargets | undefined;
  let count = 0;
  let found: readonly Target[];
  try {
    found = await targets(invocation, options);
  } catch (error) {
    if (!(error instanceof PartialTargets)) throw error;
    found = error.found;
    unread = error;
  }
  for (const [i, target] of found.entries()) {
    inner.push(...unreadBefore(unread, i));
    let live: Awaited<ReturnType<typeof liveObjects>>;
    try {
      live = decode && target.object ? [{ target, object: decode(target.object, target.source) }] : await liveObjects(invocation, [target]);
    } catch (error) {
      // A file's object is looked up below the visitor.
      (target.object ? inner : errors).push(failureOrThrow(error));
      continue;
    }
    for (const one of live) {
      count++;
      try {
        await work({ ...one.target, name: one.target.name ?? one.object.metadata.name }, one.object);
      } catch (error) {
        errors.push(failureOrThrow(error));
      }
    }
  }
  throwAll([...inner, ...unreadBefore(unread, found.length)], errors);
  return count;
}

/** What could not be read before the next of the objects that could: files are worked on as they are read. */
export const unreadBefore = (unread: PartialTargets | undefined, object: number): readonly unknown[] =>
  unread?.errors.filter((_, i) => unread.places[i] === object) ?? [];

export function failureOrThrow(error: unknown): unknown {
  const e = asFailure(error);
  if (e instanceof ApiFailure || e instanceof CliError || e instanceof Failures) return e;
  throw e;
}

/** "none", "client" or "server". */
export function dryRunOf(invocation: Invocation): "none" | "client" | "server" {
  const value = invocation.flags.has("dry-run") ? invocation.flags.string("dry-run") : "none";
  if (value === "none" || value === "client" || value === "server") return value;
  if (value === "unchanged")
    throw new CliError('--dry-run flag without a value was specified. A value must be set: "none", "server", or "client".');
  throw new CliError(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
}

/** fieldValidation as --validate asks; undefined sends none. */
export function validationOf(invocation: Invocation): string | undefined {
  if (!invocation.flags.has("validate")) return undefined;
  const value = invocation.flags.string("validate").toLowerCase();
  if (value === "strict" || value === "true") return "Strict";
  if (value === "warn") return "Warn";
  if (value === "ignore" || value === "false") return "Ignore";
  throw new CliError(`invalid - validate option ${JSON.stringify(value)}; must be one of: strict (or true), warn, ignore (or false)`);
}

export function writeQuery(invocation: Invocation, dryRun: string, manager: string): Record<string, string> {
  const fieldManager = invocation.flags.has("field-manager") ? invocation.flags.string("field-manager") : manager;
  const validation = validationOf(invocation);
  return { fieldManager, ...(validation ? { fieldValidation: validation } : {}), ...(dryRun === "server" ? { dryRun: "All" } : {}) };
}

/** What fails while something is done to an object of a file: `error when creating "web.yaml": …` (k8s: cmdutil.AddSourceToErr). */
export function addSource(verb: string, source: string | undefined, error: unknown): unknown {
  const e = asFailure(error);
  if (source === undefined) return e;
  const prefix = `error when ${verb} ${JSON.stringify(source)}`;
  if (e instanceof ApiFailure) return new ApiFailure(e.status, prefix);
  return e instanceof CliError ? new CliError(`${prefix}: ${errorMessage(e)}`, e.code) : e;
}
