import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { type ImageReference, parseReference } from "./reference.ts";
import { encode } from "../text.ts";
import { notFound } from "./words.ts";
import type {
  Architecture,
  CatalogueImage,
  ImageBody,
  ImageDefinition,
  ImageManifest,
  ImageRow,
  LoadedImage,
  PullRequest,
  Registry,
  RegistryRefusal,
} from "../types.ts";

/** A registry's host: what it has to say before and beside what images it has. */
export interface RegistryHost {
  /** What it answers to somebody who asks for this: a refusal before it has looked, or undefined. */
  admit?(reference: ImageReference, asked: PullRequest): RegistryRefusal | undefined;
  /** What it says of a repository that it does not have. */
  noRepository?(reference: ImageReference, asked: PullRequest): RegistryRefusal;
  /** What it says in place of handing over what it has. */
  deliver?(reference: ImageReference, manifest: ImageManifest): RegistryRefusal | undefined;
  /** Ms until it answers, and bytes a second at most. */
  readonly latency?: number;
  readonly bandwidth?: number;
}

export interface RegistryOptions {
  /** With it, any well-formed name resolves to that image (preset `reference`, whose runtime runs anything for ever). */
  readonly wildcard?: ImageDefinition;
  /** The hosts there are; without it every name leads to a registry, which has what it has. */
  readonly hosts?: (host: string) => RegistryHost;
}

/** A registry whose images change while it runs. */
export interface ChangingRegistry extends Registry {
  /** What a name stands for, whoever may pull it. */
  find(reference: string): FoundImage | undefined;
  /** The same of a name in its parts, the repository with its host. */
  tagged(repository: string, tag: string): FoundImage | undefined;
  /** What a host has: repositories without it, and how many tags they have. */
  repositories(host: string): readonly { readonly path: string; readonly tags: number }[];
  /** A name stands for this from now on. */
  put(image: CatalogueImage): void;
  /** Nobody can pull it, but who has it knows it by its digest. */
  keep(image: CatalogueImage): void;
  /** A name stands for what it stood for before the last `put`, if for anything. */
  withdraw(repository: string, tag: string): void;
}

export interface FoundImage {
  readonly digest: string;
  readonly architectures: readonly Architecture[];
  /** Bytes that a pull fetches. */
  readonly size: number;
  readonly body: ImageBody;
  manifest(architecture: Architecture): ImageManifest;
}

const hashed = (text: string): string => `sha256:${bytesToHex(sha256(encode(text)))}`;
/** Names of a catalogue are the same for every cluster, and many; forks of a cluster follow each other quickly. */
const MOST = 8192;
const DIGESTS = new Map<string, string>();
function digestOf(text: string): string {
  let digest = DIGESTS.get(text);
  if (digest === undefined) {
    digest = hashed(text);
    if (DIGESTS.size < MOST) DIGESTS.set(text, digest);
  }
  return digest;
}
const BOTH: readonly Architecture[] = ["amd64", "arm64"];

/** A row with what it holds, which is fetched once for all names of it. */
interface Body extends ImageBody {
  readonly row: ImageRow;
}
function bodyOf(image: CatalogueImage): Body {
  if (!("load" in image)) return { row: image, contents: image };
  let contents: LoadedImage | undefined;
  return {
    row: image,
    get contents() {
      return contents;
    },
    load: async () => (contents ??= await image.load()),
  };
}

/** One build of a row: an index of manifests, or one manifest. */
class Build implements FoundImage {
  readonly body: Body;
  readonly #key: string;
  readonly digest: string;
  readonly #manifests = new Map<Architecture, ImageManifest>();

  constructor(body: Body, tag: string) {
    const { row } = body;
    this.body = body;
    this.#key = row.build ?? `${row.repository}:${row.oneBuild ? row.tags[0] : tag}`;
    this.digest = digestOf(this.#key);
  }
  get size(): number {
    return this.body.row.size;
  }

  get architectures(): readonly Architecture[] {
    const all = this.body.row.architectures ?? BOTH;
    return this.body.row.plain ? all.slice(0, 1) : all;
  }
  /** Of a manifest in the index; without an index its own. */
  platformDigest(architecture: Architecture): string {
    return this.body.row.plain ? this.digest : digestOf(`${this.#key} ${architecture}`);
  }
  manifest(architecture: Architecture): ImageManifest {
    let made = this.#manifests.get(architecture);
    if (!made) this.#manifests.set(architecture, (made = this.#make(architecture)));
    return made;
  }
  #make(architecture: Architecture): ImageManifest {
    const { body } = this;
    const { row } = body;
    const key = `${this.#key} ${architecture}`;
    const lower =
      row.lower?.(architecture) ?? (row.base ? [{ digest: digestOf(`layer ${row.base.name} ${architecture}`), size: row.base.size }] : []);
    const own = row.size - lower.reduce((sum, layer) => sum + layer.size, 0);
    const layers = own > 0 || lower.length === 0 ? [...lower, { digest: digestOf(`layer ${key}`), size: Math.max(0, own) }] : lower;
    const { repository, size } = row;
    return { digest: this.digest, id: digestOf(`${key} config`), architecture, repository, size, layers, body };
  }
}

