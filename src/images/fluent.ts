import { type LaterImage, type LaterProgram, loadLater } from "../runtime/index.ts";
import { laterImage } from "./later-image.ts";
import { ALPINE } from "./layers.ts";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** As the image has it (fluent/fluentd-docker-image: fluent.conf), without the port on which nothing listens here. */
const CONF = `<match **>
  @type stdout
</match>
`;

const fluentdImage = (repository: string, version: string, tags: readonly string[], size: number, old = false): LaterImage =>
  laterImage({
    repository,
    tags,
    size,
    base: ALPINE,
    on: "alpine",
    packages: ["bash"],
    config: {
      entrypoint: old ? ["/run.sh"] : ["tini", "--", "/bin/entrypoint.sh"],
      ...(old ? {} : { cmd: ["fluentd"], user: "fluent" }),
      env: { PATH, FLUENTD_CONF: "fluent.conf", LD_PRELOAD: "" },
    },
    files: {
      "/usr/bin/fluentd": { program: "fluentd" },
      "/sbin/tini": { text: '#!/bin/sh\n[ "$1" = -- ] && shift\nexec "$@"\n', mode: 0o755 },
      "/bin/entrypoint.sh": {
        text: '#!/bin/sh\nset -- "$@"\nif [ "$1" = fluentd ]; then\n  case " $* " in *" -c "*|*" --config "*) ;; *) set -- "$@" --config "/fluentd/etc/${FLUENTD_CONF:-fluent.conf}" ;; esac\nfi\nexec "$@"\n',
        mode: 0o755,
      },
      // The old images of Google's take the words of a variable (kubernetes: fluentd-gcp-image).
      "/run.sh": { text: "#!/bin/sh\nexec /usr/bin/fluentd $FLUENTD_ARGS\n", mode: 0o755 },
      "/fluentd/etc/fluent.conf": CONF,
      "/fluentd/log": { directory: true, mode: 0o777 },
      "/etc/fluentd-build": `${version}\n`,
      "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nfluent:x:100:101::/home/fluent:/bin/sh\n",
    },
  });

const fluentBitImage = (repository: string): LaterImage =>
  laterImage({
    repository,
    tags: ["latest", "4.0", "4.0.7", "3.2", "3.2.10", "3.2.2", "3.1", "3.0", "2.2", "2.1", "1.9"],
    size: 36_000_000,
    config: {
      entrypoint: ["/fluent-bit/bin/fluent-bit"],
      cmd: ["-c", "/fluent-bit/etc/fluent-bit.conf"],
      exposedPorts: [2020],
      env: { PATH },
    },
    files: {
      "/fluent-bit/bin/fluent-bit": { program: "fluent-bit" },
      "/fluent-bit/etc/fluent-bit.conf":
        "[SERVICE]\n    flush        1\n    daemon       Off\n    log_level    info\n    parsers_file parsers.conf\n\n[INPUT]\n    name cpu\n    tag  cpu.local\n\n[OUTPUT]\n    name  stdout\n    match *\n",
      "/fluent-bit/etc/parsers.conf":
        "[PARSER]\n    Name   json\n    Format json\n    Time_Key time\n\n[PARSER]\n    Name        docker\n    Format      json\n    Time_Key    time\n\n[PARSER]\n    Name        cri\n    Format      regex\n    Regex       ^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[^ ]*) (?<message>.*)$\n    Time_Key    time\n",
    },
  });

export const fluentImages: readonly LaterImage[] = [
  fluentdImage(
    "docker.io/fluent/fluentd",
    "1.18.0",
    [
      "latest",
      "edge",
      "v1.18",
      "v1.18-1",
      "v1.18-debian-1",
      "v1.17",
      "v1.17-1",
      "v1.17-debian-1",
      "v1.16",
      "v1.16-1",
      "v1.16-debian-1",
      "v1.14-1",
      "v1.12-debian-1",
      "v1.9-1",
    ],
    16_900_000,
  ),
  fluentdImage("quay.io/fluentd_elasticsearch/fluentd", "1.18.0", ["v5.0.1", "v4.7.2", "v3.4.0", "v2.5.2", "v2.5.1"], 120_000_000),
  ...["registry.k8s.io/fluentd-gcp", "k8s.gcr.io/fluentd-gcp", "gcr.io/google-containers/fluentd-gcp"].map((repository) =>
    fluentdImage(repository, "0.12.29", ["1.30"], 122_000_000, true),
  ),
  ...["docker.io/fluent/fluent-bit", "cr.fluentbit.io/fluent/fluent-bit"].map(fluentBitImage),
];
export const fluentPrograms: Readonly<Record<string, LaterProgram>> = {
  fluentd: loadLater(async () => (await import("./fluent/fluentd.ts")).fluentd),
  "fluent-bit": loadLater(async () => (await import("./fluent/fluent-bit.ts")).fluentBit),
};
