import type { ImageContents, LaterImage } from "../runtime/index.ts";
import { TRIXIE } from "./layers.ts";

const VERSION = "2.4.65";
export const ROOT = "/usr/local/apache2";
export const CONF = `${ROOT}/conf/httpd.conf`;

export const httpdImage: LaterImage = {
  repository: "docker.io/library/httpd",
  tags: ["latest", "2", "2.4", "2.4.65", "2.4.62", "2.4.58", "bookworm", "trixie", "alpine", "2-alpine", "2.4-alpine"],
  size: 58_700_000,
  base: TRIXIE,
  load: async () => httpdContents(VERSION, (await import("./base.ts")).debianFiles("debian", "13", "trixie")),
};

export const httpdContents = (version: string, base: ImageContents["files"]): ImageContents => ({
  config: {
    cmd: ["httpd-foreground"],
    workingDir: ROOT,
    stopSignal: "WINCH",
    exposedPorts: [80],
    env: { PATH: `${ROOT}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`, HTTPD_PREFIX: ROOT, HTTPD_VERSION: version },
  },
  files: {
    ...base,
    [`${ROOT}/bin/httpd`]: { program: "httpd" },
    "/usr/local/bin/httpd-foreground": { program: "httpd" },
    [CONF]: `ServerRoot "${ROOT}"\n\nListen 80\n\nServerAdmin you@example.com\n#ServerName www.example.com:80\n\nDocumentRoot "${ROOT}/htdocs"\n<Directory "${ROOT}/htdocs">\n    Options Indexes FollowSymLinks\n    AllowOverride None\n    Require all granted\n</Directory>\n\nDirectoryIndex index.html\n`,
    [`${ROOT}/htdocs/index.html`]: "<html><body><h1>It works!</h1></body></html>\n",
  },
});
