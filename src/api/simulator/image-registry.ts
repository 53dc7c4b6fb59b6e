import type { ImageRegistry } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { OBSERVED } from "./observed.ts";

export const imageRegistry: Kind<ImageRegistry> = {
  ...OBSERVED,
  kind: "ImageRegistry",
  plural: "imageregistries",
  singular: "imageregistry",
  namespaced: false,
  notSimulated: "registries of one's own are not simulated yet in Timonel",
  columns: [
    { name: "Private", description: "Whether a pull needs credentials.", type: "boolean", cell: (r) => r.spec?.private ?? false },
    { name: "Images", description: "How many images it has.", type: "integer", cell: (r) => r.status?.images ?? 0 },
  ],
};
