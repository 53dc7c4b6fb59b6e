import { type LaterImage, type LaterProgram, loadLater } from "../runtime/index.ts";
import { laterImage } from "./later-image.ts";
import { ALPINE } from "./layers.ts";

const PAGE = `<!DOCTYPE html>
<html>
<head>
	<title>Caddy works!</title>
</head>
<body>
	<h1>Congratulations!</h1>
	<p>Your web server is working. Now make it work for you.</p>
</body>
</html>
`;

export const caddyImage: LaterImage = laterImage({
  repository: "docker.io/library/caddy",
  tags: ["latest", "2", "2.10", "2.10.2", "2.9", "2.8", "2.8.4", "2.7", "2.6", "alpine", "2-alpine", "2.10-alpine", "2.8-alpine"],
  size: 19_400_000,
  base: ALPINE,
  on: "alpine",
  config: {
    cmd: ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"],
    workingDir: "/srv",
    exposedPorts: [80, 443, 2019],
    env: {
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      CADDY_VERSION: "v2.10.2",
      XDG_CONFIG_HOME: "/config",
      XDG_DATA_HOME: "/data",
    },
  },
  files: {
    "/usr/bin/caddy": { program: "caddy" },
    "/etc/caddy/Caddyfile": `# The Caddyfile is an easy way to configure your Caddy web server.

:80 {
	# Set this path to your site's directory.
	root * /usr/share/caddy

	# Enable the static file server.
	file_server
}
`,
    "/usr/share/caddy/index.html": PAGE,
    "/srv": { directory: true },
    "/config/caddy": { directory: true },
    "/data/caddy": { directory: true },
  },
});

export const caddyPrograms: Readonly<Record<string, LaterProgram>> = {
  caddy: loadLater(async () => (await import("./caddy/main.ts")).caddy),
};
