import { parseLabelSelector } from "../../machinery/index.ts";
import { ApiFailure, asFailure, CliError, errorMessage, Failures, isNotFound } from "../errors.ts";
import { readSources, type Unread } from "../manifest/sources.ts";
import { klogHead } from "../klog.ts";
import type { Invocation, JsonObject, Resource } from "../types.ts";
import { apiVersionOf, type Discovery, findType, groupResourceOf, typeOfKind, typesOfCategory, type ResourceType } from "./discovery.ts";
import { pathOf, type RequestOptions, type Session } from "./session.ts";

/** What a command works on: a resource type and a name, and the object where one was read from a file. */
export interface Target {
  readonly type: ResourceType;
  readonly namespace: string | undefined;
  /** Undefined: all of the type (with the selector). */
  readonly name: string | undefined;
  readonly object?: Resource;
  readonly source?: string;
}

export interface TargetOptions {
  /** Whether a type alone means all of that type. */
  readonly all?: boolean;
  readonly requireObjectNamespace?: boolean;
  /** The type that a bare name is of: `kubectl logs web`. */
  readonly defaultType?: string;
  readonly args?: readonly string[];
  readonly continueOnError?: boolean;
}

export const NOTHING_GIVEN = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

/** Where --all is a selector, and so no name may be beside it; elsewhere it says what a type alone means (k8s: SelectAllParam). */
const SELECTING: ReadonlySet<string> = new Set(["kubectl delete", "kubectl taint", "kubectl apply view-last-applied"]);

/** What -f files and arguments name, resolved through discovery (k8s: cli-runtime resource.Builder). */
export async function targets(invocation: Invocation, options: TargetOptions = {}): Promise<Target[]> {
  const { flags, session } = invocation;
  const args = options.args ?? invocation.args;
  const files =
    flags.has("filename") && (flags.list("filename").length > 0 || (flags.has("kustomize") && flags.string("kustomize") !== ""));
  if (files) {
    if (args.length > 0)
      throw new CliError("when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well");
    return fileTargets(invocation);
  }
  const selector = flags.has("selector") && flags.string("selector") !== "";
  const everything = flags.has("all") && flags.bool("all");
  const selecting =
    selector || (everything && SELECTING.has(invocation.path)) || (flags.has("field-selector") && flags.string("field-selector") !== "");
  const all = options.all === true || everything || selecting;
  if (args.length === 0) throw new CliError(NOTHING_GIVEN);
  const namespace = flags.has("all-namespaces") && flags.bool("all-namespaces") ? undefined : session.namespace;
  const pairs = await parseArguments(session, args, options);
  const found: Target[] = [];
  for (const { type, name } of pairs) {
    if (name === undefined && !all) throw new CliError("resource(s) were provided, but no name was specified");
    if (name !== undefined && selecting)
      throw new CliError(
        args.some((a) => a.includes("/"))
          ? "selectors and the all flag cannot be used when passing resource/name arguments"
          : "name cannot be provided when a selector is specified",
      );
    if (name !== undefined && type.namespaced && flags.has("all-namespaces") && flags.bool("all-namespaces"))
      throw new CliError("a resource cannot be retrieved by name across all namespaces");
    if (name === "") throw new CliError("resource name may not be empty");
    found.push({ type, namespace: type.namespaced ? namespace : undefined, name });
  }
  return found;
}

async function parseArguments(
  session: Session,
  args: readonly string[],
  options: TargetOptions,
): Promise<{ type: ResourceType; name: string | undefined }[]> {
  if (args.some((a) => a.includes("/"))) return pairsOf(session, args);
  const discovery = await session.discovery();
  if (options.defaultType !== undefined && args.length === 1) return [{ type: findType(discovery, options.defaultType), name: args[0] }];
  const types = await typesOf(session, args[0] as string);
  const names = args.slice(1);
  if (names.length === 0) return types.map((type) => ({ type, name: undefined }));
  return types.flatMap((type) => names.map((name) => ({ type, name })));
}

async function pairsOf(session: Session, args: readonly string[]): Promise<{ type: ResourceType; name: string }[]> {
  const pairs: { type: ResourceType; name: string }[] = [];
  for (const arg of args) {
    const parts = arg.split("/");
    if (parts.length !== 2) {
      if (parts.length > 2) throw new CliError("arguments in resource/name form may not have more than one slash");
      throw new CliError(
        "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
      );
    }
    const [kind, name] = parts as [string, string];
    if (kind === "" || name === "") throw new CliError("arguments in resource/name form must have a single resource and name");
    for (const type of await typesOf(session, kind)) pairs.push({ type, name });
  }
  return pairs;
}

