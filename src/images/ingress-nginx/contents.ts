import type { ImageContents } from "../../runtime/index.ts";
import { alpineFiles } from "../base.ts";
import { INGRESS_NGINX } from "../ingress-nginx.ts";
import { nginxFiles } from "../nginx/files.ts";
import { versionOf } from "../nginx/versions.ts";

/** nginx's own entry point and site stay away: the controller writes all of its configuration. */
const LEFT_OUT = /^\/docker-entrypoint|^\/etc\/nginx\/conf\.d|^\/usr\/sbin\/nginx$/;

export function contents(): ImageContents {
  const nginx = Object.entries(nginxFiles(versionOf("1.27.5-alpine"))).filter(([path]) => !LEFT_OUT.test(path));
  const own = { directory: true, uid: 101 } as const;
  return {
    config: {
      entrypoint: ["/usr/bin/dumb-init", "--"],
      cmd: ["/nginx-ingress-controller"],
      workingDir: "/etc/nginx",
      user: "101",
      exposedPorts: [80, 443],
      env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
    },
    files: {
      ...alpineFiles(undefined, ["curl", "bash"]),
      ...Object.fromEntries(nginx),
      "/usr/bin/nginx": { program: "nginx" },
      "/usr/bin/dumb-init": { program: "dumb-init" },
      "/wait-shutdown": { program: "wait-shutdown" },
      "/nginx-ingress-controller": { program: "nginx-ingress-controller" },
      "/etc/nginx": own,
      "/etc/nginx/nginx.conf": {
        text: "# A very simple nginx configuration file that forces nginx to start.\npid /tmp/nginx/nginx.pid;\n\nevents {}\nhttp {}\ndaemon off;\n",
        uid: 101,
      },
      "/etc/ingress-controller": own,
      "/tmp/nginx": own,
      "/var/cache/nginx": own,
      "/usr/lib/nginx/build": `${INGRESS_NGINX.nginx}-alpine\n`,
    },
  };
}
