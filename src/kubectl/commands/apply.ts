import {
  applyMergePatch,
  createThreeWayMergePatch,
  createThreeWayStrategicPatch,
  applyStrategicPatch,
  createMergePatch,
  createTwoWayStrategicPatch,
  type JsonMap,
  type PatchSchema,
} from "../../machinery/index.ts";
import { CliError, ApiFailure, errorMessage, isConflict, isNotFound } from "../errors.ts";
import { deleteFlags, dryRunFlag, fieldManagerFlag, fileFlags, printFlags, selectorFlag, validateFlag } from "../flags/groups.ts";
import { array, bool, str } from "../flags/parse.ts";
import { compactJson, sorted } from "../manifest/json.ts";
import { toYaml } from "../manifest/write.ts";
import { patchSchema } from "../manifest/schema.ts";
import { latePrinter, OBJECT_FORMATS, operationLine, typedPrinterFor } from "../printers/printer.ts";
import { apiVersionOf } from "../rest/discovery.ts";
import { pathOf } from "../rest/session.ts";
import { applyServerSide } from "./apply-server-side.ts";
import { deleteOptions } from "./delete-options.ts";
import { addSource, dryRunOf, eachFileObject, writeQuery, type FileTarget } from "./each.ts";
import { applySetFlags, applySetOf } from "./applyset.ts";
import { LAST_APPLIED, setLastApplied, viewLastApplied, withLastApplied } from "./last-applied.ts";
import { editLastApplied } from "./edit.ts";
import { checkPrune, prune, type Applied } from "./prune.ts";
import { unversioned } from "../manifest/unversioned.ts";
import type { Command, Invocation, Resource } from "../types.ts";

export interface ApplyPatch {
  readonly patch: JsonMap;
  readonly contentType: string;
  /** The live object with the patch over it, as the client reckons it. */
  readonly patched: Resource;
}

/** The three-way patch between what was applied, what the file says and what is live. */
export function applyPatch(target: FileTarget, modified: Resource, live: Resource, overwrite = true): ApplyPatch {
  const text = live.metadata.annotations?.[LAST_APPLIED];
  const last = text ? (JSON.parse(text) as JsonMap) : undefined;
  const schema = patchSchema(target.type);
  const [current, wanted] = [live as unknown as JsonMap, modified as unknown as JsonMap];
  if (!overwrite) refuseConflicts(last ?? {}, wanted, current, schema);
  if (!schema) {
    const patch = createThreeWayMergePatch(last, wanted, current);
    return { patch, contentType: "application/merge-patch+json", patched: applyMergePatch(current, patch) as Resource };
  }
  const patch = createThreeWayStrategicPatch(last, wanted, current, schema);
  return {
    patch,
    contentType: "application/strategic-merge-patch+json",
    patched: applyStrategicPatch(current, patch, schema) as unknown as Resource,
  };
}

/** --overwrite=false: what the file changes and what has been changed on the server are not the same (k8s: mergepatch.NewErrConflict). */
class PatchConflict extends Error {
  override readonly name = "PatchConflict";
}

function refuseConflicts(last: JsonMap, wanted: JsonMap, current: JsonMap, schema: PatchSchema | undefined): void {
  const between = (a: JsonMap, b: JsonMap): JsonMap => (schema ? createTwoWayStrategicPatch(a, b, schema) : createMergePatch(a, b));
  const [patch, changed] = [between(last, wanted), between(last, current)];
  if (conflicting(patch, changed))
    throw new PatchConflict(`patch:\n${toYaml(patch)}\nconflicts with changes made from original to current:\n${toYaml(changed)}\n`);
}

/** Whether two patches set one field to different values. */
function conflicting(a: unknown, b: unknown): boolean {
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object" || Array.isArray(a))
    return compactJson(a) !== compactJson(b);
  return Object.entries(a).some(([key, value]) => key in b && conflicting(value, (b as JsonMap)[key]));
}

/** "Resource: "/v1, Resource=pods", GroupVersionKind: …": an object in the long error texts. */
function infoText(t: FileTarget): string {
  const gv = `${t.type.group}/${t.type.version}`;
  return `Resource: "${gv}, Resource=${t.type.name}", GroupVersionKind: "${gv}, Kind=${t.type.kind}"\nName: ${JSON.stringify(t.name)}, Namespace: ${JSON.stringify(t.namespace ?? "")}`;
}

