import { sha256 } from "@noble/hashes/sha2.js";
import { base64Url } from "../../machinery/index.ts";
import { ApiFailure, CliError, errorMessage, isConflict, isNotFound } from "../errors.ts";
import { str, type FlagTable } from "../flags/parse.ts";
import { klogHead } from "../klog.ts";
import { operationLine } from "../printers/printer.ts";
import { apiVersionOf, type ResourceType } from "../rest/discovery.ts";
import { pathOf } from "../rest/session.ts";
import type { Invocation, Resource } from "../types.ts";
import { deleteOptions } from "./delete-options.ts";
import { dryRunOf, type FileTarget, validationOf } from "./each.ts";

const TOOLING = "applyset.kubernetes.io/tooling";
const NAMESPACES = "applyset.kubernetes.io/additional-namespaces";
const KINDS = "applyset.kubernetes.io/contains-group-kinds";
const ID = "applyset.kubernetes.io/id";
const PART_OF = "applyset.kubernetes.io/part-of";
const PARENT_TYPE = "applyset.kubernetes.io/is-parent-type";
const TOOL = "kubectl";

/** Known to those alone who ask for it by an environment variable (k8s: cmdutil.ApplySet). */
export const applySetFlags = {
  env: "KUBECTL_APPLYSET",
  flags: {
    applyset: str(
      "[alpha] The ApplySet that keeps track of what is managed, so that what is no longer in the files can be deleted: [RESOURCE][.GROUP]/NAME, of a Secret where no resource is named.",
    ),
  } satisfies FlagTable,
} as const;

/** A set of objects that an object of the cluster, its parent, keeps track of (KEP 3659). */
export interface ApplySet {
  /** The object as a member; throws where it says itself that it is one. */
  member(target: FileTarget): FileTarget;
  /** Tells the parent of everything that is there and comes, before any of it does. */
  before(targets: readonly FileTarget[]): Promise<void>;
  /** Deletes members that this apply has not seen, and tells the parent what is left. */
  prune(uids: ReadonlySet<string>): Promise<void>;
}

interface Parent {
  readonly type: ResourceType;
  readonly namespace: string | undefined;
  readonly name: string;
}
interface Members {
  /** Kind.group, by which the parent knows them. */
  readonly types: ReadonlyMap<string, ResourceType>;
  readonly namespaces: ReadonlySet<string>;
}

/** The set that --applyset names; undefined without the flag. Throws CliError in kubectl's words. */
export async function applySetOf(invocation: Invocation): Promise<ApplySet | undefined> {
  const { flags } = invocation;
  const reference = flags.has("applyset") ? flags.string("applyset") : "";
  if (reference === "") return undefined;
  if (!flags.bool("prune")) throw new CliError("--applyset requires --prune");
  for (const flag of ["selector", "all", "prune-allowlist"])
    if (flags.changed(flag)) throw new CliError(`--${flag} is incompatible with --applyset`);
  const parent = await parentOf(invocation, reference);
  const shown = `${parent.type.name}.${parent.type.group}/${parent.name}`;
  const id = idOf(parent);
  const updated = { types: new Map<string, ResourceType>(), namespaces: new Set<string>() };
  let current: Members = { types: new Map(), namespaces: new Set() };
  return {
    member(target) {
      const { labels = {}, ...meta } = target.object.metadata;
      if (PART_OF in labels) throw new CliError(`ApplySet label ${JSON.stringify(PART_OF)} already set in input data`);
      return { ...target, object: { ...target.object, metadata: { ...meta, labels: { ...labels, [PART_OF]: id } } } };
    },
    async before(targets) {
      current = await currentMembers(invocation, parent, shown, id);
      for (const { type, namespace } of targets) {
        updated.types.set(kindOf(type), type);
        if (type.namespaced && namespace) updated.namespaces.add(namespace);
      }
      await updateParent(invocation, parent, id, {
        types: new Map([...current.types, ...updated.types]),
        namespaces: new Set([...current.namespaces, ...updated.namespaces]),
      });
    },
    async prune(uids) {
      await pruneMembers(invocation, current, id, uids);
      await updateParent(invocation, parent, id, updated).catch((error: unknown) => {
        throw new CliError(`apply and prune succeeded, but ApplySet update failed: ${errorMessage(error)}`);
      });
    },
  };
}

