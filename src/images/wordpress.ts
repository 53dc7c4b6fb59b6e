import { type LaterImage, type LaterProgram, loadLater } from "../runtime/index.ts";
import { laterImage } from "./later-image.ts";
import { BOOKWORM } from "./layers.ts";

export const wordpressImage: LaterImage = laterImage({
  repository: "docker.io/library/wordpress",
  tags: [
    "latest",
    "6",
    "6.8",
    "6.8.3",
    "6.2",
    "6.2.1",
    "5",
    "5.9",
    "4.8-apache",
    "apache",
    "6-apache",
    "6.8-apache",
    "6.2.1-apache",
    "php8.3",
    "php8.3-apache",
  ],
  size: 262_000_000,
  base: BOOKWORM,
  on: "debian",
  packages: ["curl"],
  config: {
    entrypoint: ["docker-entrypoint.sh"],
    cmd: ["apache2-foreground"],
    workingDir: "/var/www/html",
    stopSignal: "WINCH",
    exposedPorts: [80],
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", PHP_VERSION: "8.3.26" },
  },
  files: {
    "/usr/local/bin/docker-entrypoint.sh": { program: "wordpress" },
    "/var/www/html": { directory: true, mode: 0o1777, uid: 33 },
  },
});

export const wordpressPrograms: Readonly<Record<string, LaterProgram>> = {
  wordpress: loadLater(async () => (await import("./wordpress/main.ts")).wordpress),
};