/** A short name that means another group's type, too (k8s: restmapper/shortcut.go). */
async function warnOfNamesakes(session: Session, discovery: Discovery, part: string, type: ResourceType | undefined): Promise<void> {
  if (!type?.shortNames.includes(part)) return;
  for (const t of discovery.types)
    if (t.shortNames.includes(part) && t.group !== type.group)
      await session.warn(`short name ${JSON.stringify(part)} could also match lower priority resource ${groupResourceOf(t)}`);
}

async function typeNamed(session: Session, discovery: Discovery, name: string): Promise<ResourceType> {
  try {
    return findType(discovery, name);
  } catch (error) {
    await session.rediscover();
    throw error;
  }
}

/** "deploy,svc", "all", "pods": types in order, each once. */
export async function typesOf(session: Session, argument: string): Promise<readonly ResourceType[]> {
  const discovery = await session.discovery();
  const types: ResourceType[] = [];
  for (const part of argument.split(",")) {
    if (part === "") throw new CliError("arguments in resource/name form must have a single resource and name");
    const category = part.includes(".") ? [] : typesOfCategory(discovery, part);
    for (const type of category.length > 0 ? category : [await typeNamed(session, discovery, part)])
      if (!types.includes(type)) types.push(type);
    if (category.length === 0) await warnOfNamesakes(session, discovery, part, types.at(-1));
  }
  return types;
}

/** Objects of -f, with the type that serves them and the namespace they go to. */
export async function fileTargets(
  invocation: Invocation,
): Promise<(Target & { readonly object: Resource; readonly source: string; readonly name: string })[]> {
  const { objects: sources, errors: unreadable } = await readSources(invocation.proc, invocation.flags);
  const { session } = invocation;
  const errors: unknown[] = [];
  const places: number[] = [];
  const tell = (error: unknown): void => void (errors.push(error), places.push(found.length));
  const unread = (before: number): void => {
    for (; next < unreadable.length && (unreadable[next] as Unread).after <= before; next++) tell((unreadable[next] as Unread).error);
  };
  let next = 0;
  const found: (Target & { object: Resource; source: string; name: string })[] = [];
  if (sources.length === 0 && unreadable.length === 0) return [];
  if (sources.length === 0) throw new Failures(unreadable.map(({ error }) => error));
  const { flags } = invocation;
  const validates = flags.has("validate") && !["false", "ignore"].includes(flags.string("validate"));
  const discovery = await session.discoveryFor((sources[0] as (typeof sources)[number]).source, validates);
  const selected = labelsSelected(invocation);
  // What never goes to a server is in no namespace but its own.
  const local = flags.has("local") && flags.bool("local");
  for (const [i, { source, object }] of sources.entries()) {
    unread(i);
    const kind = String(object["kind"]);
    const apiVersion = String(object["apiVersion"] ?? "");
    const meta = (object["metadata"] ?? {}) as JsonObject;
    const type = typeOfKind(discovery, apiVersion, kind);
    if (!type) {
      if (flags.has("validate") && flags.string("validate") === "warn") await invocation.err(`${unvalidated(invocation)}\n`);
      tell(
        new CliError(
          `resource mapping not found for name: ${JSON.stringify(meta["name"] ?? "")} namespace: ${JSON.stringify(meta["namespace"] ?? "")} from ${JSON.stringify(source)}: no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}\nensure CRDs are installed first`,
        ),
      );
      continue;
    }
    const own = meta["namespace"] as string | undefined;
    if (type.namespaced && session.namespaceGiven && own && own !== session.namespace) {
      tell(
        new CliError(
          `the namespace from the provided object ${JSON.stringify(own)} does not match the namespace ${JSON.stringify(session.namespace)}. You must pass '--namespace=${own}' to perform this operation.`,
        ),
      );
      continue;
    }
    const namespace = type.namespaced ? own || session.namespace : undefined;
    if (!selected(meta["labels"] as Readonly<Record<string, string>> | undefined)) continue;
    const metadata = namespace === undefined || own || local ? meta : { ...meta, namespace };
    found.push({ type, namespace, name: String(meta["name"] ?? ""), object: { ...object, metadata } as unknown as Resource, source });
  }
  unread(Infinity);
  if (errors.length > 0) throw found.length > 0 ? new PartialTargets(found, errors, places) : new Failures(errors);
  return found;
}

