import type { ImageContents } from "../../runtime/index.ts";
import { busyboxFiles, debianFiles } from "../base.ts";
import { minor } from "./version.ts";

/** From 3.5 on there is nothing around the programs but, in Kubernetes' build, a shell. */
export function etcd(version: string, kubernetes: boolean): ImageContents {
  const around = minor(version) < 5 ? debianFiles("debian", "12", "bookworm") : kubernetes ? busyboxFiles() : NOTHING;
  return {
    config: {
      ...(kubernetes ? {} : { cmd: ["/usr/local/bin/etcd"] }),
      exposedPorts: [2379, 2380],
      env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
    },
    files: {
      ...around,
      "/usr/local/bin/etcd": { program: "etcd" },
      "/usr/local/bin/etcdctl": { program: "etcdctl" },
      ...(minor(version) >= 5 && { "/usr/local/bin/etcdutl": { program: "etcdutl" } }),
      "/var/etcd": { directory: true },
      "/var/lib/etcd": { directory: true },
      "/usr/local/lib/etcd/build": `${version}\n`,
    },
  };
}
const NOTHING: ImageContents["files"] = {
  "/etc/passwd":
    "root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n",
  "/etc/group": "root:x:0:\nnobody:x:65534:\nnonroot:x:65532:\n",
  "/tmp": { directory: true, mode: 0o1777 },
};
