import type { LaterImage } from "../runtime/index.ts";
import { ALPINE } from "./layers.ts";

export const agnhostImage: LaterImage = {
  repository: "registry.k8s.io/e2e-test-images/agnhost",
  tags: [
    "2.63.0",
    "2.62.0",
    "2.59",
    "2.56",
    "2.55",
    "2.54",
    "2.53",
    "2.52",
    "2.47",
    "2.45",
    "2.43",
    "2.40",
    "2.39",
    "2.33",
    "2.32",
    "2.30",
    "2.21",
    "2.20",
    "2.6",
  ],
  size: 57_000_000,
  base: ALPINE,
  load: async () => ({
    config: { entrypoint: ["/agnhost"], cmd: ["pause"], exposedPorts: [80, 8080, 8081, 9376] },
    files: {
      ...(await import("./base.ts")).alpineFiles(undefined, ["bash", "bind-tools", "curl", "iproute2", "netcat-openbsd"]),
      "/agnhost": { program: "agnhost" },
      "/agnhost-2": { same: "/agnhost" },
      "/localhost.crt": (await import("./agnhost/localhost.ts")).LOCALHOST_CERTIFICATE,
      "/localhost.key": (await import("./agnhost/localhost.ts")).LOCALHOST_KEY,
    },
  }),
};
