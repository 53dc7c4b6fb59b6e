import { type LaterImage, registryHost } from "../runtime/index.ts";
import { ALPINE } from "./layers.ts";

/** What stands in course material for "our own application in our own registry": it says that it runs, and goes on. */
export const exampleApp: LaterImage = {
  repository: "my-registry.io/images/janedoe/awesomeapp",
  tags: ["v1", "v2", "latest"],
  size: 9_400_000,
  base: ALPINE,
  load: async () => ({
    config: { entrypoint: ["/usr/local/bin/awesomeapp"], user: "1000" },
    files: {
      ...(await import("./base.ts")).alpineFiles(),
      "/usr/local/bin/awesomeapp": {
        text: "#!/bin/sh\ntrap 'echo awesomeapp stops; exit 0' TERM INT\necho awesomeapp runs\nsleep infinity &\nwait\n",
        mode: 0o755,
      },
    },
  }),
};

/** Registries beside those of the internet: any name and password will do there. */
export const exampleRegistries = { "my-registry.io": registryHost({ private: true }) } as Readonly<
  Partial<Record<string, ReturnType<typeof registryHost>>>
>;
