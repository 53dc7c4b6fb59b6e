import type { OwnSchema } from "../kind.ts";

export const imageSchema: OwnSchema = {
  Image: {
    description:
      "Image is a container image that machines can pull. It is read from the catalogue when it is asked for; new ones cannot be made yet.",
    fields: {
      spec: { type: "ImageSpec", default: {}, description: "Where the image is found." },
      status: { type: "ImageStatus", default: {}, description: "What is found there." },
    },
  },
  ImageSpec: {
    description: "ImageSpec says where an image is found.",
    fields: {
      reference: { type: "string", description: "Its full name: registry, repository and tag." },
      registry: { type: "string", description: "The ImageRegistry that has it." },
      repository: { type: "string", description: "Its name within the registry, without tag." },
      tag: { type: "string", description: "Its tag." },
    },
  },
  ImageStatus: {
    description: "ImageStatus says what an image is.",
    fields: {
      digest: { type: "string", description: "The digest that pins it: reference it as repository@digest." },
      size: { type: "int64", description: "Bytes that a pull fetches." },
      command: { type: "[]string", description: "What a container runs when it says nothing else." },
      exposedPorts: { type: "[]int32", description: "Ports that its programs listen on." },
    },
  },
};
