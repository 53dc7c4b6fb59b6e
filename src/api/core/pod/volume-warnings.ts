import type { ProjectedVolumeSource, Volume, VolumeProjection } from "../../generated/types.ts";
import { claimSpecWarnings } from "../volume/claim-spec.ts";

/** Sources that are no more, in upstream's order; `ephemeral` is where it looks at the claims of such volumes. */
const DEPRECATED: readonly (readonly [source: keyof Volume, text: string, name?: string])[] = [
  ["photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"],
  ["gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"],
  ["scaleIO", "deprecated in v1.16, non-functional in v1.22+"],
  ["flocker", "deprecated in v1.22, non-functional in v1.25+"],
  ["storageos", "deprecated in v1.22, non-functional in v1.25+", "storageOS"],
  ["quobyte", "deprecated in v1.22, non-functional in v1.25+"],
  ["glusterfs", "deprecated in v1.25, non-functional in v1.26+"],
  ["ephemeral", ""],
  ["cephfs", "deprecated in v1.28, non-functional in v1.31+"],
  ["rbd", "deprecated in v1.28, non-functional in v1.31+"],
];

/** k8s: pkg/api/pod/warnings.go, what it says of volumes. */
export function volumeWarnings(path: string, volumes: readonly Volume[]): readonly string[] {
  const sources = volumes.flatMap((volume, i) =>
    DEPRECATED.flatMap(([source, text, name = source]) => {
      if (volume[source] === undefined) return [];
      if (source !== "ephemeral") return [`${path}[${i}].${name}: ${text}`];
      return claimSpecWarnings(`${path}[${i}].ephemeral.volumeClaimTemplate.spec`, volume.ephemeral?.volumeClaimTemplate?.spec);
    }),
  );
  return [...sources, ...volumes.flatMap(overlaps)];
}

/** Two files of a volume in one place, or one where the other needs a directory (k8s: warningsForOverlappingVirtualPaths). */
function overlaps({ name, configMap, secret, downwardAPI, projected }: Volume): readonly string[] {
  const volume = `volume ${JSON.stringify(name)}`;
  const of = (what: string, items: readonly { readonly path: string }[] | undefined): readonly string[] =>
    collisions(pathsOf(items), `${volume} (${what}): overlapping paths`);
  return [
    ...of(`ConfigMap ${JSON.stringify(configMap?.name ?? "")}`, configMap?.items),
    ...of(`Secret ${JSON.stringify(secret?.secretName ?? "")}`, secret?.items),
    ...of("DownwardAPI", downwardAPI?.items),
    ...(projected ? projectedOverlaps(volume, projected) : []),
  ];
}

const pathsOf = (items: readonly { readonly path: string }[] | undefined): readonly string[] => items?.map((item) => item.path) ?? [];

function projectedOverlaps(volume: string, { sources = [] }: ProjectedVolumeSource): readonly string[] {
  const warnings: string[] = [];
  const all = new Set<string>();
  for (const source of sources) {
    if (Object.keys(source).length === 0) {
      warnings.push(`${volume} (Projected) has no sources provided`);
      continue;
    }
    const [what, paths] = projection(source);
    if (paths.length === 0) continue;
    const message = `${volume} (Projected ${what}): overlapping paths`;
    const unique = [...new Set(paths)];
    warnings.push(...collisions(paths, message), ...collisions([...unique, ...all].sort(), message));
    for (const path of unique) all.add(path);
  }
  return warnings;
}

function projection(source: VolumeProjection): readonly [what: string, paths: readonly string[]] {
  const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle: bundle } = source;
  if (configMap?.items) return [`ConfigMap ${JSON.stringify(configMap.name ?? "")}`, pathsOf(configMap.items)];
  if (secret?.items) return [`Secret ${JSON.stringify(secret.name ?? "")}`, pathsOf(secret.items)];
  if (downwardAPI?.items) return ["DownwardAPI", pathsOf(downwardAPI.items)];
  if (serviceAccountToken) return ["ServiceAccountToken", [serviceAccountToken.path]];
  if (bundle) return [`ClusterTrustBundle ${JSON.stringify(bundle.name ?? bundle.signerName ?? "")}`, [bundle.path]];
  return ["", []];
}

function collisions(paths: readonly string[], message: string): readonly string[] {
  const seen: string[] = [];
  const warnings: string[] = [];
  for (const given of paths) {
    const path = given.replace(/\/+$/, "");
    const other = path === "" ? undefined : seen.find((one) => one !== "" && (`${one}/`.startsWith(path) || `${path}/`.startsWith(one)));
    if (other !== undefined) warnings.push(`${message}: ${JSON.stringify(path)} with ${JSON.stringify(other)}`);
    if (!seen.includes(path)) seen.push(path);
  }
  return warnings;
}
