import type { KubeObject, ManagedFieldsEntry, WatchEvent } from "../../api/index.ts";

export type Managers = readonly ManagedFieldsEntry[];

/** A change of hands: by whom, when, through which door. */
export interface Change {
  managers(entries: Managers, before: KubeObject | undefined, after: KubeObject): Managers;
}

/** How many changes may wait to be looked at: what they are about is kept alive meanwhile. */
const MAX_DEPTH = 8;

/**
 * Who owns the fields of one stored object, found out when somebody asks (decision 010). Until then it holds what the
 * object was before and what was asked for: two references, since objects share what they have in common.
 */
export class Owners {
  #managers: Managers | undefined;
  #change: Change | undefined;
  #before: KubeObject | undefined;
  #after: KubeObject | undefined;
  /** Changes that have to be looked at first, this one included. */
  #depth = 0;

  static of(managers: Managers): Owners {
    const owners = new Owners();
    owners.#managers = managers;
    return owners;
  }

  /** `before` is a stored object, `after` what somebody asked to have in its place. */
  static later(before: KubeObject | undefined, after: KubeObject, change: Change): Owners {
    const owners = new Owners();
    owners.#change = change;
    owners.#before = before;
    owners.#after = after;
    const earlier = before && known.get(before);
    if (earlier === undefined) return owners;
    if (earlier.#depth >= MAX_DEPTH) void earlier.managers;
    owners.#depth = earlier.#depth + 1;
    return owners;
  }

  get managers(): Managers {
    if (this.#managers === undefined) {
      const before = this.#before;
      this.#managers = this.#change?.managers(before ? managersOf(before) : [], before, this.#after as KubeObject) ?? [];
      this.#change = undefined;
      this.#before = undefined;
      this.#after = undefined;
      this.#depth = 0;
    }
    return this.#managers;
  }

  /** Found out already, or given. */
  get settled(): boolean {
    return this.#managers !== undefined;
  }

  /** Where the server has added only what nobody owns, what was asked for need not be kept beside what is stored. */
  storedAs(stored: KubeObject): void {
    if (this.#after !== undefined && sameForOwners(this.#after, stored)) this.#after = stored;
  }
}

const OWNED_METADATA = ["labels", "annotations", "ownerReferences", "finalizers", "generateName"] as const;

function sameForOwners(asked: KubeObject, stored: KubeObject): boolean {
  const a = asked as Readonly<Record<string, unknown>>;
  const b = stored as Readonly<Record<string, unknown>>;
  for (const key in b) if (a[key] !== b[key] && key !== "metadata" && key !== "apiVersion" && key !== "kind") return false;
  for (const key in a) if (b[key] === undefined && a[key] !== undefined) return false;
  return OWNED_METADATA.every((key) => asked.metadata?.[key] === stored.metadata?.[key]);
}

/** Of objects that came out of the storage, the list is in the object itself. */
const known = new WeakMap<KubeObject, Owners>();

export const ownersOf = (stored: KubeObject): Owners | undefined => known.get(stored);

export function setOwners(stored: KubeObject, owners: Owners | undefined): void {
  if (owners === undefined) return;
  owners.storedAs(stored);
  known.set(stored, owners);
}

export const managersOf = (stored: KubeObject): Managers => known.get(stored)?.managers ?? stored.metadata?.managedFields ?? [];

const shown = new WeakMap<KubeObject, KubeObject>();

/** The object as everybody outside sees it, with `metadata.managedFields`; one object for all of them. */
export function completed<T extends KubeObject>(stored: T): T {
  if (!known.has(stored)) return stored;
  let whole = shown.get(stored) as T | undefined;
  if (whole === undefined) shown.set(stored, (whole = kept(stored)));
  return whole;
}

/** As `completed`, for many objects that are asked for inside the process: each list is made when it is read. */
export function completedLater<T extends KubeObject>(stored: T): T {
  if (!known.has(stored)) return stored;
  const get = (): Managers | undefined => completed(stored).metadata?.managedFields;
  return {
    ...stored,
    metadata: Object.defineProperty({ ...stored.metadata }, "managedFields", { get, enumerable: true, configurable: true }),
  };
}

/** As `completed`, for the storage: nobody will ask for it again. */
export function kept<T extends KubeObject>(stored: T): T {
  return withManagers(stored, known.get(stored));
}

/** An object, on its way to be stored perhaps, with its managers. */
export function withManagers<T extends KubeObject>(object: T, owners: Owners | undefined): T {
  if (owners === undefined) return object;
  const { managers } = owners;
  if (managers.length === 0) return withoutManagers(object);
  return { ...object, metadata: { ...object.metadata, managedFields: managers } };
}

export function withoutManagers<T extends KubeObject>(object: T): T {
  if (object.metadata?.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

const events = new WeakMap<WatchEvent, WatchEvent>();

/** One completed event for all who watch from outside. */
export function completedEvent(event: WatchEvent): WatchEvent {
  if (!known.has(event.object)) return event;
  let whole = events.get(event);
  if (whole === undefined) events.set(event, (whole = { ...event, object: completed(event.object) }));
  return whole;
}
