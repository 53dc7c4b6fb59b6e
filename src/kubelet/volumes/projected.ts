import type { DownwardAPIVolumeFile, KeyToPath, Pod, Volume } from "../../api/index.ts";
import { fieldValue, resourceValue, type PodAddresses } from "../fields.ts";
import { MissingObject, type ObjectReader } from "../objects.ts";
import { namespaceOf, specOf } from "../pod.ts";
import type { TokenFor } from "../types.ts";
import type { Payload, PayloadFile } from "./atomic-writer.ts";

export interface PayloadSources {
  readonly objects: ObjectReader;
  readonly tokens: TokenFor | undefined;
  readonly allocatable: Readonly<Record<string, string>>;
  /** Age in ms up to which objects read for other pods will do. */
  readonly maxAge: number;
}

/** Whether a volume's files come from the API and change with it. */
export const isProjection = (volume: Volume): boolean =>
  (volume.configMap ?? volume.secret ?? volume.projected ?? volume.downwardAPI) !== undefined;

/** The files of a configMap, secret, downwardAPI or projected volume. Rejects MissingObject. */
export async function payloadOf(pod: Pod, volume: Volume, addresses: PodAddresses, sources: PayloadSources): Promise<Payload> {
  const files = new Map<string, PayloadFile>();
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap !== undefined) await addKeys(files, pod, "configmap", configMap.name ?? "", configMap, configMap.defaultMode, sources);
  else if (secret !== undefined) await addKeys(files, pod, "secret", secret.secretName ?? "", secret, secret.defaultMode, sources);
  else if (downwardAPI !== undefined) addFields(files, pod, downwardAPI.items, downwardAPI.defaultMode, addresses, sources);
  else if (projected !== undefined) {
    const mode = projected.defaultMode;
    for (const source of projected.sources ?? []) {
      if (source.configMap !== undefined)
        await addKeys(files, pod, "configmap", source.configMap.name ?? "", source.configMap, mode, sources);
      else if (source.secret !== undefined) await addKeys(files, pod, "secret", source.secret.name ?? "", source.secret, mode, sources);
      else if (source.downwardAPI !== undefined) addFields(files, pod, source.downwardAPI.items, mode, addresses, sources);
      else if (source.serviceAccountToken !== undefined) {
        const { path, audience, expirationSeconds } = source.serviceAccountToken;
        const uid = onlyUser(pod);
        // A token is for one user, or for the group that the volume is given to (k8s: projected.go collectData).
        const own = uid !== undefined || specOf(pod).securityContext?.fsGroup !== undefined ? 0o600 : (mode ?? 0o644);
        // Without an issuer the volume has no token; everything else in it is real.
        if (sources.tokens !== undefined) {
          const content = await sources.tokens(pod, audience, expirationSeconds ?? 3600);
          files.set(path, { content, mode: own, ...(uid === undefined ? {} : { uid }) });
        }
      } else throw new MissingObject(`projected source ${Object.keys(source).join(", ")} is not simulated`);
    }
  }
  return files;
}

/** The user whom all containers say that they run as (k8s: volume/util FsUserFrom). */
function onlyUser(pod: Pod): number | undefined {
  const { securityContext, initContainers = [], containers } = specOf(pod);
  const users = [...initContainers, ...containers].map((c) => c.securityContext?.runAsUser ?? securityContext?.runAsUser);
  return users.every((uid) => uid === users[0]) ? users[0] : undefined;
}

async function addKeys(
  files: Map<string, PayloadFile>,
  pod: Pod,
  kind: "configmap" | "secret",
  name: string,
  source: { readonly items?: readonly KeyToPath[]; readonly optional?: boolean },
  defaultMode: number | undefined,
  sources: PayloadSources,
): Promise<void> {
  const contents = await sources.objects.read(kind, namespaceOf(pod), name, sources.maxAge);
  if (contents === undefined) {
    if (source.optional === true) return;
    throw new MissingObject(`${kind} "${name}" not found`);
  }
  const mode = defaultMode ?? 0o644;
  if (source.items === undefined || source.items.length === 0) {
    for (const [key, content] of contents) files.set(key, { content, mode });
    return;
  }
  for (const item of source.items) {
    const content = contents.get(item.key);
    if (content !== undefined) files.set(item.path, { content, mode: item.mode ?? mode });
    else if (source.optional !== true)
      throw new MissingObject(`references non-existent ${kind === "secret" ? "secret" : "config"} key: ${item.key}`);
  }
}

function addFields(
  files: Map<string, PayloadFile>,
  pod: Pod,
  items: readonly DownwardAPIVolumeFile[] | undefined,
  defaultMode: number | undefined,
  addresses: PodAddresses,
  sources: PayloadSources,
): void {
  for (const { path, mode, fieldRef, resourceFieldRef } of items ?? []) {
    const content =
      fieldRef !== undefined
        ? fieldValue(pod, fieldRef.fieldPath, addresses)
        : resourceFieldRef === undefined
          ? ""
          : resourceValue(pod, undefined, resourceFieldRef, sources.allocatable);
    files.set(path, { content, mode: mode ?? defaultMode ?? 0o644 });
  }
}
