import { type ImageContents, type LaterImage, type LaterProgram, loadLater } from "../runtime/index.ts";
import { laterImage } from "./later-image.ts";
import { ALPINE, BOOKWORM } from "./layers.ts";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const VERSIONS: readonly (readonly [version: string, names: readonly string[]])[] = [
  ["8.4.12", ["8.4.12", "8.4", "8", ""]],
  ["8.3.25", ["8.3.25", "8.3"]],
  ["8.2.29", ["8.2.29", "8.2"]],
  ["8.1.33", ["8.1.33", "8.1"]],
  ["8.0.30", ["8.0.30", "8.0"]],
  ["7.4.33", ["7.4.33", "7.4", "7"]],
];
type Variant = "cli" | "apache" | "fpm";

/** php's tags: "8.3-apache", "apache", "8.3-fpm-alpine"; what has no variant is cli. */
const tagsOf = (names: readonly string[], variant: Variant, alpine: boolean): readonly string[] =>
  names.flatMap((name) => {
    const tag = [name, variant, ...(alpine ? ["alpine"] : [])].filter((part) => part !== "").join("-");
    const bare = variant === "cli" ? [[name, ...(alpine ? ["alpine"] : [])].filter((part) => part !== "").join("-") || "latest"] : [];
    return [tag, ...bare, ...(alpine ? [] : [`${tag}-bookworm`])];
  });

function image(version: string, names: readonly string[], variant: Variant, alpine: boolean): LaterImage {
  const files: ImageContents["files"] = {
    "/usr/local/bin/php": { program: "php" },
    "/usr/local/bin/docker-php-entrypoint": {
      text: '#!/bin/sh\nset -e\nif [ "${1#-}" != "$1" ]; then\n\tset -- php "$@"\nfi\nexec "$@"\n',
      mode: 0o755,
    },
    "/etc/php-build": `${version}\n`,
    ...(variant === "cli" ? {} : { "/var/www/html": { directory: true, mode: 0o1777, uid: 33 } as const }),
    ...(variant === "apache" ? { "/usr/local/bin/apache2-foreground": { program: "php-apache" } as const } : {}),
    ...(variant === "fpm" ? { "/usr/local/sbin/php-fpm": { program: "not-simulated" } as const } : {}),
  };
  return laterImage({
    repository: "docker.io/library/php",
    tags: tagsOf(names, variant, alpine),
    size: alpine ? 38_000_000 : variant === "apache" ? 178_000_000 : 172_000_000,
    base: alpine ? ALPINE : BOOKWORM,
    on: alpine ? "alpine" : "debian",
    packages: ["curl"],
    config: {
      entrypoint: ["docker-php-entrypoint"],
      cmd: variant === "cli" ? ["php", "-a"] : variant === "apache" ? ["apache2-foreground"] : ["php-fpm"],
      ...(variant === "cli" ? {} : { workingDir: "/var/www/html" }),
      ...(variant === "apache"
        ? { stopSignal: "WINCH", exposedPorts: [80] }
        : variant === "fpm"
          ? { stopSignal: "QUIT", exposedPorts: [9000] }
          : {}),
      env: {
        PATH,
        PHP_VERSION: version,
        PHP_INI_DIR: "/usr/local/etc/php",
        ...(variant === "apache" ? { APACHE_CONFDIR: "/etc/apache2" } : {}),
      },
    },
    files,
  });
}

/** The official php images: their Apache serves files; what a script would say, nobody here knows. */
export const phpImages: readonly LaterImage[] = VERSIONS.flatMap(([version, names]) => [
  image(version, names, "cli", false),
  image(version, names, "cli", true),
  image(version, names, "apache", false),
  image(version, names, "fpm", false),
  image(version, names, "fpm", true),
]);
export const phpPrograms: Readonly<Record<string, LaterProgram>> = {
  php: loadLater(async () => (await import("./php/main.ts")).php),
  "php-apache": loadLater(async () => (await import("./php/main.ts")).phpApache),
};
