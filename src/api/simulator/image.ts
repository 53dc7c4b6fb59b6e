import { orNone } from "../columns.ts";
import type { Image } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { OBSERVED, sizeText } from "./observed.ts";

export const image: Kind<Image> = {
  ...OBSERVED,
  kind: "Image",
  plural: "images",
  singular: "image",
  shortNames: ["img"],
  namespaced: false,
  notSimulated: "making and removing images is not simulated yet in Timonel: `kubectl get images` lists what can be pulled",
  columns: [
    { name: "Reference", description: "Its full name.", cell: (i) => orNone(i.spec?.reference) },
    { name: "Size", description: "What a pull fetches.", cell: (i) => sizeText(i.status?.size ?? 0) },
    { name: "Digest", description: "What pins it.", wide: true, cell: (i) => orNone(i.status?.digest) },
  ],
};
