import type { OwnSchema } from "../kind.ts";

export const imageSchema: OwnSchema = {
  Image: {
    description:
      "Image is a container image that machines can pull: those of the catalogue, which cannot be changed, and those that somebody has made. One with the reference of another takes its place while it is there; machines that have pulled the other keep it, under its digest.",
    fields: {
      spec: { type: "ImageSpec", default: {}, description: "Where the image is found, and what it is." },
      status: { type: "ImageStatus", default: {}, description: "What is found there." },
    },
  },
  ImageSpec: {
    description: "ImageSpec says where an image is found and what it is: its base, files, and what a container of it runs.",
    fields: {
      reference: {
        type: "string",
        description: "Its full name: registry, repository and tag. Docker Hub's defaults apply: nginx is docker.io/library/nginx:latest.",
      },
      registry: { type: "string", description: "The host of the ImageRegistry that has it; said of images that are read." },
      repository: { type: "string", description: "Its name within the registry, without tag; said of images that are read." },
      tag: { type: "string", description: "Its tag; said of images that are read." },
      from: {
        type: "string",
        description:
          "The image whose files and configuration it begins with, whoever may pull that; scratch: nothing. Defaults to docker.io/library/alpine:latest.",
      },
      architectures: {
        type: "[]string",
        description: "amd64, arm64: what it is built for. Defaults to both. A machine of another kind finds no match for its platform.",
      },
      singlePlatform: {
        type: "boolean",
        description:
          "There is one manifest, of the only architecture, and no index: every machine takes it, and one of another kind fails to run it with `exec format error`.",
      },
      size: { type: "quantity", description: "What a pull fetches, compressed. Defaults to the base's size and that of the files." },
      files: { type: "[]ImageFile", description: "Files over the base's." },
      script: {
        type: "string",
        description: "A shell script that is the entrypoint: it lies at /entrypoint.sh and gets the command as its arguments.",
      },
      entrypoint: { type: "[]string", description: "What a container runs (ENTRYPOINT)." },
      command: { type: "[]string", description: "Its arguments, or what it runs without an entrypoint (CMD)." },
      env: { type: "[]ImageEnvVar", description: "Environment variables." },
      user: { type: "string", description: "Who runs it: a name or number, with a group after a colon if need be." },
      workingDir: { type: "string", description: "Where it runs." },
      stopSignal: { type: "string", description: "What ends it: SIGTERM when absent." },
      ports: { type: "[]int32", description: "Ports that it says it listens on (EXPOSE)." },
      http: {
        type: "[]ImageHTTPServer",
        description:
          "Servers that a container of it runs as `http-server`, which is the command when there is neither command nor entrypoint.",
      },
    },
  },
  ImageFile: {
    description: "ImageFile is a file, folder or link in an image.",
    fields: {
      path: { type: "string", required: true, description: "Where it lies: an absolute path." },
      content: { type: "string", description: "Its text." },
      data: { type: "string", description: "Its bytes, in base64, where they are no text." },
      link: { type: "string", description: "What it leads to: it is a symbolic link." },
      directory: { type: "boolean", description: "It is a folder." },
      removed: { type: "boolean", description: "The base has it, and the image has not." },
      mode: {
        type: "string",
        description: "Its permissions in octal: \"0755\". Defaults to 0644, a folder's and a link's to 0755 and 0777.",
      },
      owner: { type: "int32", description: "The number of whom it belongs to, and of their group. Defaults to 0, which is root." },
    },
  },
  ImageEnvVar: {
    description: "ImageEnvVar is an environment variable of an image.",
    fields: {
      name: { type: "string", required: true, description: "Its name." },
      value: { type: "string", description: "What it is." },
    },
  },
  ImageHTTPServer: {
    description: "ImageHTTPServer listens on a port and answers requests.",
    fields: {
      port: { type: "int32", required: true, description: "Where it listens." },
      routes: { type: "[]ImageHTTPRoute", description: "Answers; the first that fits is given, and 404 when none does." },
    },
  },
  ImageHTTPRoute: {
    description: "ImageHTTPRoute is an answer to some requests.",
    fields: {
      path: { type: "string", description: "The path, or how it begins when it ends in *. Defaults to every path." },
      method: { type: "string", description: "The method. Defaults to every method." },
      status: { type: "int32", description: "The status. Defaults to 200." },
      body: {
        type: "string",
        description: "The body. ${NAME} stands for an environment variable of the container, ${hostname} for its host name.",
      },
      contentType: { type: "string", description: "Its type. Defaults to text/plain." },
      delay: { type: "string", description: 'How long the answer takes, as "500ms" or "2s".' },
      cpu: { type: "string", description: 'CPU time that the answer costs, as "50ms".' },
    },
  },
  ImageStatus: {
    description: "ImageStatus says what an image is.",
    fields: {
      digest: { type: "string", description: "The digest that pins it: reference it as repository@digest." },
      size: { type: "int64", description: "Bytes that a pull fetches." },
      command: {
        type: "[]string",
        description: "What a container runs when it says nothing else; of the catalogue's, once somebody has pulled it.",
      },
      exposedPorts: { type: "[]int32", description: "Ports that its programs listen on." },
      message: { type: "string", description: "Why it cannot be pulled, if it cannot." },
    },
  },
};
