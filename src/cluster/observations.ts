import type { Image, ImageRegistry, KubeObject } from "../api/index.ts";
import type { CatalogueImage, ChangingRegistry, FoundImage, LoadedImage } from "../runtime/index.ts";
import type { Advice, Decision } from "../scheduler/index.ts";
import type { Clock } from "../sim/index.ts";
import { componentOf, type ComponentHandle } from "./components.ts";
import { Decisions } from "./scheduling-decisions.ts";

const byName = (a: KubeObject, b: KubeObject): number => ((a.metadata?.name ?? "") < (b.metadata?.name ?? "") ? -1 : 1);

const apiVersion = "sim.timonel.dev/v1alpha1";

/** What the cluster knows about itself and does not store: the simulator's kinds that are computed when they are read. */
export interface Observations {
  of(plural: string): readonly KubeObject[];
  decided(decision: Decision): void;
}

export function createObservations(options: {
  readonly clock: Clock;
  readonly images: readonly CatalogueImage[];
  readonly registry: ChangingRegistry;
  /** Whether a registry of the catalogue lets nobody in who has not signed in. */
  readonly isPrivate: (host: string) => boolean;
  /** What would give a pod that waits a node. */
  readonly advise: (key: string) => readonly Advice[];
  readonly components: () => readonly ComponentHandle[];
}): Observations {
  const { clock } = options;
  const decisions = new Decisions();
  const allImages = (): readonly Image[] =>
    options.images.flatMap((image) => image.tags.map((tag) => imageOf(image, tag, options.registry)));
  const sources: Readonly<Record<string, () => readonly KubeObject[]>> = {
    components: () => options.components().map(componentOf).toSorted(byName),
    images: allImages,
    imageregistries: () => registriesOf(allImages(), options.isPrivate),
    schedulingdecisions: () => decisions.objects(options.advise),
  };
  return {
    of: (plural) => sources[plural]?.() ?? [],
    decided: (decision) => decisions.add(decision, clock.now()),
  };
}

/** `docker.io/library/nginx:1.27` as an object's name. */
const nameOf = (reference: string): string => reference.replace(/[/:_]/g, "-").toLowerCase();

/** Of a row's tags: objects are the same for every cluster as long as what they tell of is. */
const IMAGES = new WeakMap<CatalogueImage, Map<string, Image>>();

function imageOf(row: CatalogueImage, tag: string, registry: ChangingRegistry): Image {
  const found = registry.tagged(row.repository, tag);
  // What it holds is not fetched for those who only look at the list.
  const config = found?.body.contents?.config;
  let known = IMAGES.get(row);
  if (!known) IMAGES.set(row, (known = new Map()));
  const key = `${tag} ${found?.digest} ${config !== undefined}`;
  let image = known.get(key);
  if (!image) known.set(key, (image = imageObject(row.repository, tag, found, config)));
  return image;
}

function imageObject(repository: string, tag: string, found: FoundImage | undefined, config: LoadedImage["config"] | undefined): Image {
  const reference = `${repository}:${tag}`;
  const slash = repository.indexOf("/");
  return {
    apiVersion,
    kind: "Image",
    metadata: { name: nameOf(reference) },
    spec: { reference, registry: repository.slice(0, slash), repository: repository.slice(slash + 1), tag },
    status: {
      ...(found ? { digest: found.digest, size: found.size } : {}),
      ...(config ? { command: [...(config.entrypoint ?? []), ...(config.cmd ?? [])] } : {}),
      ...(config?.exposedPorts?.length ? { exposedPorts: config.exposedPorts } : {}),
    },
  };
}

function registriesOf(images: readonly Image[], isPrivate: (host: string) => boolean): readonly ImageRegistry[] {
  const hosts = [...new Set(images.map((i) => i.spec?.registry ?? ""))].toSorted();
  return hosts.map((host) => {
    const mine = images.filter((i) => i.spec?.registry === host);
    const repositories = [...new Set(mine.map((i) => i.spec?.repository ?? ""))].toSorted();
    return {
      apiVersion,
      kind: "ImageRegistry",
      metadata: { name: host },
      spec: { host, private: isPrivate(host) },
      status: { images: mine.length, repositories },
    };
  });
}
