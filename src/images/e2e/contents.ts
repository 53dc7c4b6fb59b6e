import type { ImageContents } from "../../runtime/index.ts";
import { alpineFiles, busyboxFiles, debianFiles } from "../base.ts";
import { httpdContents } from "../httpd.ts";
import { nginx as nginxContents } from "../nginx/contents.ts";
import { versionOf } from "../nginx/versions.ts";

const env = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };

export const busybox = (): ImageContents => ({ config: { cmd: ["sh"], env }, files: busyboxFiles() });
export const nginx = (build: string): ImageContents => nginxContents(versionOf(build));
export const httpd = (version: string): ImageContents => httpdContents(version, alpineFiles());

/** Says as whom it runs, after it has tried to become root. */
export const nonewprivs = (): ImageContents => ({
  config: { entrypoint: ["/nnp"], env },
  files: { "/nnp": { program: "nonewprivs", mode: 0o4755 }, ...alpineFiles() },
});

/** Runs as 1234 unless told otherwise. */
export const nonroot = (): ImageContents => ({
  config: { cmd: ["/bin/sh", "-c", "id -u"], user: "1234", env },
  files: debianFiles("debian", "12", "bookworm"),
});

export const dnsutils = (): ImageContents => ({ config: { cmd: ["/bin/sh"], env }, files: alpineFiles(undefined, ["bind-tools", "curl"]) });

/** One of the rolling update's pictures, with what tells which. */
export const picture = (name: "nautilus" | "kitten"): ImageContents => ({
  config: { entrypoint: ["/test-webserver"], env, exposedPorts: [80] },
  files: { "/test-webserver": { program: "picture-server" }, "/data.json": `{"image": "${name}.jpg"}\n` },
});

export const resourceConsumer = (): ImageContents => ({
  config: { entrypoint: ["/consumer"], exposedPorts: [8080], env },
  files: { ...debianFiles("debian", "12", "bookworm"), "/consumer": { program: "resource-consumer" } },
});

export const echoserver = (): ImageContents => ({
  config: { cmd: ["/bin/run.sh"], env, exposedPorts: [8080, 8443] },
  files: { ...alpineFiles(), "/bin/run.sh": { program: "echoserver-1.10" } },
});

/** It can be pulled, and says what it cannot do. */
export const refused = (name: string): ImageContents => ({
  config: { entrypoint: [`/${name}`], env },
  files: { [`/${name}`]: { program: "not-simulated" } },
});

/** Nothing but accounts and certificates; the debug ones have BusyBox in a place of its own. */
export function distroless(nonroot: boolean, debug: boolean): ImageContents {
  const shell = Object.fromEntries(
    Object.entries(busyboxFiles())
      .filter(([path]) => path.startsWith("/bin/"))
      .map(([path, file]) => [
        `/busybox${path.slice(4)}`,
        typeof file === "object" && "same" in file ? { same: "/busybox/busybox" } : file,
      ]),
  );
  return {
    config: {
      ...(debug && { entrypoint: ["/busybox/sh"] }),
      user: nonroot ? "65532" : "0",
      workingDir: nonroot ? "/home/nonroot" : "/",
      env: { PATH: `${env.PATH}${debug ? ":/busybox" : ""}`, SSL_CERT_FILE: "/etc/ssl/certs/ca-certificates.crt" },
    },
    files: {
      "/etc/passwd":
        "root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n",
      "/etc/group": "root:x:0:\nnobody:x:65534:\ntty:x:5:\nstaff:x:50:\nnonroot:x:65532:\n",
      "/etc/os-release":
        'PRETTY_NAME="Distroless"\nNAME="Debian GNU/Linux"\nID="debian"\nVERSION_ID="12"\nVERSION="Debian GNU/Linux 12 (bookworm)"\n',
      "/home/nonroot": { directory: true, uid: 65532, mode: 0o700 },
      "/root": { directory: true, mode: 0o700 },
      "/tmp": { directory: true, mode: 0o1777 },
      ...(debug && shell),
    },
  };
}
