import { fnv1a32 } from "../../machinery/index.ts";
import type { IngressCertificate, IngressLocation, IngressModel, IngressServer } from "../ingress-nginx.ts";

/** Annotations that do what they do upstream; others are told of and passed over. */
export const KNOWN_ANNOTATIONS: ReadonlySet<string> = new Set([
  ...["rewrite-target", "use-regex", "ssl-redirect", "force-ssl-redirect", "permanent-redirect", "permanent-redirect-code"],
  ...["temporal-redirect", "app-root", "server-alias", "proxy-body-size", "proxy-connect-timeout", "upstream-vhost", "backend-protocol"],
  ...["whitelist-source-range", "allowlist-source-range", "denylist-source-range", "x-forwarded-prefix"],
  ...["canary", "canary-weight", "canary-weight-total", "canary-by-header", "canary-by-header-value"],
]);

const LOG_FORMAT =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_length $request_time [$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr $upstream_response_length $upstream_response_time $upstream_status $req_id';

/** Where certificates lie, each with its key. */
export const CERTIFICATES = "/etc/ingress-controller/ssl";
export const FAKE_CERTIFICATE = `${CERTIFICATES}/default-fake-certificate.pem`;

/** nginx.conf for what the Ingresses ask: ingress-nginx's template, with what here is of consequence. */
export function nginxConf({ servers }: IngressModel, workers: number): string {
  return `# Configuration written by the ingress controller: changes will be lost
pid /tmp/nginx/nginx.pid;

daemon off;

worker_processes ${workers};

events {
	multi_accept on;
	worker_connections 16384;
	use epoll;
}

http {
	include /etc/nginx/mime.types;
	default_type text/html;
	keepalive_timeout 75s;
	server_tokens off;
	more_clear_headers Server;

	ssl_protocols TLSv1.2 TLSv1.3;
	ssl_certificate ${FAKE_CERTIFICATE};
	ssl_certificate_key ${FAKE_CERTIFICATE};

	client_body_temp_path /tmp/nginx/client-body;
	fastcgi_temp_path /tmp/nginx/fastcgi-temp;
	proxy_temp_path /tmp/nginx/proxy-temp;

	log_format upstreaminfo '${LOG_FORMAT}';
	access_log /var/log/nginx/access.log upstreaminfo;
	error_log /var/log/nginx/error.log notice;

	upstream upstream_balancer {
		### Attention!!!
		#
		# We no longer create "upstream" section for every backend.
		# Backends are handled dynamically using Lua.
		server 0.0.0.1; # placeholder
		balancer_by_lua_file /etc/nginx/lua/nginx/ngx_conf_balancer.lua;
	}

${servers.flatMap((s) => [server(s, false), server(s, true)]).join("\n")}
	# backend for when default-backend-service is not configured or it does not have endpoints
	server {
		listen 127.0.0.1:8181 default_server;
		access_log off;
		location / {
			return 404;
		}
	}

	# default server, used for NGINX healthcheck and access to nginx stats
	server {
		listen 127.0.0.1:10246;
		access_log off;
		location /healthz {
			return 200;
		}
		location /nginx_status {
			stub_status on;
		}
		location / {
			return 404;
		}
	}
}
`;
}

const HEADERS = [
  ["X-Request-ID", "$req_id"],
  ["X-Real-IP", "$remote_addr"],
  ["X-Forwarded-For", "$remote_addr"],
  ["X-Forwarded-Host", "$best_http_host"],
  ["X-Forwarded-Port", "$pass_port"],
  ["X-Forwarded-Proto", "$pass_access_scheme"],
  ["X-Forwarded-Scheme", "$pass_access_scheme"],
  ["X-Scheme", "$pass_access_scheme"],
  ["X-Original-Forwarded-For", "$http_x_forwarded_for"],
] as const;

/** One for HTTP, and one for HTTPS: what sends the first to the second is in the first alone. */
function server({ host, aliases, tls, certificate, locations }: IngressServer, secure: boolean): string {
  const regex = locations.some(({ annotations: a }) => a["use-regex"] === "true" || a["rewrite-target"] !== undefined);
  const sorted = locations.toSorted((a, b) => b.path.length - a.path.length || Number(b.type === "Exact") - Number(a.type === "Exact"));
  const root = locations.find(({ annotations }) => annotations["app-root"] !== undefined)?.annotations["app-root"];
  const fallback = locations.some((l) => l.path === "/") ? "" : NOWHERE;
  return `	## start server ${host}
	server {
		server_name ${[host, ...aliases].join(" ")};

		listen ${secure ? 443 : 80}${host === "_" ? " default_server" : ""}${secure ? " ssl" : ""};
${secure && certificate ? certificateLines(certificate) : ""}
		set $proxy_upstream_name "-";
		set $proxy_alternative_upstream_name "";
		set $req_id $request_id;
		set $pass_access_scheme $scheme;
		set $pass_port $server_port;
		set $best_http_host $http_host;
${root === undefined ? "" : `\n		location = / {\n			return 302 ${quoted(`$scheme://$best_http_host${root}`)};\n		}\n`}${host === "_" ? `\n		location /healthz {\n			access_log off;\n			return 200;\n		}\n` : ""}
${sorted.map((l) => location(l, tls, secure, regex)).join("\n")}${fallback}	}
	## end server ${host}
`;
}

/** With what is in it, so that a new certificate is a new configuration. */
function certificateLines({ name, pem }: IngressCertificate): string {
  const file = `${CERTIFICATES}/${name}.pem`;
  return `		# PEM sha: ${fnv1a32(pem).toString(16).padStart(8, "0")}\n		ssl_certificate ${file};\n		ssl_certificate_key ${file};\n`;
}

const NOWHERE = `		location / {
			set $namespace "";
			set $proxy_upstream_name "upstream-default-backend";
			return 404;
		}
`;

/** How nginx says where a path leads: a prefix ends at a slash. */
function matches({ path, type }: IngressLocation, regex: boolean): readonly string[] {
  // One that rewrites makes all of its host patterns (ingress-nginx: template.go buildLocation).
  if (regex) return [`~* ${quoted(`^${path}`)}`];
  if (type === "Exact") return [`= ${quoted(path)}`];
  if (type === "Prefix" && path !== "/") {
    const bare = path.replace(/\/+$/, "");
    return [`${quoted(`${bare}/`)}`, `= ${quoted(bare)}`];
  }
  return [quoted(path)];
}

function location(l: IngressLocation, tls: boolean, secure: boolean, regex: boolean): string {
  const { annotations: a, ingress, service, port, path } = l;
  const [namespace = "", name = ""] = ingress.split("/");
  const lines = [
    `set $namespace ${quoted(namespace)};`,
    `set $ingress_name ${quoted(name)};`,
    `set $service_name ${quoted(service)};`,
    `set $service_port ${quoted(port)};`,
    `set $location_path ${quoted(path)};`,
    `set $proxy_upstream_name ${quoted(l.backend)};`,
    ...access(a),
    ...answers(a, tls, secure),
    ...(a["proxy-body-size"] === undefined ? ["client_max_body_size 1m;"] : [`client_max_body_size ${a["proxy-body-size"]};`]),
    `proxy_connect_timeout ${a["proxy-connect-timeout"] ?? 5}s;`,
    `proxy_set_header Host ${a["upstream-vhost"] === undefined ? "$best_http_host" : quoted(a["upstream-vhost"])};`,
    ...HEADERS.map(([header, value]) => `proxy_set_header ${header} ${value};`),
    ...(a["x-forwarded-prefix"] === undefined ? [] : [`proxy_set_header X-Forwarded-Prefix ${quoted(a["x-forwarded-prefix"])};`]),
    ...(a["rewrite-target"] === undefined ? [] : [`rewrite ${quoted(`(?i)${path}`)} ${a["rewrite-target"]} break;`]),
    "proxy_pass http://upstream_balancer;",
  ];
  return matches(l, regex)
    .map((match) => `		location ${match} {\n${lines.map((line) => `			${line}\n`).join("")}		}\n`)
    .join("\n");
}

const list = (text: string | undefined): readonly string[] =>
  (text ?? "")
    .split(",")
    .map((t) => t.trim())
    .filter((t) => t !== "");

function access(a: Readonly<Record<string, string>>): readonly string[] {
  const allowed = list(a["allowlist-source-range"] ?? a["whitelist-source-range"]);
  return [
    ...list(a["denylist-source-range"]).map((who) => `deny ${who};`),
    ...allowed.map((who) => `allow ${who};`),
    ...(allowed.length > 0 ? ["deny all;"] : []),
  ];
}

/** What is answered instead of being passed on. */
function answers(a: Readonly<Record<string, string>>, tls: boolean, secure: boolean): readonly string[] {
  if (a["permanent-redirect"] !== undefined) return [`return ${a["permanent-redirect-code"] ?? 301} ${quoted(a["permanent-redirect"])};`];
  if (a["temporal-redirect"] !== undefined) return [`return 302 ${quoted(a["temporal-redirect"])};`];
  if (secure) return [];
  if (a["force-ssl-redirect"] === "true" || (tls && a["ssl-redirect"] !== "false")) return ["return 308 https://$host$request_uri;"];
  return [];
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;