const kindOf = ({ kind, group }: ResourceType): string => (group ? `${kind}.${group}` : kind);

async function parentOf({ session }: Invocation, reference: string): Promise<Parent> {
  const slash = reference.indexOf("/");
  const [resource, name] = slash < 0 ? ["secrets", reference] : [reference.slice(0, slash), reference.slice(slash + 1)];
  const invalid = (why: string): CliError => new CliError(`invalid parent reference ${JSON.stringify(reference)}: ${why}`);
  if (name === "") throw invalid("name cannot be blank");
  const { types } = await session.discovery();
  const [plural, ...rest] = resource.split(".");
  const group = rest.join(".");
  const type = types.find(
    (t) => (t.name === plural || t.singular === plural || t.shortNames.includes(plural as string)) && (group === "" || t.group === group),
  );
  if (!type) throw invalid(`no matches for ${group}/, Resource=${plural}`);
  if (type.namespaced && !session.namespaceGiven) throw new CliError("namespace is required to use namespace-scoped ApplySet");
  const builtin = type.group === "" && (type.name === "secrets" || type.name === "configmaps");
  if (!builtin) {
    const definitions = types.find((t) => t.name === "customresourcedefinitions");
    const allowed = definitions ? await session.list(definitions, undefined, { labelSelector: PARENT_TYPE }) : { items: [] };
    if (!allowed.items.some(({ metadata }) => metadata.name === `${type.name}.${type.group}`))
      throw new CliError(
        `resource "${type.group}/${type.version}, Resource=${type.name}" is not permitted as an ApplySet parent${type.group.includes(".") ? ` (CRD needs ${JSON.stringify(PARENT_TYPE)} label)` : ""}`,
      );
  }
  return { type, namespace: type.namespaced ? session.namespace : undefined, name };
}

/** base64url(sha256(<name>.<namespace>.<kind>.<group>)), between what makes it a label's value. */
function idOf({ name, namespace = "", type }: Parent): string {
  const hash = sha256(new TextEncoder().encode([name, namespace, type.kind, type.group].join(".")));
  return `applyset-${base64Url(hash)}-v1`;
}

/** What the parent says it has; nothing while there is none. */
async function currentMembers({ session }: Invocation, parent: Parent, shown: string, id: string): Promise<Members> {
  const quoted = JSON.stringify(shown);
  let object: Resource;
  try {
    object = await session.get(parent.type, parent.namespace, parent.name);
  } catch (error) {
    if (!isNotFound(error)) throw new CliError(`failed to fetch ApplySet parent object ${quoted}: ${errorMessage(error)}`);
    if (parent.type.group !== "") throw new CliError("custom resource ApplySet parents cannot be created automatically");
    return { types: new Map(), namespaces: new Set() };
  }
  const { labels = {}, annotations = {} } = object.metadata;
  const tooling = annotations[TOOLING];
  if (tooling === undefined)
    throw new CliError(`ApplySet parent object ${quoted} already exists and is missing required annotation ${JSON.stringify(TOOLING)}`);
  const by = tooling.includes("/") ? tooling.slice(0, tooling.lastIndexOf("/")) : tooling;
  if (by !== TOOL)
    throw new CliError(
      `ApplySet parent object ${quoted} already exists and is managed by tooling ${JSON.stringify(by)} instead of "${TOOL}"`,
    );
  if (labels[ID] === undefined) throw new CliError(`ApplySet parent object ${quoted} exists and does not have required label ${ID}`);
  if (labels[ID] !== id)
    throw new CliError(
      `ApplySet parent object ${quoted} exists and has incorrect value for label ${JSON.stringify(ID)} (got: ${labels[ID]}, want: ${id})`,
    );
  const parsing = (why: string): CliError => new CliError(`parsing ApplySet annotation on ${quoted}: ${why}`);
  const kinds = annotations[KINDS];
  if (kinds === undefined)
    throw parsing(`kubectl requires the ${JSON.stringify(KINDS)} annotation to be set on all ApplySet parent objects`);
  const { types } = await session.discovery();
  const members = kinds.split(",").flatMap((text): (readonly [string, ResourceType])[] => {
    if (text === "") return [];
    const type = types.find((t) => kindOf(t) === text);
    if (!type) {
      const [kind, ...group] = text.split(".");
      throw parsing(
        `could not find mapping for kind in ${JSON.stringify(KINDS)} annotation: no matches for kind ${JSON.stringify(kind)} in group ${JSON.stringify(group.join("."))}`,
      );
    }
    return [[text, type]];
  });
  const others = (annotations[NAMESPACES] ?? "").split(",").filter((n) => n !== "");
  return { types: new Map(members), namespaces: new Set([...others, ...(parent.namespace === undefined ? [] : [parent.namespace])]) };
}