async function applyClientSide(
  invocation: Invocation,
  target: FileTarget,
  done: (o: Resource, operation: string) => Promise<void>,
): Promise<void> {
  const { session, flags } = invocation;
  const dryRun = dryRunOf(invocation);
  const { type, namespace, name, source } = target;
  const meta = target.object.metadata as { generateName?: string };
  if (!name && meta.generateName) throw new CliError(`from ${meta.generateName}: cannot use generate name with apply`);
  const modified = withLastApplied(target.object);
  const query = writeQuery(invocation, dryRun, "kubectl-client-side-apply");
  const whileReading = (error: unknown): unknown => {
    const doing = `error when retrieving current configuration of:\n${infoText(target)}\nfrom server for: ${JSON.stringify(source)}`;
    return error instanceof ApiFailure
      ? new ApiFailure(error.status, doing)
      : error instanceof CliError
        ? new CliError(`${doing}: ${error.message}`)
        : error;
  };
  if (!name) throw whileReading(new CliError("resource name may not be empty"));
  let live: Resource;
  try {
    live = await session.get(type, namespace, name);
  } catch (error) {
    if (!isNotFound(error)) throw whileReading(error);
    if (dryRun === "client") return done(modified, "created");
    const created = await session.object("POST", pathOf(type, namespace), { query, body: unversioned(modified) }).catch((e: unknown) => {
      throw addSource("creating", source, e);
    });
    return done(created as Resource, "created");
  }
  if (live.metadata.annotations?.[LAST_APPLIED] === undefined) {
    await invocation.err(
      `Warning: resource ${type.name}/${name} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`,
    );
  }
  const doing = (patch: JsonMap): string =>
    `error when applying patch:\n${compactJson(patch)}\nto:\n${infoText(target)}\nfor: ${JSON.stringify(source)}: `;
  for (let attempt = 0; ; attempt++) {
    let reckoned: ApplyPatch;
    try {
      reckoned = applyPatch(target, modified, live, flags.bool("overwrite"));
    } catch (error) {
      if (error instanceof PatchConflict) {
        for (const spec of ["openapi v3", "openapi"])
          await invocation.err(`warning: error calculating patch from ${spec} spec: ${error.message}\n\n`);
        throw new CliError(
          `error when applying patch:\n\nto:\n${infoText(target)}\nfor: ${JSON.stringify(source)}: error when patching ${JSON.stringify(source)}: creating patch with:\noriginal:\n${live.metadata.annotations?.[LAST_APPLIED] ?? ""}\nmodified:\n${compactJson(modified)}\n\ncurrent:\n${compactJson(live)}\n\nfor: ${error.message}`,
        );
      }
      throw new CliError(`error when applying patch:\n\nto:\n${infoText(target)}\nfor: ${JSON.stringify(source)}: ${errorMessage(error)}`);
    }
    const { patch, contentType, patched } = reckoned;
    if (live.metadata.deletionTimestamp)
      await invocation.err(`Warning: Detected changes to resource ${name} which is currently being deleted.\n`);
    if (Object.keys(patch).length === 0) return done(live, "unchanged");
    if (dryRun === "client") return done(patched, "configured");
    try {
      const result = (await session.object("PATCH", pathOf(type, namespace, name), { query, body: patch, contentType })) as Resource;
      return done(result, "configured");
    } catch (error) {
      if (isConflict(error) && attempt < 5) {
        live = await session.get(type, namespace, name);
        continue;
      }
      if (flags.bool("force") && error instanceof ApiFailure && (error.reason === "Conflict" || error.reason === "Invalid")) {
        await session.object("DELETE", pathOf(type, namespace, name), { body: deleteOptions({ cascade: "background" }) });
        const timeout = flags.duration("timeout");
        const until = timeout > 0 ? session.now + timeout : Infinity;
        while (
          await session.get(type, namespace, name).then(
            () => true,
            (e: unknown) => (isNotFound(e) ? false : Promise.reject(e)),
          )
        )
          if (session.now >= until) throw new CliError(`${doing(patch)}context deadline exceeded`);
          else await invocation.proc.clock.sleep(Math.min(1000, until - session.now));
        return done((await session.object("POST", pathOf(type, namespace), { query, body: modified })) as Resource, "configured");
      }
      if (!(error instanceof ApiFailure)) throw error;
      throw new ApiFailure(error.status, `${doing(patch)}error when patching ${JSON.stringify(source)}`);
    }
  }
}

