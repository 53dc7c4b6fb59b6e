import { ApiFailure, asFailure, CliError, Failures, errorMessage } from "../errors.ts";
import { fileTargets, liveObjects, PartialTargets, targets, type Target, type TargetOptions } from "../rest/resources.ts";
import type { Invocation, Resource } from "../types.ts";

export type FileTarget = Target & { readonly object: Resource; readonly source: string; readonly name: string };

/** Runs over the objects of -f, goes on after a failure, and throws all failures at the end. */
export async function eachFileObject(
  invocation: Invocation,
  empty: string | undefined,
  work: (target: FileTarget) => Promise<void>,
  /** Sees all that could be read, before the first is worked on. */
  first?: (targets: readonly FileTarget[]) => Promise<void>,
): Promise<void> {
  if (invocation.args.length > 0)
    throw new CliError(`Unexpected args: [${invocation.args.join(" ")}]\nSee '${invocation.path} -h' for help and examples`);
  let list: readonly FileTarget[];
  let errors: unknown[] = [];
  try {
    list = await fileTargets(invocation);
  } catch (error) {
    if (!(error instanceof PartialTargets)) throw error;
    list = error.found;
    errors = [...error.errors];
  }
  if (list.length === 0 && errors.length === 0 && empty !== undefined) throw new CliError(empty);
  await first?.(list);
  for (const target of list) {
    try {
      await work(target);
    } catch (error) {
      errors.push(failureOrThrow(error));
    }
  }
  if (errors.length > 0) throw new Failures(errors);
}

/** Runs over the live objects that arguments or files name; as above. */
export async function eachLiveObject(
  invocation: Invocation,
  options: TargetOptions,
  work: (target: Target & { readonly name: string }, object: Resource) => Promise<void>,
): Promise<number> {
  const errors: unknown[] = [];
  let count = 0;
  for (const target of await targets(invocation, options)) {
    try {
      for (const found of await liveObjects(invocation, [target])) {
        count++;
        try {
          await work({ ...found.target, name: found.target.name ?? found.object.metadata.name }, found.object);
        } catch (error) {
          errors.push(failureOrThrow(error));
        }
      }
    } catch (error) {
      errors.push(failureOrThrow(error));
    }
  }
  if (errors.length > 0) throw new Failures(errors);
  return count;
}

function failureOrThrow(error: unknown): unknown {
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
