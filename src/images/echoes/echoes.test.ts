import { describe, expect, it } from "vitest";
import { header } from "../../network/index.ts";
import { computer } from "../testing/computer.ts";

describe("traefik/whoami", () => {
  it("says who it is and what it was asked, as text and as JSON", async () => {
    const { run, get } = computer();
    const { pod, log } = await run("traefik/whoami:v1.10", { args: ["--port", "8000", "--name=a", "--verbose"] });
    const page = await get(pod.ip, 8000, "/x?env=true", [["X-Forwarded-For", "1.2.3.4"]]);
    expect(page.text).toMatch(
      /^Name: a\nHostname: web\nIP: 127\.0\.0\.1\nIP: 10\.244\.0\.2\nRemoteAddr: 172\.18\.0\.1:\d+\nGET \/x\?env=true HTTP\/1\.1\r\nHost: 10\.244\.0\.2:8000\r\nUser-Agent: test\r\nConnection: close\r\nX-Forwarded-For: 1\.2\.3\.4\r\n\r\n/,
    );
    expect(header(page.headers, "content-type")).toBe("text/plain; charset=utf-8");
    expect(JSON.parse((await get(pod.ip, 8000, "/api")).text)).toMatchObject({ hostname: "web", url: "/api", method: "GET", name: "a" });
    expect(log("stderr")).toMatch(/^[\d/]{10} [\d:]{8} Starting up on port 8000\n.* - - \[.*\] "GET \/x HTTP\/1\.1" - -\n/);
  });
  it("is unhealthy when told so, and remembers it over a freeze", async () => {
    const { run, get } = computer();
    const { pod } = await run("traefik/whoami:latest");
    expect((await get(pod.ip, 80, "/health")).status).toBe(200);
    expect((await get(pod.ip, 80, "/health", [], "POST", "500")).status).toBe(200);
    expect((await get(pod.ip, 80, "/health")).status).toBe(500);
    expect((await get(pod.ip, 80, "/data?size=8")).text).toBe("|ABCDEF|");
  });
});

it("hello-world says its text and ends", async () => {
  const { run } = computer();
  const { runtime, id, log } = await run("hello-world:latest");
  expect(runtime.status(id)).toMatchObject({ state: "exited", exitCode: 0 });
  expect(log("stdout")).toMatch(/^\nHello from Docker!\nThis message shows .*[\s\S]*get-started\/\n\n$/);
});

it("hello-app and kubernetes-bootcamp tell their versions apart", async () => {
  for (const [image, port, text, line] of [
    [
      "gcr.io/google-samples/hello-app:1.0",
      8080,
      "Hello, world!\nVersion: 1.0.0\nHostname: web\n",
      /Server listening on port 8080\n.* Serving request: \/\n$/,
    ],
    ["gcr.io/google-samples/hello-app:2.0", 8080, "Hello, world!\nVersion: 2.0.0\nHostname: web\n", /Serving request/],
    [
      "gcr.io/google-samples/kubernetes-bootcamp:v1",
      8080,
      "Hello Kubernetes bootcamp! | Running on: web | v=1\n",
      /^Kubernetes Bootcamp App Started At: \d{4}-.*Z \| Running On: {2}web \n\nRunning On: web \| Total Requests: 1 \| App Uptime: [\d.]+ seconds \| Log Time: .*Z\n$/,
    ],
    ["jocatalin/kubernetes-bootcamp:v2", 8080, "Hello Kubernetes bootcamp! | Running on: web | v=2\n", /Total Requests: 1/],
  ] as const) {
    const { run, get } = computer();
    const { pod, log } = await run(image, { env: { HOSTNAME: "web" } });
    expect((await get(pod.ip, port)).text).toBe(text);
    expect(log()).toMatch(line);
  }
});

it("echoserver answers in the words of its version", async () => {
  const { run, get } = computer();
  const old = await run("registry.k8s.io/echoserver:1.4");
  expect((await get(old.pod.ip, 8080, "/a?b=c", [], "POST", "body!")).text).toMatchInlineSnapshot(`
    "CLIENT VALUES:
    client_address=172.18.0.1
    command=POST
    real path=/a?b=c
    query=b=c
    request_version=1.1
    request_uri=http://10.244.0.2:8080/a?b=c

    SERVER VALUES:
    server_version=nginx: 1.10.0 - lua: 10001

    HEADERS RECEIVED:
    connection=close
    content-length=5
    host=10.244.0.2:8080
    user-agent=test
    BODY:
    body!"
  `);
  const { run: again, get: ask } = computer();
  const { pod, log } = await again("k8s.gcr.io/echoserver:1.10");
  const page = await ask(pod.ip, 8080, "/");
  expect(page.text).toMatchInlineSnapshot(`
    "

    Hostname: web

    Pod Information:
    	-no pod information available-

    Server values:
    	server_version=nginx: 1.13.3 - lua: 10008

    Request Information:
    	client_address=172.18.0.1
    	method=GET
    	real path=/
    	query=
    	request_version=1.1
    	request_scheme=http
    	request_uri=http://10.244.0.2:8080/

    Request Headers:
    	connection=close
    	host=10.244.0.2:8080
    	user-agent=test

    Request Body:
    	-no body in request-

    "
  `);
  expect(header(page.headers, "server")).toBe("echoserver");
  expect(log("stdout")).toMatch(/Starting nginx\n172\.18\.0\.1 - - \[.*\] "GET \/ HTTP\/1\.1" 200 \d+ "-" "test"\n$/);
});

it("ealen/echo-server answers with what it was asked, or as it is told", async () => {
  const { run, get } = computer();
  const { pod, log } = await run("ealen/echo-server:latest", { env: { PORT: "3000", ENABLE__ENVIRONMENT: "false" } });
  expect(JSON.parse((await get(pod.ip, 3000, "/p?q=1")).text)).toEqual({
    host: { hostname: pod.ip, ip: "::ffff:172.18.0.1", ips: [] },
    http: { method: "GET", baseUrl: "", originalUrl: "/p?q=1", protocol: "http" },
    request: {
      params: { "0": "/p" },
      query: { q: "1" },
      cookies: {},
      body: {},
      headers: { host: `${pod.ip}:3000`, "user-agent": "test", connection: "close" },
    },
  });
  expect(await get(pod.ip, 3000, "/?echo_code=404&echo_body=gone&echo_header=X-A:b")).toMatchObject({ status: 404, text: '"gone"' });
  expect(log()).toMatch(/^Listening on port 3000\.\n\{"name":"echo-server","hostname":"web","pid":1,"level":30,/);
});
