import { apiVersionOf, fieldTypeOf, type Kind, type KubeObject } from "../../api/index.ts";
import {
  deepEqual,
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
import { type Change, type Managers, managersOf, Owners } from "./owners.ts";

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
 * strategies have their say, since what they add is nobody's (k8s: FieldManager.Update).
 */
export function ownersAfter(scope: Scope, old: KubeObject | undefined, object: KubeObject): Owners {
  const given = givenManagers(scope, old, object);
  const update = updateOf(scope);
  return given === undefined ? Owners.later(old, object, update) : Owners.of(update.managers(given, old, object));
}

/** What must be remembered of a request until somebody asks who owns what it changed. */
class Update implements Change {
  readonly requested: Kind;
  readonly by: Manager;
  readonly versions: Versions;
  /** Virtual milliseconds. */
  readonly at: number;

  constructor(requested: Kind, by: Manager, versions: Versions, at: number) {
    this.requested = requested;
    this.by = by;
    this.versions = versions;
    this.at = at;
  }

  managers(entries: Managers, before: KubeObject | undefined, after: KubeObject): Managers {
    const { storedAs } = this.requested;
    const as = (value: KubeObject): Plain => (storedAs?.from(value) ?? value) as unknown as Plain;
    try {
      return updatedManagers(entries, before && as(before), as(after), this.by, this.versions, rfc3339(this.at)) as Managers;
    } catch (error) {
      // Lists that break their own rules are validation's to refuse; nobody owns what can't be told apart (k8s: UpdateNoErrors).
      if (error instanceof ElementError) return entries;
      throw error;
    }
  }
}

let last: Update | undefined;

/** What a component does in one moment has its circumstances in common. */
function updateOf(scope: Scope): Update {
  const { requested, info, server } = scope;
  const versions = versionsOf(scope);
  const at = server.clock.now();
  const manager = managerName(scope);
  const { by } = last ?? {};
  if (last?.at === at && last.requested === requested && last.versions === versions)
    if (by?.manager === manager && by.subresource === info.subresource) return last;
  return (last = new Update(requested, managerOf(scope, "Update"), versions, at));
}

/** Managers that the request itself names, unless it comes by a subresource or names those that are there (k8s: decodeLiveOrNew). */
function givenManagers({ info }: Scope, old: KubeObject | undefined, object: KubeObject): Managers | undefined {
  const given = object.metadata?.managedFields;
  if (info.subresource !== "" || given === undefined) return undefined;
  if (isReset(given)) return [];
  const read = readEntries(given) as Managers | undefined;
  if (read === undefined || read.length === 0 || (old !== undefined && deepEqual(read, managersOf(old)))) return undefined;
  return read;
}
