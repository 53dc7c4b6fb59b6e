import { describe, expect, it } from "vitest";
import { dnsQuery, header, serveHttp } from "../network/index.ts";
import { parseCorefile } from "./corefile.ts";
import { createImages } from "./index.ts";
import { computer } from "./testing/computer.ts";

describe("nginx", () => {
  it("starts as the official image does, serves its page, and logs", async () => {
    const { run, get } = computer();
    const { pod, log } = await run("nginx:1.27");
    expect(log().replace(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /gm, "T ")).toMatchInlineSnapshot(`
      "/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration
      /docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/
      /docker-entrypoint.sh: Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh
      10-listen-on-ipv6-by-default.sh: info: Getting the checksum of /etc/nginx/conf.d/default.conf
      10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf
      /docker-entrypoint.sh: Sourcing /docker-entrypoint.d/15-local-resolvers.envsh
      /docker-entrypoint.sh: Launching /docker-entrypoint.d/20-envsubst-on-templates.sh
      /docker-entrypoint.sh: Launching /docker-entrypoint.d/30-tune-worker-processes.sh
      /docker-entrypoint.sh: Configuration complete; ready for start up
      T [notice] 1#1: using the "epoll" event method
      T [notice] 1#1: nginx/1.27.5
      T [notice] 1#1: built by gcc 12.2.0 (Debian 12.2.0-14) 
      T [notice] 1#1: OS: Linux 6.1.0-timonel
      T [notice] 1#1: getrlimit(RLIMIT_NOFILE): 1048576:1048576
      T [notice] 1#1: start worker processes
      T [notice] 1#1: start worker process 2
      "
    `);
    const page = await get(pod.ip, 80);
    expect([page.status, header(page.headers, "content-type"), header(page.headers, "server")]).toEqual([200, "text/html", "nginx/1.27.5"]);
    expect(page.text).toContain("<title>Welcome to nginx!</title>");
    const etag = header(page.headers, "etag") as string;
    expect(await get(pod.ip, 80, "/", [["If-None-Match", etag]])).toMatchObject({ status: 304, text: "" });
    const missing = await get(pod.ip, 80, "/missing.html");
    expect(missing).toMatchObject({
      status: 404,
      text: "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx/1.27.5</center>\r\n</body>\r\n</html>\r\n",
    });
    expect(log("stdout")).toMatch(
      /172\.18\.0\.1 - - \[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET \/missing\.html HTTP\/1\.1" 404 153 "-" "test" "-"\n/,
    );
    expect(log("stderr")).toMatch(
      /\[error\] \d+#\d+: \*3 open\(\) "\/usr\/share\/nginx\/html\/missing\.html" failed \(2: No such file or directory\), client: 172\.18\.0\.1, server: localhost, request: "GET \/missing\.html HTTP\/1\.1", host: "10\.244\.0\.2:80"\n/,
    );
  });
  it("quits gracefully on nginx -s quit, with exit code 0", async () => {
    const { run, clock } = computer();
    const { runtime, id, exec, log } = await run("nginx:1.18.0-alpine");
    expect(await exec("nginx", "-v")).toEqual({ code: 0, out: "", err: "nginx version: nginx/1.18.0\n" });
    expect(await exec("nginx", "-t")).toMatchObject({
      code: 0,
      err: "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n",
    });
    expect(await exec("nginx", "-s", "quit")).toMatchObject({ code: 0 });
    await clock.advance(1000);
    expect(runtime.status(id)).toMatchObject({ state: "exited", exitCode: 0 });
    expect(log()).not.toContain("[notice]");
  });
  it("reloads what it is given and refuses what is wrong, in nginx's words", async () => {
    const { run, get } = computer();
    const { pod, exec } = await run("nginx:latest");
    const write = (text: string) => exec("sh", "-c", `echo '${text}' > /etc/nginx/conf.d/default.conf`);
    await write('server { listen 8080; location / { return 200 "served by my config\\n"; } location ~ ^/v(\\d)$ { return 301 /api/$1; } }');
    expect(await exec("nginx", "-s", "reload")).toMatchObject({ code: 0 });
    expect(await get(pod.ip, 8080, "/any/path")).toMatchObject({ status: 200, text: "served by my config\n" });
    expect(header((await get(pod.ip, 8080, "/v7")).headers, "location")).toBe(`http://${pod.ip}:8080/api/7`);
    await expect(get(pod.ip, 80)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await write("eserver { }");
    expect(await exec("nginx", "-t")).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /nginx: \[emerg\] unknown directive "eserver" in \/etc\/nginx\/conf\.d\/default\.conf:1\nnginx: configuration file \/etc\/nginx\/nginx\.conf test failed\n$/,
      ),
    });
    expect((await get(pod.ip, 8080, "/still")).status).toBe(200);
  });
});