async function updateParent(invocation: Invocation, parent: Parent, id: string, members: Members): Promise<void> {
  const { session, proc } = invocation;
  const dryRun = dryRunOf(invocation);
  if (dryRun === "client") return;
  const body = {
    kind: parent.type.kind,
    apiVersion: apiVersionOf(parent.type),
    metadata: {
      name: parent.name,
      ...(parent.namespace !== undefined && { namespace: parent.namespace }),
      labels: { [ID]: id },
      annotations: {
        [TOOLING]: `${TOOL}/v1.36.2`,
        [KINDS]: [...members.types.keys()].sort().join(","),
        [NAMESPACES]: [...members.namespaces]
          .filter((n) => n !== parent.namespace)
          .sort()
          .join(","),
      },
    },
  };
  const manager = `${TOOL}-applyset`;
  const validation = validationOf(invocation);
  const send = (force: boolean): Promise<object> =>
    session.object("PATCH", pathOf(parent.type, parent.namespace, parent.name), {
      query: {
        fieldManager: manager,
        force: String(force),
        ...(validation && { fieldValidation: validation }),
        ...(dryRun === "server" && { dryRun: "All" }),
      },
      body,
      contentType: "application/apply-patch+yaml",
    });
  try {
    await send(false).catch(async (error: unknown) => {
      if (!isConflict(error)) throw error;
      await invocation.err(
        `${klogHead("W", session.now, proc.pid)} applyset.go:461] WARNING: failed to update ApplySet: ${errorMessage(error)}\nApplySet field manager ${manager} should own these fields. Retrying with conflicts forced.\n`,
      );
      await send(true);
    });
  } catch (error) {
    throw new CliError(`failed to update ApplySet: ${errorMessage(error)}`);
  }
}

async function pruneMembers(invocation: Invocation, { types, namespaces }: Members, id: string, uids: ReadonlySet<string>): Promise<void> {
  const { session, flags } = invocation;
  const dryRun = dryRunOf(invocation);
  const body = deleteOptions({ cascade: flags.string("cascade"), gracePeriod: flags.int("grace-period"), dryRun });
  const query = { labelSelector: `${PART_OF}=${id}` };
  for (const type of types.values())
    for (const namespace of type.namespaced ? namespaces : [undefined])
      for (const { metadata } of (await session.list(type, namespace, query)).items) {
        if (uids.has(metadata.uid ?? "")) continue;
        if (dryRun !== "client")
          await session.object("DELETE", pathOf(type, namespace, metadata.name), { body }).catch((error: unknown) => {
            const doing = `error pruning ${type.kind} ${namespace === undefined ? "" : `${namespace}/`}${metadata.name}`;
            if (!isNotFound(error)) throw error instanceof ApiFailure ? new ApiFailure(error.status, doing) : error;
          });
        await invocation.out(operationLine(type, metadata.name, "pruned", dryRun));
      }
}
