import type { ImageDefinition } from "../runtime/index.ts";
import { appletPlaces, binFiles, DEBIAN_COMMANDS, knownCommands, type Package, PACKAGES } from "../shell/index.ts";

type Files = ImageDefinition["files"];

/** BusyBox and all its applets, which are one file by many names. */
function busyboxLinks(flavour: "busybox" | "alpine"): Files {
  const files: Record<string, Files[string]> = { "/bin/busybox": { program: flavour === "alpine" ? "alpine:busybox" : "busybox" } };
  for (const [name, folder] of appletPlaces(flavour))
    if (flavour === "alpine") files[`${folder}/${name}`] = { link: "/bin/busybox" };
    else files[`/bin/${name}`] = { same: "/bin/busybox" };
  return files;
}

/** What packages bring. */
export function packageFiles(packages: readonly Package[]): Files {
  return Object.assign({}, ...packages.map((p) => binFiles(knownCommands(PACKAGES[p]), "/usr/bin")));
}

const PASSWD =
  "root:x:0:0:root:/root:/bin/sh\nbin:x:1:1:bin:/bin:/usr/sbin/nologin\ndaemon:x:2:2:daemon:/usr/sbin:/usr/sbin/nologin\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\nnginx:x:101:101:nginx:/var/cache/nginx:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
const GROUP = "root:x:0:\nbin:x:1:\ndaemon:x:2:\nwww-data:x:33:\nnginx:x:101:\nnogroup:x:65534:\n";

/** Nobody gets in with a password. */
const SHADOW = { text: "root:*::0:::::\nnobody:!::0:::::\n", mode: 0o640 };

const SKELETON: Files = {
  "/etc/passwd": PASSWD,
  "/etc/group": GROUP,
  "/etc/shadow": SHADOW,
  "/tmp": { directory: true, mode: 0o1777 },
  "/root": { directory: true, mode: 0o700 },
  "/home": { directory: true },
  "/var/log": { directory: true },
  "/usr/bin": { directory: true },
  "/usr/sbin": { directory: true },
};

export function busyboxFiles(): Files {
  return {
    ...SKELETON,
    ...busyboxLinks("busybox"),
    "/usr/bin/env": { same: "/bin/busybox" },
    "/etc/passwd":
      "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\nwww-data:x:33:33:www-data:/var/www:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\n",
  };
}

/** A base system, and what an image has installed on it. */
export function alpineFiles(version = "3.22.2", packages: readonly Package[] = []): Files {
  const name = version.split(".").slice(0, 2).join(".");
  return {
    ...SKELETON,
    ...busyboxLinks("alpine"),
    // What BusyBox does as root for others is another file (Alpine: bbsuid).
    "/bin/bbsuid": { program: "alpine:busybox", mode: 0o4755 },
    "/bin/su": { link: "/bin/bbsuid" },
    "/usr/bin/passwd": { link: "/bin/bbsuid" },
    ...binFiles(["apk"], "/sbin", "alpine"),
    ...binFiles(["getent"], "/usr/bin", "alpine"),
    ...packageFiles(packages),
    "/etc/alpine-release": `${version}\n`,
    "/etc/os-release": `NAME="Alpine Linux"\nID=alpine\nVERSION_ID=${version}\nPRETTY_NAME="Alpine Linux v${name}"\nHOME_URL="https://alpinelinux.org/"\n`,
  };
}

/** Slim, as its official images are: no ps, no ping, no curl, no editor; Ubuntu's have procps. */
export function debianFiles(
  id: "debian" | "ubuntu",
  version: string,
  codename: string,
  packages: readonly Package[] = id === "ubuntu" ? ["procps"] : [],
): Files {
  const pretty = id === "debian" ? `Debian GNU/Linux ${version} (${codename})` : `Ubuntu ${version} LTS`;
  return {
    // What an interactive bash of Debian's reads: its prompt, and little else.
    "/etc/bash.bashrc": "PS1='${debian_chroot:+($debian_chroot)}\\u@\\h:\\w\\$ '\n",
    // One tree of programs; the old places lead there.
    "/usr/bin": { directory: true },
    "/usr/sbin": { directory: true },
    "/bin": { link: "usr/bin" },
    "/sbin": { link: "usr/sbin" },
    ...SKELETON,
    ...Object.assign({}, ...Object.entries(DEBIAN_COMMANDS).map(([folder, names]) => binFiles(knownCommands(names), folder))),
    ...packageFiles(packages),
    "/etc/os-release": `PRETTY_NAME="${pretty}"\nNAME="${id === "debian" ? "Debian GNU/Linux" : "Ubuntu"}"\nVERSION_ID="${version}"\nVERSION_CODENAME=${codename}\nID=${id}\n`,
    "/etc/debian_version": `${version}\n`,
  };
}
