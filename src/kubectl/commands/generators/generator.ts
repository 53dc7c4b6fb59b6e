import { ApiFailure, asFailure, CliError, usageError } from "../../errors.ts";
import { compactStructJson } from "../../manifest/json.ts";
import { nameHash } from "../../manifest/name-hash.ts";
import { dryRunFlag, fieldManagerFlag, printFlags, validateFlag } from "../../flags/groups.ts";
import { bool, type FlagTable } from "../../flags/parse.ts";
import { OBJECT_FORMATS, operationLine, type Printer, typedPrinterFor } from "../../printers/printer.ts";
import { type ResourceType, typeOfKind } from "../../rest/discovery.ts";
import { pathOf } from "../../rest/session.ts";
import { LAST_APPLIED } from "../last-applied.ts";
import { dryRunOf, writeQuery } from "../each.ts";
import type { Command, Invocation, Resource } from "../../types.ts";

/** Of what makes objects of other things than files. */
export const makingFlags: FlagTable = {
  ...printFlags,
  ...dryRunFlag,
  ...fieldManagerFlag("kubectl-create"),
  "save-config": bool("If true, the configuration of current object will be saved in its annotation."),
};

export interface Generator {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly short: string;
  readonly usage: string;
  readonly flags?: FlagTable;
  readonly required?: readonly string[];
  readonly namespaced: boolean;
  /** "failed to create configmap": what precedes a refusal of the server, with a colon unless it ends in a space (secrets). */
  readonly failing?: string;
  /** --save-config is taken and changes nothing (k8s: create_service.go sets no annotation). */
  readonly unsaved?: boolean;
  build(name: string, invocation: Invocation): Resource | Promise<Resource>;
}

/** A row of `kubectl create <kind>`: NAME and flags become an object, which is created or printed. */
export function generator(g: Generator): Command {
  return {
    name: g.name,
    ...(g.aliases ? { aliases: g.aliases } : {}),
    short: g.short,
    usage: g.usage,
    arguments: "none",
    flags: { ...makingFlags, ...validateFlag, ...g.flags },
    ...(g.required ? { required: g.required } : {}),
    async run(invocation) {
      const printer = makingPrinter(invocation);
      const name = nameOf(invocation);
      const built = await g.build(name, invocation);
      const object = invocation.flags.has("append-hash") && invocation.flags.bool("append-hash") ? hashed(built) : built;
      await createObject(invocation, object, g.namespaced, { failing: g.failing, unsaved: g.unsaved === true, printer });
    },
  };
}

/** With the annotation of --save-config. */
function annotated(object: Resource, namespace: string | undefined): Resource {
  const { name, ...meta } = object.metadata;
  const text = compactStructJson(namespace === undefined ? object : { ...object, metadata: { name, namespace, ...meta } });
  return { ...object, metadata: { ...object.metadata, annotations: { ...meta.annotations, [LAST_APPLIED]: `${text}\n` } } };
}

/** --append-hash of config maps and secrets. */
function hashed(object: Resource): Resource {
  const { kind, metadata, data = {}, binaryData, type = "" } = object;
  const { name } = metadata;
  const told = kind === "Secret" ? { data, kind, name, type } : { data, kind, name, ...(binaryData ? { binaryData } : {}) };
  return { ...object, metadata: { ...metadata, name: `${name}-${nameHash(told)}` } };
}

function nameOf(invocation: Invocation): string {
  const args = invocation.dash >= 0 ? invocation.args.slice(0, invocation.dash) : invocation.args;
  if (args.length !== 1) throw usageError(invocation.path, `exactly one NAME is required, got ${args.length}`);
  return args[0] as string;
}

/** The printer that -o chooses for what is made; who makes several chooses once. */
export const makingPrinter = ({ flags, proc }: Invocation): Printer | undefined =>
  typedPrinterFor(flags.string("output"), flags, proc.fs, OBJECT_FORMATS);