export const apply: Command = {
  name: "apply",
  alpha: applySetFlags,
  group: "Advanced Commands",
  short: "Apply a configuration to a resource by file name or stdin",
  usage: "(-f FILENAME | -k DIRECTORY)",
  arguments: "none",
  subcommands: [editLastApplied, setLastApplied, viewLastApplied],
  flags: {
    ...fileFlags,
    ...printFlags,
    ...dryRunFlag,
    ...validateFlag,
    ...selectorFlag,
    ...deleteFlags,
    ...fieldManagerFlag("kubectl-client-side-apply"),
    all: bool("Select all resources in the namespace of the specified resource types."),
    "force-conflicts": bool("If true, server-side apply will force the changes against conflicts."),
    "openapi-patch": bool(
      "If true, use openapi to calculate diff when the openapi presents and the resource can be found in the openapi spec.",
      undefined,
      true,
    ),
    overwrite: bool(
      "Automatically resolve conflicts between the modified and live configuration by using values from the modified configuration",
      undefined,
      true,
    ),
    prune: bool(
      "Automatically delete resource objects that do not appear in the configs and are created by either apply or create --save-config.",
    ),
    "prune-allowlist": array("Overwrite the default allowlist with <group/version/kind> for --prune"),
    "server-side": bool("If true, apply runs in the server instead of the client."),
    subresource: str("If specified, apply will operate on the subresource of the requested object.", undefined, "", "subresources"),
    wait: bool("If true, wait for resources to be gone before returning."),
  },
  async run(invocation) {
    const { flags, args } = invocation;
    const dryRun = dryRunOf(invocation);
    const serverSide = flags.bool("server-side");
    if (flags.bool("force-conflicts") && !serverSide) throw new CliError("--force-conflicts only works with --server-side");
    if (dryRun === "client" && serverSide)
      throw new CliError("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
    if (flags.bool("force") && serverSide) throw new CliError("--force cannot be used with --server-side");
    if (flags.bool("force") && dryRun === "server") throw new CliError("--dry-run=server cannot be used with --force");
    if (flags.string("subresource") && !serverSide) throw new CliError("--subresource can only be specified for --server-side");
    if (flags.list("filename").length === 0 && !flags.string("kustomize"))
      throw new CliError(
        args.length > 0
          ? `Unexpected args: [${args.join(" ")}]\nSee 'kubectl apply -h' for help and examples`
          : "must specify one of -f and -k",
      );
    const set = await applySetOf(invocation);
    if (flags.bool("prune") && !set) checkPrune(invocation);
    const printer = latePrinter(flags.string("output"), flags, invocation.proc.fs, OBJECT_FORMATS);
    const applied: Applied = { namespaces: new Set(), uids: new Set() };
    const printed: Resource[] = [];
    const one = serverSide ? applyServerSide : applyClientSide;
    await eachFileObject(
      invocation,
      "no objects passed to apply",
      (target) =>
        one(invocation, set?.member(target) ?? target, async (object, operation) => {
          if (target.namespace) applied.namespaces.add(target.namespace);
          if (object.metadata.uid) applied.uids.add(object.metadata.uid);
          const full = object.kind ? object : { ...object, apiVersion: apiVersionOf(target.type), kind: target.type.kind };
          if (printer) printed.push(full);
          else await invocation.out(operationLine(target.type, object.metadata.name, operation, dryRun));
        }),
      { first: set && ((all) => set.before(all)), readFirst: true },
    );
    // What is asked for as objects is printed when all went well, and before anything is pruned (k8s: PrintAndPrunePostProcessor).
    if (printer && printed.length > 0) {
      const several = printed.length > 1 ? typedPrinterFor(flags.string("output"), flags, invocation.proc.fs, OBJECT_FORMATS) : undefined;
      await invocation.out(several ? several(listOf(printed)) : printer(printed[0] as Resource));
    }
    if (set) await set.prune(applied.uids);
    else if (flags.bool("prune")) await prune(invocation, applied);
  },
};

/** Several are a typed List around untyped objects (k8s: ApplyOptions.printObjects). */
const listOf = (objects: readonly Resource[]): object => ({
  kind: "List",
  apiVersion: "v1",
  metadata: {},
  items: objects.map((one) => sorted(one)),
});
