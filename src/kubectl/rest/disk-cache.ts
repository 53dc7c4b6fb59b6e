import type { Get, RawGroups, RawResource } from "./discovery.ts";
import type { KubectlProcess } from "../types.ts";

/** How long what is kept is believed (k8s: cli-runtime genericclioptions config_flags.go). */
const TTL_MS = 6 * 3600 * 1000;

interface ApiResource {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}
interface ApiGroup {
  readonly name: string;
  readonly versions: readonly { readonly groupVersion: string; readonly version: string }[];
}

/** What a server serves, kept in files as client-go keeps it (k8s: discovery/cached/disk): servergroups.json, and a file for each group's version. */
export class DiskCache {
  readonly #proc: KubectlProcess;
  readonly #folder: string;

  constructor(proc: KubectlProcess, folder: string, server: string) {
    this.#proc = proc;
    const host = server.replace(/^https?:\/\//, "").replaceAll(/[^\w./)(-]/g, "_");
    const inside = `${folder.replace(/\/$/, "")}/discovery/${host}`;
    this.#folder = inside.startsWith("/") ? inside : `${proc.cwd}/${inside}`;
  }

  /** Asks for discovery's documents, or reads them where they are kept and nobody wants them fresh. */
  documents(fresh: boolean, get: Get): Get {
    const groups = fresh ? undefined : (this.#read("servergroups.json") as { readonly groups: readonly ApiGroup[] } | undefined);
    const files = groups?.groups.flatMap((g) => g.versions.map((v) => this.#read(`${v.groupVersion}/serverresources.json`)));
    if (groups && files?.every((file) => file !== undefined)) return async (path) => this.#document(groups.groups, path);
    return async (path, headers) => {
      const document = (await get(path, headers)) as RawGroups;
      this.#keep(path, document);
      return document;
    };
  }

  #read(file: string): object | undefined {
    const { fs, clock } = this.#proc;
    const path = `${this.#folder}/${file}`;
    try {
      return clock.now() - fs.lstat(path).mtime < TTL_MS ? (JSON.parse(fs.readText(path)) as object) : undefined;
    } catch {
      return undefined;
    }
  }

  /** The aggregated document that the files were made of. */
  #document(groups: readonly ApiGroup[], path: string): RawGroups {
    const items = groups
      .filter(({ name }) => (name === "") === (path === "/api"))
      .map(({ name, versions }) => ({
        metadata: { name },
        versions: versions.map(({ version, groupVersion }) => {
          const { resources } = this.#read(`${groupVersion}/serverresources.json`) as { readonly resources: readonly ApiResource[] };
          return { version, resources: resources.filter((r) => !r.name.includes("/")).map((r) => rawResource(r, resources)) };
        }),
      }));
    return { items };
  }

  /** A folder that cannot be written to is no reason to fail. */
  #keep(path: string, { items = [] }: RawGroups): void {
    const before = path === "/api" ? undefined : (this.#read("servergroups.json") as { readonly groups: readonly ApiGroup[] } | undefined);
    const groups = items.map(({ metadata, versions = [] }) => {
      const name = metadata?.name ?? "";
      const named = versions.map(({ version }) => ({ groupVersion: name === "" ? version : `${name}/${version}`, version }));
      return { name, versions: named, preferredVersion: named[0] };
    });
    try {
      this.#write("servergroups.json", {
        kind: "APIGroupList",
        apiVersion: "v1",
        groups: [...(before?.groups.filter((g) => g.name === "") ?? []), ...groups],
      });
      for (const { metadata, versions = [] } of items)
        for (const { version, resources = [] } of versions) {
          const group = metadata?.name ?? "";
          const groupVersion = group === "" ? version : `${group}/${version}`;
          const list = { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources: resources.flatMap(apiResources) };
          this.#write(`${groupVersion}/serverresources.json`, list);
        }
    } catch {
      // Nothing is kept then.
    }
  }

  #write(file: string, object: object): void {
    const { fs } = this.#proc;
    const path = `${this.#folder}/${file}`;
    fs.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true, mode: 0o750 });
    fs.writeFile(path, JSON.stringify(object), { mode: 0o660 });
  }
}

/** A resource and its subresources, each an entry of its own. */
function apiResources(raw: RawResource): readonly ApiResource[] {
  const { resource, responseKind, scope, singularResource = "", verbs = [], shortNames, categories, subresources = [] } = raw;
  const namespaced = scope === "Namespaced";
  const kind = responseKind?.kind ?? "";
  return [
    {
      name: resource,
      singularName: singularResource,
      namespaced,
      kind,
      verbs,
      ...(shortNames?.length ? { shortNames } : {}),
      ...(categories?.length ? { categories } : {}),
    },
    ...subresources.map((sub) => ({
      name: `${resource}/${sub.subresource}`,
      singularName: "",
      namespaced,
      kind: sub.responseKind?.kind ?? "",
      verbs: sub.verbs ?? [],
    })),
  ];
}

const rawResource = ({ name, singularName, namespaced, kind, ...rest }: ApiResource, all: readonly ApiResource[]): RawResource => ({
  ...rest,
  resource: name,
  singularResource: singularName,
  scope: namespaced ? "Namespaced" : "Cluster",
  responseKind: { kind },
  subresources: all.filter((r) => r.name.startsWith(`${name}/`)).map((r) => ({ subresource: r.name.slice(name.length + 1) })),
});
