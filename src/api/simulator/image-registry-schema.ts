import type { OwnSchema } from "../kind.ts";

export const imageRegistrySchema: OwnSchema = {
  ImageRegistry: {
    description: "ImageRegistry is a registry that machines pull images from. It is read from the catalogue when it is asked for.",
    fields: {
      spec: { type: "ImageRegistrySpec", default: {}, description: "Who may pull from it." },
      status: { type: "ImageRegistryStatus", default: {}, description: "What it has." },
    },
  },
  ImageRegistrySpec: {
    description: "ImageRegistrySpec says how a registry is reached.",
    fields: {
      host: { type: "string", description: "The host that image names begin with." },
      private: { type: "boolean", description: "Whether a pull needs credentials." },
    },
  },
  ImageRegistryStatus: {
    description: "ImageRegistryStatus says what a registry has.",
    fields: {
      images: { type: "int32", description: "How many images can be pulled from it." },
      repositories: { type: "[]string", description: "The repositories that it has." },
    },
  },
};
