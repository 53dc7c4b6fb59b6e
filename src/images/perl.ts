import { laterImage } from "./later-image.ts";
import { BOOKWORM } from "./layers.ts";

export const perlImage = laterImage({
  repository: "docker.io/library/perl",
  tags: ["latest", "stable", "5", "5.42", "5.42.0", "5.40", "5.38", "5.36", "5.34", "5.34.0", "slim", "5-slim", "bookworm", "trixie"],
  size: 357_000_000,
  base: BOOKWORM,
  on: "debian",
  config: {
    cmd: ["perl5.42.0", "-de0"],
    workingDir: "/usr/src/app",
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
  },
  files: { "/usr/local/bin/perl": { program: "perl" }, "/usr/local/bin/perl5.42.0": { link: "perl" } },
});