/** Registries that have these images. */
export function createRegistry(images: readonly CatalogueImage[], options: RegistryOptions = {}): ChangingRegistry {
  const { hosts } = options;
  /** By repository, then tag; the last of a tag is what it stands for. */
  const tags = new Map<string, Map<string, Build[]>>();
  const digests = new Digests((repository) => [...(tags.get(repository)?.values() ?? [])].flat());
  const add = (build: Build, tag: string): Build => {
    const { repository } = build.body.row;
    let of = tags.get(repository);
    if (!of) tags.set(repository, (of = new Map()));
    const stack = of.get(tag);
    if (stack) stack.push(build);
    else of.set(tag, [build]);
    return build;
  };
  const tagged = (repository: string, tag: string) => tags.get(repository)?.get(tag)?.at(-1);
  const put = (image: CatalogueImage): void => {
    const body = bodyOf(image);
    const one = image.oneBuild ? new Build(body, image.tags[0] as string) : undefined;
    for (const tag of image.tags) add(one ?? new Build(body, tag), tag);
  };
  for (const image of images) put(image);
  const wildcard = options.wildcard && bodyOf(options.wildcard);
  const pretended = ({ repository, tag = "" }: ImageReference): Build | undefined =>
    wildcard && add(new Build({ ...wildcard, row: { ...wildcard.row, repository } }, tag), tag);
  return {
    resolve(text, asked) {
      const reference = parseReference(text);
      if (!reference) return { reason: "InvalidArgument", error: `failed to parse reference "${text}": invalid reference format` };
      const { repository, digest, tag = "" } = reference;
      const host = hosts?.(reference.registry);
      const refused = host?.admit?.(reference, asked);
      if (refused) return refused;
      const pace = { ...(host?.latency && { latency: host.latency }), ...(host?.bandwidth && { bandwidth: host.bandwidth }) };
      const given = (manifest: ImageManifest | RegistryRefusal): ImageManifest | RegistryRefusal => ({
        ...(("digest" in manifest && host?.deliver?.(reference, manifest)) || manifest),
        ...pace,
      });
      if (digest !== undefined) {
        const hit = digests.find(repository, digest);
        if (hit) return given(hit.architecture ? { ...hit.build.manifest(hit.architecture), digest } : fitting(hit.build, asked));
        if (wildcard) return { ...new Build(wildcard, digest).manifest(asked.architecture), repository, digest };
      } else {
        const build = tagged(repository, tag) ?? pretended(reference);
        if (build) return given(fitting(build, asked));
      }
      return { ...((!tags.has(repository) && host?.noRepository?.(reference, asked)) || notFound(reference)), ...pace };
    },
    tagged,
    find(text) {
      const reference = parseReference(text);
      if (!reference) return undefined;
      const { repository, tag = "", digest } = reference;
      return digest === undefined ? tagged(repository, tag) : digests.find(repository, digest)?.build;
    },
    held(repository, digest, architecture) {
      const hit = digests.find(repository, digest);
      if (!hit) return wildcard && { ...new Build(wildcard, digest).manifest(architecture), repository, digest };
      const manifest = fitting(hit.build, { architecture: hit.architecture ?? architecture });
      return "error" in manifest ? undefined : { ...manifest, digest };
    },
    repositories: (host) =>
      [...tags]
        .filter(([repository]) => repository.startsWith(`${host}/`))
        .map(([repository, of]) => ({ path: repository.slice(host.length + 1), tags: of.size }))
        .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    put,
    keep(image) {
      for (const tag of image.tags) digests.add(new Build(bodyOf(image), tag));
    },
    withdraw(repository, tag) {
      const of = tags.get(repository);
      const stack = of?.get(tag);
      // Who has it may still ask for it by its digest.
      const gone = stack?.pop();
      if (gone) digests.add(gone);
      if (stack?.length === 0) of?.delete(tag);
      if (of?.size === 0) tags.delete(repository);
    },
  };
}

/** The manifest of a machine's own kind; without an index there is no choice. */
function fitting(build: Build, { architecture }: PullRequest): ImageManifest | RegistryRefusal {
  const { architectures, body } = build;
  if (body.row.plain) return build.manifest(architectures[0] as Architecture);
  if (architectures.includes(architecture)) return build.manifest(architecture);
  return { reason: "NotFound", error: "no match for platform in manifest: not found" };
}

/** What digests stand for. Hashes are made when somebody asks for one: a catalogue has hundreds of names. */
class Digests {
  readonly #known = new Map<string, { readonly build: Build; readonly architecture: Architecture | undefined }>();
  readonly #hashed = new Set<Build>();
  readonly #of: (repository: string) => readonly Build[];

  constructor(of: (repository: string) => readonly Build[]) {
    this.#of = of;
  }
  find(repository: string, digest: string) {
    const key = `${repository}@${digest}`;
    if (!this.#known.has(key)) for (const build of this.#of(repository)) this.add(build);
    return this.#known.get(key);
  }
  add(build: Build): void {
    if (this.#hashed.has(build)) return;
    this.#hashed.add(build);
    const { row } = build.body;
    this.#known.set(`${row.repository}@${build.digest}`, { build, architecture: undefined });
    if (row.plain) return;
    for (const architecture of build.architectures)
      this.#known.set(`${row.repository}@${build.platformDigest(architecture)}`, { build, architecture });
  }
}
