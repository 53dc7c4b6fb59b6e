import { useLesson } from "../store.ts";
import { pictureType } from "./nodes.ts";

/** Made once for each picture; they go with the page. */
const addresses = new WeakMap<Uint8Array, string>();

/** An address for a picture of the lesson's folder: what is in an image runs nothing, not even SVG. */
export function usePicture(path: string): string | undefined {
  const bytes = useLesson((s) => s.files?.[path]);
  const type = pictureType(path);
  if (!bytes || type === undefined) return undefined;
  let address = addresses.get(bytes);
  if (address === undefined) addresses.set(bytes, (address = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }))));
  return address;
}
