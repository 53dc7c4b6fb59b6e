import type { Errors } from "../checks.ts";
import { orNone } from "../columns.ts";
import { put } from "../defaulting.ts";
import type { Image } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { sizeText } from "./observed.ts";

let rules: ((image: Image) => Errors) | undefined;

export const image: Kind<Image> = {
  group: "sim.timonel.dev",
  version: "v1alpha1",
  kind: "Image",
  plural: "images",
  singular: "image",
  shortNames: ["img"],
  namespaced: false,
  subresources: ["status"],
  generation: true,
  catalogue: "it is of the catalogue, which cannot be changed: an Image of another name with the same spec.reference takes its place",
  // What makes an image is checked by code that nobody needs before somebody makes one.
  code: async () => (rules = (await import("./image-rules.ts")).validateImage),
  validate: (object) => rules?.(object) ?? [],
  prepareForCreate: (object) => put(object, "status", undefined),
  columns: [
    { name: "Reference", description: "Its full name.", cell: (i) => orNone(i.spec?.reference) },
    { name: "Size", description: "What a pull fetches.", cell: (i) => sizeText(i.status?.size ?? 0) },
    { name: "Digest", description: "What pins it.", wide: true, cell: (i) => orNone(i.status?.digest) },
  ],
};