/** How an object is made and told of. */
interface Making {
  /** "failed to create configmap": what precedes a refusal of the server. */
  readonly failing?: string | undefined;
  readonly unsaved?: boolean;
  /** "created": what is said of it. */
  readonly operation?: string;
  readonly printer?: Printer | undefined;
}

/** Creates a built object, or makes ready to print it for a dry run of the client; `print` tells of it. */
export async function makeObject(
  invocation: Invocation,
  object: Resource,
  namespaced: boolean,
  { failing, unsaved = false, operation = "created", printer = makingPrinter(invocation) }: Making = {},
): Promise<{ readonly object: Resource; print(): Promise<void> }> {
  const { flags, session } = invocation;
  const dryRun = dryRunOf(invocation);
  // What is kept of an object is what was built, in the order of its struct; a namespace belongs to it where one was asked for.
  const saved =
    flags.has("save-config") && flags.bool("save-config") && !unsaved && !(dryRun === "client" && !flags.has("validate"))
      ? annotated(object, namespaced && session.namespaceGiven ? session.namespace : undefined)
      : object;
  let result = saved;
  if (namespaced && (dryRun !== "client" || session.namespaceGiven)) {
    const { name, ...meta } = saved.metadata;
    result = { ...saved, metadata: { name, namespace: session.namespace, ...meta } };
  }
  const slash = object.apiVersion.indexOf("/");
  const group = slash < 0 ? "" : object.apiVersion.slice(0, slash);
  let type = {
    group,
    version: object.apiVersion.slice(slash + 1),
    name: "",
    singular: "",
    kind: object.kind,
    namespaced,
    verbs: [],
    shortNames: [],
    categories: [],
  } as ResourceType;
  if (dryRun !== "client") {
    // A generator needs nobody to tell what its own kinds are called: where nobody does, the write itself finds out why.
    const known = invocation.path === "kubectl run" ? await session.discovery() : await session.attemptDiscovery().catch(() => undefined);
    const found = known ? typeOfKind(known, object.apiVersion, object.kind) : { ...type, name: guessedPlural(object.kind) };
    if (!found) throw new CliError(`no matches for kind ${JSON.stringify(object.kind)} in version ${JSON.stringify(object.apiVersion)}`);
    type = found;
    try {
      result = (await session.object("POST", pathOf(found, session.namespace), {
        query: writeQuery(invocation, dryRun, "kubectl-create"),
        body: result,
      })) as Resource;
    } catch (error) {
      if (failing) throw prefixed(failing, error);
      throw invocation.path.startsWith("kubectl create ") ? typed(error) : error;
    }
  }
  const text = (): string => (printer ? printer(result) : operationLine(type, result.metadata.name, operation, dryRun));
  return { object: result, print: () => invocation.out(text()) };
}

/** The same, told of at once. */
export async function createObject(...making: Parameters<typeof makeObject>): Promise<void> {
  await (await makeObject(...making)).print();
}

/** What a typed client makes of a refusal does not say what kind of thing a refusal is: -v=4 shows it. */
function typed(thrown: unknown): unknown {
  const error = asFailure(thrown);
  if (!(error instanceof ApiFailure)) return error;
  const { kind: _, apiVersion: __, ...status } = error.status;
  return new ApiFailure(status as typeof error.status);
}

/** (k8s: meta.UnsafeGuessKindToResource) */
function guessedPlural(kind: string): string {
  const lower = kind.toLowerCase();
  return lower.endsWith("s") ? `${lower}es` : lower.endsWith("y") ? `${lower.slice(0, -1)}ies` : `${lower}s`;
}

/** `error: failed to create configmap: …`: some generators wrap the server's words and lose its kind of error. */
const prefixed = (failing: string, error: unknown): unknown =>
  error instanceof Error ? new CliError(`${failing}${failing.endsWith(" ") ? "" : ": "}${error.message}`) : error;