describe("nginx as a proxy and under signals", () => {
  const site = (text: string) => ({ "/etc/nginx/conf.d": { "default.conf": text } });
  it("passes requests on, and says in its log why it could not", async () => {
    const { run, get, fabric } = computer();
    const backend = fabric.workstation().listen(9000);
    void (async () => {
      for (;;)
        void serveHttp(await backend.accept(), (r) => ({
          status: 200,
          headers: [["Content-Type", "text/x"]],
          body: `${r.target} ${header(r.headers, "host")} ${header(r.headers, "x-real-ip")}`,
        }));
    })();
    const conf = `upstream pool { server 172.18.0.1:9000; }
      server { listen 80; server_name shop; root /usr/share/nginx/html;
        location /api/ { proxy_pass http://pool/v1/; proxy_set_header X-Real-IP $remote_addr; proxy_set_header Host $host; }
        location /dead { proxy_pass http://172.18.0.1:9999; }
        location = /old { return 301 https://new.example/; }
        location /only { deny all; }
        location /spa { try_files $uri /index.html; }
        rewrite ^/r/(.*)$ /api/$1 last;
        error_page 502 = /sorry; location = /sorry { internal; return 503 "later"; } }`;
    const { pod, log } = await run("nginx:1.27", {}, site(conf));
    expect(await get(pod.ip, 80, "/api/x?y=1")).toMatchObject({ status: 200, text: `/v1/x?y=1 ${pod.ip} 172.18.0.1` });
    expect((await get(pod.ip, 80, "/r/z")).text).toContain("/v1/z");
    expect((await get(pod.ip, 80, "/dead")).status).toBeGreaterThanOrEqual(502);
    expect(log("stderr")).toMatch(
      /connect\(\) failed \(111: Connection refused\) while connecting to upstream, client: 172\.18\.0\.1, server: shop, request: "GET \/dead HTTP\/1\.1", upstream: "http:\/\/172\.18\.0\.1:9999\/dead", host: /,
    );
    expect(header((await get(pod.ip, 80, "/old")).headers, "location")).toBe("https://new.example/");
    expect((await get(pod.ip, 80, "/only")).status).toBe(403);
    expect((await get(pod.ip, 80, "/sorry")).status).toBe(404);
    expect((await get(pod.ip, 80, "/spa")).text).toContain("Welcome to nginx!");
    expect(log("stdout")).toContain("can not modify /etc/nginx/conf.d/default.conf (read-only file system?)");
  });
  it("does not start with a configuration that is wrong", async () => {
    const { run } = computer();
    const { runtime, id, log } = await run("nginx:1.27", {}, site("server { listen 80; auth_basic x; }"));
    expect(runtime.status(id)).toMatchObject({ state: "exited", exitCode: 1 });
    expect(log("stderr")).toContain(
      'nginx: [emerg] directive "auth_basic" is not simulated by Timonel in /etc/nginx/conf.d/default.conf:1\n',
    );
  });
  it("replaces a worker that was killed", async () => {
    const { run, get } = computer();
    const { pod, exec, log } = await run("nginx:1.27");
    await exec("sh", "-c", "kill -9 2");
    expect(log()).toMatch(/\[alert\] 1#1: worker process 2 exited on signal 9\n.*start worker process \d+\n$/);
    expect((await get(pod.ip, 80)).status).toBe(200);
  });
});

describe("other servers", () => {
  it("http-echo says its text and logs", async () => {
    const { run, get } = computer();
    const { pod, log } = await run("hashicorp/http-echo:latest", { args: ["-text=hello", "-listen=:8000"] });
    expect(await get(pod.ip, 8000, "/x")).toMatchObject({ status: 200, text: "hello\n" });
    expect(log("stderr")).toMatch(/\[INFO\] server is listening on :8000\n$/);
    expect(log("stdout")).toMatch(/ 10\.244\.0\.2:8000 172\.18\.0\.1:\d+ "GET \/x HTTP\/1\.1" 200 6 "test" \d/);
  });
  it("http-echo without text exits 127", async () => {
    const { run } = computer();
    const { runtime, id, log } = await run("hashicorp/http-echo:latest");
    expect(runtime.status(id)?.exitCode).toBe(127);
    expect(log()).toBe("Missing -text option OR ENV var TEXT is empty!\n");
  });
  it("agnhost netexec answers", async () => {
    const { run, get } = computer();
    const { pod } = await run("registry.k8s.io/e2e-test-images/agnhost:2.63.0", { args: ["netexec", "--http-port=8080"] });
    expect((await get(pod.ip, 8080, "/hostname")).text).toBe("web");
    expect((await get(pod.ip, 8080, "/echo?msg=through+the+node")).text).toBe("through the node");
    expect((await get(pod.ip, 8080, "/clientip")).text).toMatch(/^172\.18\.0\.1:\d+$/);
    expect((await get(pod.ip, 8080, "/echo?msg=x&code=503")).status).toBe(503);
  });
  it("httpd works", async () => {
    const { run, get } = computer();
    const { pod, log } = await run("httpd:2.4");
    expect((await get(pod.ip, 80)).text).toBe("<html><body><h1>It works!</h1></body></html>\n");
    expect(log("stderr")).toContain("AH00489: Apache/2.4.65 (Unix) configured -- resuming normal operations");
    expect(log("stdout")).toMatch(/172\.18\.0\.1 - - \[.*\] "GET \/ HTTP\/1\.1" 200 45\n/);
  });
  it("CoreDNS answers as its Corefile says, is healthy and ready, and takes its leave", async () => {
    const { run, get, fabric, soon, clock } = computer();
    const corefile =
      ".:53 {\n errors\n health {\n lameduck 5s\n }\n ready\n kubernetes custom.local cluster.local in-addr.arpa\n rewrite name suffix .pod.old .default.pod.cluster.local\n rewrite name printer printer.office\n hosts {\n 192.0.2.7 printer.office\n fallthrough\n }\n}\n";
    const { pod, log, runtime, id } = await run(
      "registry.k8s.io/coredns/coredns:v1.12.1",
      { args: ["-conf", "/etc/coredns/Corefile"] },
      { "/etc/coredns": { Corefile: corefile } },
    );
    expect(log()).toMatch(
      /^\.:53\n\[INFO\] plugin\/reload: Running configuration SHA512 = [0-9a-f]{128}\nCoreDNS-1\.12\.1\nlinux\/amd64, go1\.24\.1, 707c7c1\n$/,
    );
    const ask = async (name: string) => soon(dnsQuery(fabric.workstation(), pod.ip, name, "A"));
    expect(await ask("10-244-0-9.default.pod.cluster.local")).toMatchObject({ code: "NOERROR", answers: [{ address: "10.244.0.9" }] });
    expect(await ask("printer.office")).toMatchObject({ answers: [{ address: "192.0.2.7" }] });
    expect(await ask("10-244-0-9.default.pod.custom.local")).toMatchObject({ answers: [{ name: "10-244-0-9.default.pod.custom.local" }] });
    expect(await ask("10-244-0-9.pod.old")).toMatchObject({ answers: [{ name: "10-244-0-9.pod.old", address: "10.244.0.9" }] });
    expect(await ask("printer")).toMatchObject({ answers: [{ name: "printer", address: "192.0.2.7" }] });
    expect((await ask("example.com")).code).toBe("REFUSED");
    expect(await get(pod.ip, 8080, "/health")).toMatchObject({ status: 200, text: "OK" });
    expect(await get(pod.ip, 8181, "/ready")).toMatchObject({ status: 200, text: "OK" });
    void runtime.stopContainer(id, 30_000);
    await clock.advance(4000);
    expect((await ask("printer.office")).code).toBe("NOERROR");
    await clock.advance(2000);
    expect(runtime.status(id)).toMatchObject({ state: "exited", exitCode: 0 });
  });
  it("CoreDNS refuses plugins it does not know or simulate, by name", () => {
    expect(parseCorefile(".:53 {\n  nonsense\n}\n", "Corefile")).toBe("Corefile:2 - Error during parsing: Unknown directive 'nonsense'");
    expect(parseCorefile(".:53 {\n  template ANY ANY\n}\n", "Corefile")).toBe(
      "Corefile:2 - Error during parsing: the plugin 'template' is not simulated by Timonel",
    );
    expect(parseCorefile(".:53 {\n  rewrite ttl 5\n}\n", "Corefile")).toBe(
      "Corefile:2 - Error during parsing: of the plugin 'rewrite' Timonel simulates exact names and suffixes",
    );
    expect(parseCorefile(".:53 {\n  errors\n", "Corefile")).toMatch(/Unexpected EOF/);
  });
});

describe("freeze and thaw", () => {
  it.each([
    ["nginx:1.27", {}, 80, "<!DOCTYPE html>"],
    ["hashicorp/http-echo:latest", { args: ["-text=hello"] }, 5678, "hello\n"],
    ["httpd:2.4", {}, 80, "<html>"],
    ["registry.k8s.io/e2e-test-images/agnhost:2.63.0", { args: ["netexec"] }, 8080, "NOW: "],
    ["gcr.io/google-samples/hello-app:1.0", {}, 8080, "Hello, world!"],
    ["gcr.io/google-samples/kubernetes-bootcamp:v1", {}, 8080, "Hello Kubernetes bootcamp!"],
    ["stefanprodan/podinfo:6.7.0", { args: ["./podinfo", "--level=debug"] }, 9898, "greetings"],
    ["ealen/echo-server:latest", {}, 80, "environment"],
  ] as const)("%s goes on where it was: same pid, no line twice", async (reference, config, port, text) => {
    const before = computer();
    const first = await before.run(reference, config);
    for (let i = 0; i < 3; i++) expect((await before.get(first.pod.ip, port)).text).toContain(text);
    const stored = [before.fabric, first.runtime].map(
      (p) => new Map([...p.drain()].filter(([, v]) => v !== undefined).map(([k, v]) => [k, structuredClone(v)])),
    );

    const after = computer(before.clock.now(), stored[0]);
    const runtime = after.boot(reference);
    await after.soon(Promise.resolve(runtime.restore(stored[1] as Map<string, unknown>)), 10);
    expect(runtime.status(first.id)).toMatchObject({ state: "running" });
    expect((await after.get(first.pod.ip, port)).text).toContain(text);
    const lines = (r: typeof runtime) =>
      r
        .logs(first.id)
        .lines(0)
        .map((l) => l.text);
    expect(lines(runtime).slice(0, lines(first.runtime).length)).toEqual(lines(first.runtime));
    expect(lines(runtime).filter((l) => /GET|start worker|listening|Started|resuming|Serving request|Total Requests/.test(l)).length).toBe(
      lines(first.runtime).filter((l) => /GET|start worker|listening|Started|resuming|Serving request|Total Requests/.test(l)).length + 1,
    );
    void runtime.stopContainer(first.id, 30_000);
    await after.clock.advance(31_000);
    expect(runtime.status(first.id)?.state).toBe("exited");
  });
});

it("an answer that was on its way, and who asks next, outlive a freeze", async () => {
  const before = computer();
  const conf =
    "server { listen 80; location / { proxy_pass http://172.18.0.1:9000; } location /none { return 404; } } server { listen 81; } server { listen 82; }";
  const backend = before.fabric.workstation().listen(9000);
  const first = await before.run("nginx:1.27", {}, { "/etc/nginx/conf.d": { "default.conf": conf } });
  // The backend has not answered when the machine freezes.
  const asked = before.get(first.pod.ip, 80);
  asked.catch(() => {});
  await before.soon(backend.accept());
  const stored = [before.fabric, first.runtime].map(
    (p) => new Map([...p.drain()].filter(([, v]) => v !== undefined).map(([k, v]) => [k, structuredClone(v)])),
  );
  const after = computer(before.clock.now(), stored[0]);
  const runtime = after.boot("nginx:1.27");
  await after.soon(Promise.resolve(runtime.restore(stored[1] as Map<string, unknown>)), 10);
  for (const port of [80, 81, 82, 80]) expect((await after.get(first.pod.ip, port, "/none")).status).toBe(404);
  expect(runtime.status(first.id)).toMatchObject({ state: "running" });
});

it("no two definitions share a repository and tag", () => {
  const names = createImages().images.flatMap((i) => i.tags.map((t) => `${i.repository}:${t}`));
  expect(names.filter((n, i) => names.indexOf(n) !== i)).toEqual([]);
});
