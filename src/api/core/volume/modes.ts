import { field } from "../../../machinery/index.ts";
import type { Errors } from "../../checks.ts";

const MODES = { ReadWriteOnce: "RWO", ReadOnlyMany: "ROX", ReadWriteMany: "RWX", ReadWriteOncePod: "RWOP" } as const;
const SUPPORTED = Object.keys(MODES).sort();

/** Which class of storage: the old annotation goes before the field (k8s: core/helper GetPersistentVolumeClass). */
export const CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

export function checkAccessModes(errors: Errors, path: string, modes: readonly string[] | undefined, detail = ""): void {
  if (!modes?.length) errors.push(field.required(path, detail));
  for (const mode of modes ?? []) if (!SUPPORTED.includes(mode)) errors.push(field.notSupported(path, mode, SUPPORTED));
  const alone = modes?.includes("ReadWriteOncePod") === true;
  if (alone && modes?.some((mode) => mode !== "ReadWriteOncePod" && SUPPORTED.includes(mode)))
    errors.push(field.forbidden(path, "may not use ReadWriteOncePod with other access modes"));
}

/** `RWO,ROX` (k8s: core/helper GetAccessModesAsString). */
export const modesCell = (modes: readonly string[] | undefined): string =>
  Object.entries(MODES)
    .flatMap(([mode, short]) => (modes?.includes(mode) ? [short] : []))
    .join(",");
