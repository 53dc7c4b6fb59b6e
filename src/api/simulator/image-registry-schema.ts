import type { OwnSchema } from "../kind.ts";

export const imageRegistrySchema: OwnSchema = {
  ImageRegistry: {
    description:
      "ImageRegistry is a registry that machines pull images from: those that the catalogue has images in, and those that somebody has made. One with the host of another takes its place while it is there.",
    fields: {
      spec: { type: "ImageRegistrySpec", default: {}, description: "Who may pull from it, and how it answers." },
      status: { type: "ImageRegistryStatus", default: {}, description: "What it has." },
    },
  },
  ImageRegistrySpec: {
    description: "ImageRegistrySpec says how a registry is reached.",
    fields: {
      host: {
        type: "string",
        description: "The host that image names begin with, with its port if it has one. Defaults to the object's name.",
      },
      private: { type: "boolean", description: "Whether a pull needs credentials." },
      users: {
        type: "[]ImageRegistryUser",
        description: "Who may sign in to a private one. Without any, whoever has a name and a password.",
      },
      trouble: {
        type: "string",
        enum: ["NoSuchHost", "ConnectionRefused", "Timeout", "UnknownAuthority", "PlainHTTP", "Forbidden", "ServerError", "RateLimited"],
        description:
          "What keeps it from answering. NoSuchHost: its name leads nowhere. ConnectionRefused: nobody listens there. Timeout: nobody answers. UnknownAuthority: machines do not trust its certificate. PlainHTTP: it speaks no TLS. Forbidden, ServerError: it answers 403 or 500. RateLimited: too much has been pulled.",
      },
      latency: { type: "string", description: 'How long it takes to answer, as "400ms" or "10s". Defaults to 400ms.' },
      bandwidth: {
        type: "quantity",
        description: "Bytes a second that it gives a machine at most, as 1Mi. Defaults to what the machine takes.",
      },
    },
  },
  ImageRegistryUser: {
    description: "ImageRegistryUser is somebody who may sign in to a registry.",
    fields: {
      username: { type: "string", required: true, description: "Their name." },
      password: { type: "string", required: true, description: "Their password." },
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
