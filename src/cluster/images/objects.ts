import type { Image, ImageRegistry, ImageSpec } from "../../api/index.ts";
import { type Client, createWorkQueue, type Informers, type WorkQueue } from "../../client/index.ts";
import { deepEqual, isConflict, isNotFound, parseDuration, value } from "../../machinery/index.ts";
import { type ChangingRegistry, parseReference, registryHost, type RegistryHost, type Trouble } from "../../runtime/index.ts";
import type { Cancel, Cause, Clock, Persistent } from "../../sim/index.ts";
import { baseOf, commandOf, imageRow } from "./rows.ts";

export interface ImageObjectsOptions {
  readonly clock: Clock;
  readonly registry: () => ChangingRegistry;
  /** Whether a machine has it. */
  readonly inUse: (digest: string) => boolean;
}

/** What an Image object has put into the registry. */
interface Applied {
  readonly spec: ImageSpec;
  readonly repository: string;
  readonly tag: string;
  /** Undefined: it waits for its base. */
  readonly digest: string | undefined;
}

/**
 * Images and registries that somebody has made as objects. What a machine still has of an image that is gone or another
 * now is kept under its digest, so that a reload finds it.
 */
export class ImageObjects implements Persistent {
  readonly name = "images";
  readonly #options: ImageObjectsOptions;
  readonly #applied = new Map<string, Applied>();
  readonly #hosts = new Map<string, { readonly by: string; readonly host: RegistryHost }>();
  readonly #kept = new Map<string, ImageSpec>();
  readonly #changed = new Set<string>();

  constructor(options: ImageObjectsOptions) {
    this.#options = options;
  }

  host(host: string): RegistryHost | undefined {
    return this.#hosts.get(host)?.host;
  }

  /** Everything there was, before machines look for what they have. */
  begin(images: Iterable<Image>, registries: Iterable<ImageRegistry>): void {
    for (const registry of registries) this.#applyRegistry(registry.metadata?.name ?? "", registry);
    const all = [...images];
    for (const image of all) this.#applyImage(image.metadata?.name ?? "", image);
    this.#retry();
  }

