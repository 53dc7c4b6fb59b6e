import type { ImageDefinition } from "../runtime/index.ts";
import { binFiles, type Flavour, utilityNames } from "../shell/index.ts";

type Files = ImageDefinition["files"];

/** The utilities in the places where a distribution has them, with `sh` as its shell. */
function utilities(flavour: Flavour): Files {
  return binFiles([...utilityNames, "sh", ...(flavour === "gnu" ? ["bash"] : ["ash", "busybox"])], "/bin", flavour);
}

const PASSWD =
  "root:x:0:0:root:/root:/bin/sh\nbin:x:1:1:bin:/bin:/usr/sbin/nologin\ndaemon:x:2:2:daemon:/usr/sbin:/usr/sbin/nologin\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\nnginx:x:101:101:nginx:/var/cache/nginx:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
const GROUP = "root:x:0:\nbin:x:1:\ndaemon:x:2:\nwww-data:x:33:\nnginx:x:101:\nnogroup:x:65534:\n";

const SKELETON: Files = {
  "/etc/passwd": PASSWD,
  "/etc/group": GROUP,
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
    ...utilities("busybox"),
    "/etc/passwd":
      "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\nwww-data:x:33:33:www-data:/var/www:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\n",
  };
}

export function alpineFiles(version = "3.22.2"): Files {
  const name = version.split(".").slice(0, 2).join(".");
  return {
    ...SKELETON,
    ...utilities("alpine"),
    "/etc/alpine-release": `${version}\n`,
    "/etc/os-release": `NAME="Alpine Linux"\nID=alpine\nVERSION_ID=${version}\nPRETTY_NAME="Alpine Linux v${name}"\nHOME_URL="https://alpinelinux.org/"\n`,
  };
}

export function debianFiles(id: "debian" | "ubuntu", version: string, codename: string): Files {
  const pretty = id === "debian" ? `Debian GNU/Linux ${version} (${codename})` : `Ubuntu ${version} LTS`;
  return {
    ...SKELETON,
    ...utilities("gnu"),
    "/etc/os-release": `PRETTY_NAME="${pretty}"\nNAME="${id === "debian" ? "Debian GNU/Linux" : "Ubuntu"}"\nVERSION_ID="${version}"\nVERSION_CODENAME=${codename}\nID=${id}\n`,
    "/etc/debian_version": `${version}\n`,
  };
}
