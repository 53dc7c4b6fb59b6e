import { describe, expect, it } from "vitest";
import { chooseLocation, chooseServer } from "./match.ts";
import { buildConfig } from "./model.ts";
import { parseConfig } from "./parse.ts";

const load = (http: string) => buildConfig(parseConfig(`events { }\nhttp {\n${http}\n}\n`, "/etc/nginx/nginx.conf", () => []));

describe("the configuration is refused in nginx's words", () => {
  it.each([
    ["server { listen 80 }", `unexpected "}" in /etc/nginx/nginx.conf:3`],
    ["server { root /x\n;", `unexpected end of file, expecting "}" in /etc/nginx/nginx.conf:6`],
    ["}", `unexpected "}" in /etc/nginx/nginx.conf:4`],
    ["server { eserver x; }", `unknown directive "eserver" in /etc/nginx/nginx.conf:3`],
    ["listen 80;", `"listen" directive is not allowed here in /etc/nginx/nginx.conf:3`],
    ["server { root; }", `invalid number of arguments in "root" directive in /etc/nginx/nginx.conf:3`],
    ["server 80;", `directive "server" has no opening "{" in /etc/nginx/nginx.conf:3`],
    ["server { root /x { } }", `directive "root" is not terminated by ";" in /etc/nginx/nginx.conf:3`],
    ["server { listen 99999; }", `invalid port in "99999" of the "listen" directive in /etc/nginx/nginx.conf:3`],
    ["server { listen 443 ssl; }", `no "ssl_certificate" is defined for the "listen ... ssl" directive in /etc/nginx/nginx.conf:3`],
    ["server { listen 443 ssl; ssl_certificate /c.pem; }", `no "ssl_certificate_key" is defined for certificate "/c.pem"`],
    ["server { listen 443 quic; }", `parameter "quic" of "listen" is not simulated by Timonel in /etc/nginx/nginx.conf:3`],
    ["server { access_log /x nope; }", `unknown log format "nope" in /etc/nginx/nginx.conf:3`],
    ["upstream u { }", `no servers are inside upstream in /etc/nginx/nginx.conf:3`],
  ])("%s", (text, message) => expect(() => load(text)).toThrow(message));
});

it("reads quotes, escapes, comments and variables in braces", () => {
  const [d] = parseConfig(`log_format x '$a "$b"' "say \\"hi\\"\\n" \${c}d; # the end`, "f", () => []);
  expect(d?.args).toEqual(["x", '$a "$b"', 'say "hi"\n', "${c}d"]);
});

describe("a server is chosen", () => {
  const config = load(`
    server { listen 80; server_name a.example *.b.example; }
    server { listen 80 default_server; server_name _; }
    server { listen 8080; server_name c.example; }`);
  it.each([
    [80, "a.example", 0],
    [80, "A.Example:80", 0],
    [80, "x.b.example", 0],
    [80, "b.example", 1],
    [80, "other", 1],
    [8080, "other", 2],
  ])("on port %i for %s", (port, host, index) => expect(chooseServer(config, "10.0.0.1", port, host)).toBe(config.servers[index]));
  it("and none where nobody listens", () => expect(chooseServer(config, "10.0.0.1", 81, "a.example")).toBeUndefined());
});

describe("a location is chosen", () => {
  const base = load(`server {
    location / { }
    location = /exact { }
    location /img/ { }
    location ^~ /static/ { }
    location ~ \\.php$ { }
    location ~* \\.(png|jpg)$ { }
  }`).servers[0]?.base;
  it.each([
    ["/", "/"],
    ["/exact", "/exact"],
    ["/exact/more", "/"],
    ["/img/x", "/img/"],
    ["/img/x.PNG", "\\.(png|jpg)$"],
    ["/static/x.png", "/static/"],
    ["/a.php", "\\.php$"],
  ])("for %s", (path, text) => expect(base && chooseLocation(base, path).match?.text).toBe(text));
});

it("settings pass inwards, and lists are replaced whole", () => {
  const { base } = load(
    `root /a; add_header X 1; server { add_header Y 2; location / { root /b; } location /c { add_header Z 3 always; } }`,
  ).servers[0] as NonNullable<ReturnType<typeof load>["servers"][0]>;
  expect(base.settings).toMatchObject({ root: "/a", headers: [{ name: "Y" }] });
  expect(base.locations.map((l) => [l.settings.root, l.settings.headers.map((h) => h.name)])).toEqual([
    ["/b", ["Y"]],
    ["/a", ["Z"]],
  ]);
});