/** A kind that nobody has can not be validated by the server (k8s: pkg/util/validation schema.go). */
const unvalidated = ({ proc }: Invocation): string =>
  `${klogHead("W", proc.clock.now(), proc.pid)} schema.go:145] cannot perform warn validation if server-side field validation is unsupported, skipping validation`;

/** Whether -l takes an object of a file (k8s: resource.FilterByLabelSelector). */
function labelsSelected({ flags }: Invocation): (labels: Readonly<Record<string, string>> | undefined) => boolean {
  const text = flags.has("selector") ? flags.string("selector") : "";
  if (text === "") return () => true;
  try {
    const selector = parseLabelSelector(text);
    return (labels) => selector.matches(labels);
  } catch (error) {
    throw new CliError(errorMessage(error));
  }
}

/** Some of the objects in -f could be resolved: those are worked on before the errors are printed. */
export class PartialTargets extends Failures {
  readonly found: readonly (Target & { readonly object: Resource; readonly source: string; readonly name: string })[];
  /** Of each error, how many of the objects came before it. */
  readonly places: readonly number[];
  constructor(found: PartialTargets["found"], errors: readonly unknown[], places: readonly number[]) {
    super(errors);
    this.found = found;
    this.places = places;
  }
}

/** The objects on the server that the targets name; selectors apply. Missing names are collected and thrown at the end. */
export async function liveObjects(invocation: Invocation, list: readonly Target[]): Promise<{ target: Target; object: Resource }[]> {
  const { session, flags } = invocation;
  const query = selectorQuery(invocation);
  const found: { target: Target; object: Resource }[] = [];
  for (const target of list) {
    if (target.name !== undefined) {
      found.push({ target, object: (await namedObject(session, target)) as Resource });
      continue;
    }
    const { items } = await session
      .list(target.type, target.namespace, query, flags.has("chunk-size") ? flags.int("chunk-size") : 500)
      .catch((error: unknown) => {
        throw selectionFailure(error, target, query);
      });
    for (const object of items)
      found.push({ target: { ...target, name: object.metadata.name, namespace: object.metadata.namespace }, object });
  }
  return found;
}

/** What has a name; one in a namespace that is not there either is told so (k8s: cli-runtime resource.Info.Get). */
export async function namedObject(
  session: Session,
  { type, namespace, name }: Target,
  options: RequestOptions = {},
  subresource?: string,
): Promise<object> {
  try {
    return await session.object("GET", pathOf(type, namespace, name, subresource), options);
  } catch (thrown) {
    const error = asFailure(thrown);
    if (isNotFound(error) && namespace !== undefined && namespace !== "" && namespace !== "default")
      await session.object("GET", `/api/v1/namespaces/${namespace}`).catch((why: unknown) => {
        if (isNotFound(why)) throw why;
      });
    throw error;
  }
}

export function selectorQuery({ flags }: Invocation): Record<string, string> {
  const query: Record<string, string> = {};
  if (flags.has("selector") && flags.string("selector")) query["labelSelector"] = flags.string("selector");
  if (flags.has("field-selector") && flags.string("field-selector")) query["fieldSelector"] = flags.string("field-selector");
  return query;
}

/** A list that a selector made fail says which (k8s: cli-runtime resource.Selector.Visit). */
export function selectionFailure(thrown: unknown, { type }: Target, query: Readonly<Record<string, string>>): unknown {
  const error = asFailure(thrown);
  if (!(error instanceof ApiFailure) || (error.reason !== "BadRequest" && error.reason !== "NotFound") || Object.keys(query).length === 0)
    return error;
  const resource = `${type.group}/${type.version}, Resource=${type.name}`;
  return new ApiFailure(
    error.status,
    `Unable to find ${JSON.stringify(resource)} that match label selector ${JSON.stringify(query["labelSelector"] ?? "")}, field selector ${JSON.stringify(query["fieldSelector"] ?? "")}`,
  );
}

export const withType = (object: Resource, type: ResourceType): Resource =>
  object.apiVersion && object.kind ? object : { ...object, apiVersion: apiVersionOf(type), kind: type.kind };
