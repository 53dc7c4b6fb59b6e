import { apiVersionOf, fieldTypeOf, type Kind, type KubeObject, type ManagedFieldsEntry } from "../../api/index.ts";
import {
  ElementError,
  type FieldType,
  isReset,
  type Manager,
  readEntries,
  type Skip,
  updatedManagers,
  type Versions,
} from "../../machinery/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import type { Scope } from "../context.ts";

type Managers = readonly ManagedFieldsEntry[];
type Plain = Readonly<Record<string, unknown>>;

/** What nobody owns: the server decides it, or it says which object this is (k8s: stripMetaManager). */
const STRIPPED: Skip = {
  apiVersion: true,
  kind: true,
  metadata: {
    ".": true,
    name: true,
    namespace: true,
    creationTimestamp: true,
    selfLink: true,
    uid: true,
    generation: true,
    managedFields: true,
    resourceVersion: true,
  },
};
/** What a door is not for (k8s: GetResetFields of the strategies). */
const NO_STATUS: Skip = { ...STRIPPED, status: true };
const ONLY_STATUS: Skip = { ...STRIPPED, spec: true };
const STATUS_ALONE: Skip = { ...STRIPPED, spec: true, metadata: true };

function skipOf(kind: Kind, subresource: string): Skip {
  if (subresource === "status") return kind.statusKeepsMetadata ? ONLY_STATUS : STATUS_ALONE;
  return kind.subresources?.includes("status") ? NO_STATUS : STRIPPED;
}

/** The versions in which the request's kind is served now, by one of its doors. */
class ServedVersions implements Versions {
  readonly #kind: Kind;
  readonly #skip: Skip;
  readonly #kinds: Scope["server"]["kinds"];

  constructor({ server, kind }: Scope, skip: Skip) {
    this.#kind = kind;
    this.#kinds = server.kinds;
    this.#skip = skip;
  }

  isFor({ server, kind }: Scope, skip: Skip): boolean {
    return this.#kind === kind && this.#kinds === server.kinds && this.#skip === skip;
  }

  #at(apiVersion: string): Kind | undefined {
    if (apiVersion === apiVersionOf(this.#kind)) return this.#kind;
    const slash = apiVersion.indexOf("/");
    const found = this.#kinds.kindByGVK(apiVersion.slice(0, Math.max(slash, 0)), apiVersion.slice(slash + 1), this.#kind.kind);
    if (found === undefined) return undefined;
    const { group, plural } = this.#kind;
    return found.storedAs?.kind === this.#kind || (found.group === group && found.plural === plural) ? found : undefined;
  }

  typeAt(apiVersion: string): FieldType | undefined {
    const found = this.#at(apiVersion);
    return found && fieldTypeOf(found);
  }

  convert(object: Plain, from: string, to: string): Plain {
    const stored = this.#at(from)?.storedAs?.to(object as KubeObject) ?? (object as KubeObject);
    return (this.#at(to)?.storedAs?.from(stored) ?? stored) as unknown as Plain;
  }

  skipAt(): Skip {
    return this.#skip;
  }
}

const latest = new WeakMap<Kind, ServedVersions>();

/** Mostly the one that was asked for last. */
export function versionsOf(scope: Scope): Versions {
  const skip = skipOf(scope.kind, scope.info.subresource);
  let versions = latest.get(scope.kind);
  if (!versions?.isFor(scope, skip)) latest.set(scope.kind, (versions = new ServedVersions(scope, skip)));
  return versions;
}

/** Whom a request's changes are put down to (k8s: managerOrUserAgent). */
function managerName({ request, options }: Scope): string {
  if (options.fieldManager !== "") return options.fieldManager;
  let name = names.get(request.agent);
  if (name === undefined) {
    if (names.size > MAX_NAMES) names.clear();
    const [first = ""] = request.agent.split("/", 1);
    names.set(request.agent, (name = printable(first) || "unknown"));
  }
  return name;
}
const names = new Map<string, string>();
const MAX_NAMES = 256;

function printable(text: string): string {
  const shown = [...text].filter((c) => c === " " || /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(c));
  return shown.join("").slice(0, 128);
}

export function managerOf(scope: Scope, operation: Manager["operation"]): Manager {
  const { requested, info } = scope;
  return { manager: managerName(scope), operation, apiVersion: apiVersionOf(requested), subresource: info.subresource };
}

/**
 * Who owns what once `object` (decoded and defaulted, as stored) has taken the place of `old`: before admission and
 * strategies have their say, since what they add is nobody's (k8s: FieldManager.Update). Undefined: nobody is known.
 */
export function managersAfter(scope: Scope, old: KubeObject | undefined, object: KubeObject): Managers | undefined {
  const entries = managersBefore(scope, old, object);
  if (entries.length === 0 && old !== undefined) return undefined;
  const { requested } = scope;
  const as = (value: KubeObject): Plain => (requested.storedAs?.from(value) ?? value) as unknown as Plain;
  const now = rfc3339(scope.server.clock.now());
  try {
    const managers = updatedManagers(entries, old && as(old), as(object), managerOf(scope, "Update"), versionsOf(scope), now);
    return managers.length === 0 ? undefined : (managers as Managers);
  } catch (error) {
    // Lists that break their own rules are validation's to refuse; nobody owns what can't be told apart (k8s: UpdateNoErrors).
    if (error instanceof ElementError) return undefined;
    throw error;
  }
}

/** Those that the request itself names, unless it comes by a subresource; else those that are stored (k8s: decodeLiveOrNew). */
function managersBefore({ info }: Scope, old: KubeObject | undefined, object: KubeObject): Managers {
  const stored = old?.metadata?.managedFields ?? [];
  const given = object.metadata?.managedFields;
  if (info.subresource !== "" || given === undefined || given === stored) return stored;
  if (isReset(given)) return [];
  const read = readEntries(given) as Managers | undefined;
  return read === undefined || read.length === 0 ? stored : read;
}

export function withManagers(object: KubeObject, managedFields: Managers | undefined): KubeObject {
  if (object.metadata?.managedFields === managedFields) return object;
  if (managedFields !== undefined) return { ...object, metadata: { ...object.metadata, managedFields } };
  const { managedFields: _, ...metadata } = object.metadata ?? {};
  return { ...object, metadata };
}