  drain(): ReadonlyMap<string, unknown> {
    const out = new Map([...this.#changed].map((digest) => [digest, this.#kept.get(digest)] as const));
    this.#changed.clear();
    return out;
  }
  restore(records: ReadonlyMap<string, unknown>): void {
    for (const [digest, stored] of records) {
      const spec = stored as ImageSpec;
      this.#kept.set(digest, spec);
      this.#options.registry().keep(this.#row(spec));
    }
  }

  /** Does what the objects say, from now on. */
  watch(client: Client, informers: Informers): Cancel {
    const images = informers.of("images");
    const registries = informers.of("imageregistries");
    // What is of the catalogue has never been stored.
    const stored = <T extends Image | ImageRegistry>(object: T | undefined): T | undefined =>
      object?.metadata?.uid === undefined ? undefined : object;
    const queue: WorkQueue = createWorkQueue({
      clock: this.#options.clock,
      name: "images",
      process: async (key, causes) => {
        const [kind, name = ""] = key.split(" ");
        const by = client.because(causes);
        try {
          if (kind === "image") {
            const image = stored(images.get(name));
            this.#applyImage(name, image);
            this.#retry();
            if (image) await writeStatus(by, "images", image, this.#imageStatus(name, image));
          } else {
            const registry = stored(registries.get(name));
            this.#applyRegistry(name, registry);
          }
          for (const registry of registries.list())
            if (stored(registry)) await writeStatus(by, "imageregistries", registry, this.#registryStatus(registry));
          queue.forget(key);
        } catch (error) {
          if (!isConflict(error) && !isNotFound(error)) throw error;
          queue.addRateLimited(key, causes);
        }
      },
    });
    const because = (causes: readonly Cause[]): readonly Cause[] => (causes.length > 0 ? causes : START);
    const stops = [
      images.on(({ key, object, old, causes }) => {
        if (stored(object) ?? stored(old)) queue.add(`image ${key}`, because(causes));
      }),
      registries.on(({ key, object, old, causes }) => {
        if (stored(object) ?? stored(old)) queue.add(`registry ${key}`, because(causes));
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      queue.stop();
    };
  }

  #row(spec: ImageSpec) {
    const base = baseOf(spec);
    return imageRow(spec, base === undefined ? undefined : this.#options.registry().find(base));
  }

  #applyImage(name: string, image: Image | undefined): void {
    const before = this.#applied.get(name);
    if (before && image && deepEqual(before.spec, image.spec ?? {})) return;
    const registry = this.#options.registry();
    if (before) {
      this.#applied.delete(name);
      if (before.digest !== undefined) {
        registry.withdraw(before.repository, before.tag);
        this.#keep(before.digest, before.spec);
      }
    }
    if (image) this.#put(name, image.spec ?? {});
    for (const digest of [...this.#kept.keys()]) if (!this.#options.inUse(digest)) this.#forget(digest);
  }
  #put(name: string, spec: ImageSpec): void {
    const reference = parseReference(spec.reference ?? "");
    if (!reference) return;
    const { repository, tag = "latest", normalised } = reference;
    const base = baseOf(spec);
    const registry = this.#options.registry();
    let digest: string | undefined;
    if (base === undefined || registry.find(base)) {
      registry.put(this.#row(spec));
      digest = registry.find(normalised)?.digest;
    }
    this.#applied.set(name, { spec, repository, tag, digest });
  }
  /** Bases may have come since. */
  #retry(): void {
    for (let again = true; again;) {
      again = false;
      for (const [name, { spec, digest }] of this.#applied) {
        if (digest !== undefined || !this.#options.registry().find(baseOf(spec) ?? "")) continue;
        this.#put(name, spec);
        again = true;
      }
    }
  }
  #keep(digest: string, spec: ImageSpec): void {
    if (!this.#options.inUse(digest)) return;
    this.#kept.set(digest, spec);
    this.#changed.add(digest);
  }
  #forget(digest: string): void {
    this.#kept.delete(digest);
    this.#changed.add(digest);
  }
  #imageStatus(name: string, { spec = {} }: Image): Image["status"] {
    const applied = this.#applied.get(name);
    const found = applied?.digest === undefined ? undefined : this.#options.registry().find(spec.reference ?? "");
    if (!found) return { message: `its base ${baseOf(spec)} is in no registry: nobody can pull it` };
    const ports = [...(spec.ports ?? []), ...(spec.http ?? []).map(({ port }) => port)];
    const command = commandOf(spec);
    return {
      digest: found.digest,
      size: found.manifest(found.architectures[0] ?? "amd64").size,
      ...(command.length > 0 ? { command } : {}),
      ...(ports.length > 0 ? { exposedPorts: ports } : {}),
    };
  }

  #applyRegistry(name: string, object: ImageRegistry | undefined): void {
    for (const [host, { by }] of this.#hosts) if (by === name) this.#hosts.delete(host);
    if (!object) return;
    const { host = name, users, trouble, latency, bandwidth, ...spec } = object.spec ?? {};
    this.#hosts.set(host, {
      by: name,
      host: registryHost({
        private: spec.private === true,
        ...(users && { users }),
        ...(trouble && { trouble: trouble as Trouble }),
        ...(latency !== undefined && { latency: parseDuration(latency) }),
        ...(bandwidth !== undefined && { bandwidth: value(bandwidth) }),
      }),
    });
  }
  #registryStatus({ metadata, spec }: ImageRegistry): ImageRegistry["status"] {
    const host = spec?.host ?? metadata?.name ?? "";
    const repositories = this.#options.registry().repositories(host);
    return { images: repositories.reduce((sum, { tags }) => sum + tags, 0), repositories: repositories.map(({ path }) => path) };
  }
}

async function writeStatus<K extends "images" | "imageregistries">(
  client: Client,
  plural: K,
  object: K extends "images" ? Image : ImageRegistry,
  status: object | undefined,
): Promise<void> {
  if (!deepEqual(status, object.status)) await client.update(plural, { ...object, status } as never, "status");
}

const START: readonly Cause[] = [{ kind: "timer", name: "images", armedBy: [] }];
