import { CliError, Failures } from "../errors.ts";
import { readSources } from "../manifest/sources.ts";
import { OBJECT_FORMATS, operationLine, printerFor } from "../printers/printer.ts";
import { NOTHING_GIVEN } from "../rest/resources.ts";
import type { Invocation, Resource } from "../types.ts";

/**
 * `wait --local -f`: whether what the files say meets the conditions already; no server is asked. A file does not change while one
 * waits, so what is not met is said at once. (v1.36.4 falls over a nil pointer for every condition but `create`, k8s: cmd/wait
 * condition.go extendErrWaitTimeout.)
 */
export async function waitLocally(invocation: Invocation, tests: readonly ((object: Resource) => boolean)[]): Promise<void> {
  const { args, flags, proc } = invocation;
  if (flags.list("filename").length === 0)
    throw new CliError(
      args.length === 0
        ? NOTHING_GIVEN
        : "you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'",
    );
  const { objects, errors } = await readSources(proc, flags);
  if (errors.length > 0) throw new Failures(errors);
  const printer = printerFor(flags.string("output"), flags, proc.fs, OBJECT_FORMATS);
  const unmet: CliError[] = [];
  for (const test of tests)
    for (const object of objects.map((o) => o.object as unknown as Resource)) {
      const { apiVersion, kind, metadata } = object;
      const group = apiVersion.includes("/") ? apiVersion.replace(/\/.*/, "") : "";
      if (test(object)) await invocation.out(printer ? printer(object) : operationLine({ kind, group }, metadata.name, "condition met"));
      else unmet.push(new CliError(`condition not met for ${kind.toLowerCase()}/${metadata.name}`));
    }
  if (unmet.length > 0) throw new Failures(unmet);
}
