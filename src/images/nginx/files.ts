import type { ImageDefinition } from "../../runtime/index.ts";
import { MEDIA_TYPES } from "../static-files.ts";
import type { NginxVersion } from "./versions.ts";

/** Configuration and pages that the image brings: what a learner looks up, edits and replaces. */
export const DEFAULT_CONF = `server {
    listen       80;
    server_name  localhost;

    #access_log  /var/log/nginx/host.access.log  main;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    #error_page  404              /404.html;

    # redirect server error pages to the static page /50x.html
    #
    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
`;

function mainConf(level: string): string {
  return `
user  nginx;
worker_processes  auto;

error_log  /var/log/nginx/error.log ${level};
pid        /run/nginx.pid;


events {
    worker_connections  1024;
}


http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';

    access_log  /var/log/nginx/access.log  main;

    sendfile        on;
    #tcp_nopush     on;

    keepalive_timeout  65;

    #gzip  on;

    include /etc/nginx/conf.d/*.conf;
}
`;
}

function mimeTypes(): string {
  const byType = new Map<string, string[]>();
  for (const [extension, type] of Object.entries(MEDIA_TYPES)) byType.set(type, [...(byType.get(type) ?? []), extension]);
  return `\ntypes {\n${[...byType].map(([type, extensions]) => `    ${type.padEnd(50)} ${extensions.join(" ")};\n`).join("")}}\n`;
}

const STYLE = `<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>`;

const INDEX = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
${STYLE}
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
`;

const ERROR_PAGE = `<!DOCTYPE html>
<html>
<head>
<title>Error</title>
${STYLE}
</head>
<body>
<h1>An error occurred.</h1>
<p>Sorry, the page you are looking for is currently unavailable.<br/>
Please try again later.</p>
<p>If you are the system administrator of this resource then you should check
the error log for details.</p>
<p><em>Faithfully yours, nginx.</em></p>
</body>
</html>
`;

export function nginxFiles(v: NginxVersion): ImageDefinition["files"] {
  const script = (name: string) => ({ text: `#!/bin/sh\n# ${name} of the official image; built into this simulation.\n`, mode: 0o755 });
  return {
    "/usr/sbin/nginx": { program: "nginx" },
    "/docker-entrypoint.sh": { program: "nginx-entrypoint", mode: 0o775 },
    ...Object.fromEntries(v.scripts.map((name) => [`/docker-entrypoint.d/${name}`, script(name)])),
    "/etc/nginx/nginx.conf": mainConf(v.level),
    "/etc/nginx/mime.types": mimeTypes(),
    "/etc/nginx/conf.d/default.conf": DEFAULT_CONF,
    "/usr/share/nginx/html/index.html": INDEX,
    "/usr/share/nginx/html/50x.html": ERROR_PAGE,
    "/var/log/nginx/access.log": { link: "/dev/stdout" },
    "/var/log/nginx/error.log": { link: "/dev/stderr" },
    "/var/cache/nginx": { directory: true },
    "/run": { directory: true },
    "/var/run": { link: "/run" },
  };
}

/** Text of a file that the image brings. */
const textOf = (file: ImageDefinition["files"][string] | undefined): string => (typeof file === "string" ? file : "");

/** What nginxinc/nginx-unprivileged changes: the port, and where the process may write. */
export function unprivilegedFiles(files: ImageDefinition["files"], port: number): ImageDefinition["files"] {
  const temporary = ["proxy_temp_path", "client_body_temp_path", "fastcgi_temp_path", "uwsgi_temp_path", "scgi_temp_path"]
    .map((name) => `    ${name} /tmp/${name === "proxy_temp_path" ? "proxy_temp_path" : name.replace(/_(body_)?temp_path$/, "_temp")};\n`)
    .join("");
  return {
    "/etc/nginx/nginx.conf": textOf(files["/etc/nginx/nginx.conf"])
      .replace("user  nginx;\n", "")
      .replace("/run/nginx.pid", "/tmp/nginx.pid")
      .replace("http {\n", `http {\n${temporary}`),
    "/etc/nginx/conf.d/default.conf": {
      text: textOf(files["/etc/nginx/conf.d/default.conf"]).replace(/listen( +)80;/, `listen$1${port};`),
      uid: 101,
    },
    "/etc/nginx/conf.d": { directory: true, uid: 101 },
    "/var/cache/nginx": { directory: true, uid: 101 },
  };
}

const PLAIN = `server {
    listen 80;
    listen [::]:80;

    location / {
        default_type text/plain;
        expires -1;
        return 200 'Server address: $server_addr:$server_port\\nServer name: $hostname\\nDate: $time_local\\nURI: $request_uri\\nRequest ID: $request_id\\n';
    }
}
`;

const HTML = `server {
    listen 80;
    listen [::]:80;

    root /usr/share/nginx/html;
    try_files /index.html =404;

    expires -1;

    sub_filter_once off;
    sub_filter 'server_hostname' '$hostname';
    sub_filter 'server_address' '$server_addr:$server_port';
    sub_filter 'server_url' '$request_uri';
    sub_filter 'server_date' '$time_local';
    sub_filter 'request_id' '$request_id';
}
`;

/** A page of our own in the demo's form: its picture and its style stayed at home. */
const HELLO_PAGE = `<!DOCTYPE html>
<html>
<head>
<title>Hello World</title>
</head>
<body>
<div class="info">
<p><span>Server&nbsp;address:</span> <span>server_address</span></p>
<p><span>Server&nbsp;name:</span> <span>server_hostname</span></p>
<p class="smaller"><span>Date:</span> <span>server_date</span></p>
<p class="smaller"><span>URI:</span> <span>server_url</span></p>
</div>
<div id="footer">
    <div id="center" align="center">
        Request ID: request_id<br/>
        &copy; NGINX, Inc.
    </div>
</div>
</body>
</html>
`;

/** nginxdemos/hello: says who it is, as a page or as text. */
export function helloFiles(kind: "html" | "plain-text"): ImageDefinition["files"] {
  if (kind === "plain-text") return { "/etc/nginx/conf.d/default.conf": PLAIN };
  return { "/etc/nginx/conf.d/default.conf": HTML, "/usr/share/nginx/html/index.html": HELLO_PAGE };
}
